"""Parts of a report about promises, efficiency, capacity, and the way to figures that others publish."""

from pipeline.bridge.asked import TARGETS
from pipeline.query import BOOKINGS
from pipeline.report.content import Block, Paragraph, Table
from pipeline.report.facts import Facts
from pipeline.report.hours_blocks import bucket_chart
from pipeline.report.template import Template
from pipeline.report.wording import count, number, percent, ratio, shown

_MCORE_H = 3_600_000
_MOST_COMMITMENTS = 200


def commitments(facts: Facts, template: Template) -> tuple[Block, ...]:
    """Pledges, allocations and awards whose days overlap the report's."""
    rows = facts.commitments.to_pylist()
    if not rows:
        return (Paragraph("No pledge, allocation or award of these days is registered."),)
    kept = rows[:_MOST_COMMITMENTS]
    lines = tuple(
        (
            f"{row['kind']}: {shown(row['owner'])}",
            shown(" ".join(part for part in (row["number"], row["title"]) if part) or "—"),
            f"{row['first_day'] or '…'} to {row['last_day'] or '…'}",
            number(row["promised_h"]),
            number(row["delivered_h"]),
            percent(row["share_of_promise"]),
        )
        for row in kept
    )
    awards = {row["number"] for row in rows if row["kind"] == "award" and row["delivered_h"]}
    pledges = [row for row in rows if row["kind"] == "pledge" and row["share_of_promise"] is not None]
    met = sum(row["share_of_promise"] >= 1 for row in pledges)
    left = "" if len(rows) == len(kept) else f" The annex has {len(rows) - len(kept):,} more."
    whole = " They are those of the whole pool, whatever the filters." if facts.where else ""
    text = (
        f"{count(len(awards), 'award was', 'awards were')} served with core hours in these days. Pledges with an "
        f"amount: {len(pledges):,}; met by these days alone: {met:,}. Delivered are core hours of these days; a "
        f"promise is of all of its own days, which can be more.{left}{whole}"
    )
    heads = ("Of", "Number and title", "Days", "Promised h", "Delivered h", "Share")
    return (
        Table("Pledges, allocations and awards", heads, lines, (False, False, False, True, True, True)),
        Paragraph(text),
    )


def efficiency(facts: Facts, template: Template) -> tuple[Block, ...]:
    """Goodput, measured use with its coverage, and what became of every hour."""
    totals, whole = facts.totals, facts.totals["cpu_h"]
    good = tuple(
        (label, number(totals[name]), percent(ratio(totals[name], whole)))
        for name, label in (
            ("goodput_completed_h", "Goodput: the run completed its job"),
            ("goodput_succeeded_h", "Goodput: and its job calls that success"),
            ("badput_h", "Badput: the run did not complete its job"),
            ("wasted_h", "Wasted: known losses, and cores that stood idle"),
        )
    )
    used = tuple(
        (label, percent(totals[f"{name}_efficiency"]), percent(totals[f"{name}_coverage"]))
        for name, label in (("cpu", "CPU time"), ("memory", "Peak memory"), ("gpu", "GPUs"))
    )
    return (
        Table("Goodput", ("Core hours", "Hours", "Of all"), good, (False, True, True)),
        Table("Use of what was given", ("Of", "Used", "Measured on"), used, (False, True, True)),
        *bucket_chart(facts),
    )


def capacity(facts: Facts, template: Template) -> tuple[Block, ...]:
    """What slots offered, by month, as far as the pool was looked at."""
    if not facts.sheet.capacity:
        return (Paragraph("No slot was seen on these days: what the pool offered is not known."),)
    columns = ("offered_cpu_h", "claimed_cpu_h", "used_cpu_h", "offered_gpu_h", "claimed_gpu_h", "used_gpu_h")
    rows = tuple((row["month"], *(number(row[name]) for name in columns)) for row in facts.capacity.to_pylist())
    heads = (
        "Month",
        *(f"{what} {how}" for what in ("Core hours", "GPU hours") for how in ("offered", "claimed", "used")),
    )
    seen, days = len(facts.sheet.capacity), (facts.days[1] - facts.days[0]).days + 1
    text = (
        f"Slots were seen on {seen:,} of {count(days, 'day', 'days')}. What was offered and claimed while nobody "
        "looked is not in the table, what attempts used is; so used can be more than offered."
    )
    if facts.where:
        text += " It is the capacity of the whole pool, whatever the filters."
    return Table("Capacity", heads, rows, (False, *(True,) * 6)), Paragraph(text)


def bridge(facts: Facts, template: Template) -> tuple[Block, ...]:
    """From this report's core hours to those that GRACC would publish, step by step."""
    found = facts.bridge
    if facts.restated is not None:
        return (Paragraph("Steps are told of the live ledger alone, and this report is of closed months."),)
    if found is None:
        return (Paragraph("There is nothing to compare."),)
    used, ended = (
        f"As {booking} (this report)" if facts.booking == booking else f"As {booking}" for booking in BOOKINGS
    )
    lines = [
        (used, _hours(found.used_mcore_s), "", ""),
        *((s.cause.label, _hours(s.mcore_s), number(s.jobs), s.cause.text) for s in found.steps_to("ended")),
        (ended, _hours(found.ended_mcore_s), "", ""),
        *((s.cause.label, _hours(s.mcore_s), number(s.jobs), s.cause.text) for s in found.steps_to("published")),
        (TARGETS["gracc"][0].upper() + TARGETS["gracc"][1:], _hours(found.target_mcore_s), "", ""),
    ]
    text = (
        "Others count the same records by other rules: a job as a whole on the day on which it ended, not each run on "
        "its days. This is the way from one total to the other; nothing is left over."
    )
    heads = ("Step", "Core hours", "Jobs", "Why")
    return (
        Paragraph(text),
        Table("From this report to GRACC's way to count", heads, tuple(lines), (False, True, True, False)),
    )


def _hours(mcore_s: int) -> str:
    return f"{mcore_s / _MCORE_H:,.1f}"
