"""Parts that short reports share: numbers beside the period before, months, completeness and data in a few lines."""

from pipeline.buckets import bucket
from pipeline.report.annex import numbers_sha256
from pipeline.report.before import Before
from pipeline.report.content import Block, Paragraph, Tile
from pipeline.report.ground import Ground
from pipeline.report.hours_blocks import month_chart
from pipeline.report.part_delivered import known
from pipeline.report.part_method import template_sha256
from pipeline.report.period import words
from pipeline.report.template import Template
from pipeline.report.wording import change, count, number, percent, ratio, shown

MOST_WASTES = 6
LEAST_SHARE = 0.01
"""Of the hours, that a bucket has to have to be named."""
_MEASURED = (("cpu", "CPU time"), ("memory", "peak memory"), ("gpu", "GPUs"))


def hour_tiles(facts: Ground, before: Before | None) -> tuple[Tile, ...]:
    """Core hours, GPU hours, jobs, success and waste, each beside the period before."""
    totals, whole = facts.totals, facts.totals["cpu_h"]
    return (
        Tile("Core hours", number(whole), than(facts.totals["cpu_h"], before, "cpu_h")),
        Tile("GPU hours", number(totals["gpu_h"]), than(totals["gpu_h"], before, "gpu_h")),
        Tile("Jobs", number(totals["jobs"]), than(totals["jobs"], before, "jobs")),
        Tile("With success", percent(ratio(totals["goodput_succeeded_h"], whole)), _was(before, "goodput_succeeded_h")),
        Tile("Wasted", percent(ratio(totals["wasted_h"], whole)), _was(before, "wasted_h")),
    )


def than(now: float | int | None, before: Before | None, name: str) -> str:
    """“+12.3 %, from 1,234.5”; empty where there is nothing to compare with."""
    then = None if before is None else before.numbers[name]
    if then is None:
        return ""
    told = change(now, then)
    return f"from {number(then)}" if told == "—" else f"{told}, from {number(then)}"


def compared(before: Before | None, since: str) -> str:
    """With which days the numbers are compared."""
    if before is None:
        return f"The ledger begins on {since}: there is no period before to compare with."
    return f"Compared with {words(before.days)}."


def brief_trend(facts: Ground, template: Template) -> tuple[Block, ...]:
    """The last thirteen months as columns."""
    partial = [one.month for one in facts.by_month if not one.is_whole]
    note = f"Not all days are known of {' and '.join(partial)}." if partial else ""
    return (month_chart(facts.by_month), *((Paragraph(note),) if note else ()))


def wasted(facts: Ground) -> list[tuple[str, float, float]]:
    """Buckets that are known to be waste, with core hours and their share, the most first."""
    whole = facts.waste.whole
    found = [
        (name, hours, share)
        for name, hours in whole.hours.items()
        if bucket(name).wasted and hours and (share := whole.share(name)) is not None and share >= LEAST_SHARE
    ]
    return sorted(found, key=lambda one: (-one[1], one[0]))[:MOST_WASTES]


def brief_completeness(facts: Ground, template: Template) -> tuple[Block, ...]:
    """How far these days are known, and on how much of the hours use was measured."""
    shares = ((label, facts.totals[f"{name}_coverage"]) for name, label in _MEASURED)
    measured = ", ".join(f"{label} on {percent(share)}" for label, share in shares if share is not None)
    still = "" if facts.closed else " These months are not closed: records that arrive late can still change them."
    found = count(facts.incomplete.num_rows, "range of days is", "ranges of days are")
    lacking = f" {found} not proven whole; the annex names them." if facts.incomplete.num_rows else ""
    used = f" Measured: {measured} of the hours." if measured else ""
    return (Paragraph(f"{facts.state.title}. {shown(known(facts))}{lacking}{still}{used}"),)


def brief_provenance(facts: Ground, template: Template) -> tuple[Block, ...]:
    """What it is made of, in two sentences."""
    said, booked = facts.published, "used" if facts.booking == "used" else "ended"
    text = (
        f"Hours as {booked}; days begin at midnight {said.zone}. Data version {said.version}, rules {said.rules}, "
        f"numbers {numbers_sha256(facts)[:16]}, template {template_sha256(template)[:16]} (SHA-256, first digits). "
        "Equal ones give this report again, byte for byte."
    )
    return (Paragraph(text),)


def _was(before: Before | None, name: str) -> str:
    share = None if before is None else ratio(before.numbers[name], before.numbers["cpu_h"])
    return "" if share is None else f"of core hours; before {percent(share)}"
