"""Blocks about hours that several reports show: by group, by month, and by what became of them. Pure."""

from collections.abc import Mapping, Sequence

from pipeline.facility_sheet import Month
from pipeline.report.content import Bar, Block, Chart, Paragraph, Table
from pipeline.report.ground import Ground, Numbers
from pipeline.report.wording import compact, labelled, name_of, number, of_bucket, percent, plural, ratio, total

_MONTH_HEADS = {
    "cpu_h": "Core hours",
    "gpu_h": "GPU hours",
    "jobs": "Jobs",
    "project": "Projects",
    "user": "Accounts",
}


def group_blocks(facts: Ground, name: str, top: int) -> tuple[Block, ...]:
    """The first values of a dimension, the rest as one, and the whole; a sentence where nobody registered one."""
    rows = facts.groups[name].to_pylist()
    if {row[name] for row in rows} <= {"unmapped"}:
        return (Paragraph(f"By {labelled(name).lower()}: nobody registered one, so it cannot be told."),)
    caption = f"By {labelled(name).lower()}"
    whole = facts.totals
    lines = [_line(name_of(row[name]), row, whole) for row in rows[:top]]
    if len(rows) > top:
        rest = {column: total(rows[top:], column) for column in ("cpu_h", "gpu_h", "goodput_succeeded_h")}
        others = plural(name) if len(rows) > top + 1 else labelled(name).lower()
        lines.append(_line(f"{len(rows) - top:,} other {others}", rest, whole))
    lines.append(_line("All", whole, whole))
    heads = (labelled(name), "Core hours", "Share", "GPU hours", "With success")
    return (Table(caption, heads, tuple(lines), (False, *(True,) * 4), sums=True),)


def month_chart(months: Sequence[Month]) -> Chart:
    """Columns of core hours."""
    most = max((_hours(one) for one in months), default=0.0)
    bars = tuple(Bar(one.month, compact(_hours(one)), _hours(one) / most if most else None) for one in months)
    top = max(months, key=_hours)
    alt = (
        f"Core hours by month, {months[0].month} to {months[-1].month}; the most in {top.month}: {number(_hours(top))}."
    )
    return Chart("Core hours by month", alt, "columns", bars)


def month_table(months: Sequence[Month], columns: Sequence[str]) -> Table:
    """A row a month; of a month that is not known whole, which days are."""
    rows = tuple(
        (
            one.month if one.is_whole else f"{one.month} ({one.first.day} to {one.last.day})",
            *(number(one.numbers[name]) for name in columns),
        )
        for one in months
    )
    heads = ("Month", *(_MONTH_HEADS[name] for name in columns))
    return Table("Months", heads, rows, (False, *(True,) * len(columns)))


def bucket_chart(facts: Ground, least_share: float = 0.0) -> tuple[Block, ...]:
    """Bars of core hours by what became of them, of those with that share at least; nothing where nothing ran."""
    row = facts.waste.whole
    found = [
        (name, hours)
        for name in facts.waste.buckets
        if (hours := row.hours[name]) is not None and ((share := row.share(name)) is None or share >= least_share)
    ]
    if not found:
        return ()
    found.sort(key=lambda one: (-one[1], one[0]))
    most = found[0][1]
    bars = tuple(
        Bar(of_bucket(name), f"{number(hours)} ({percent(row.share(name))})", hours / most) for name, hours in found
    )
    alt = "Core hours by what became of them, the most first: " + "; ".join(f"{b.label} {b.shown}" for b in bars) + "."
    return (Chart("What became of every core hour", alt, "bars", bars),)


def _line(name: str, row: Mapping[str, float | None] | Numbers, whole: Numbers) -> tuple[str, ...]:
    hours = row["cpu_h"]
    good = percent(ratio(row["goodput_succeeded_h"], hours))
    return name, number(hours), percent(ratio(hours, whole["cpu_h"])), number(row["gpu_h"]), good


def _hours(month: Month) -> float:
    """For the length of a bar alone: what is not known has none."""
    hours = month.numbers["cpu_h"]
    return 0.0 if hours is None else float(hours)
