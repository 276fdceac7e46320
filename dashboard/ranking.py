"""A short ranking: entities by core hours, each with a bar, its share, and the way to its own page or filter."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.colours import NOT_KNOWN_NAMES
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.labels import short

METRICS = ("cpu_h", "gpu_h", "goodput_succeeded_h", "cpu_efficiency", "jobs")
MOST_ROWS = 10
GOOD = "Core hours of runs that succeeded, per core hours."
EFFICIENT = "CPU time per core time, over the attempts that reported it."
Row = Mapping[str, Any]
Rows = Sequence[Row]
LinkOf = Callable[[str], str | None]


def ranking(
    rows: Rows, by: str, label: str, link_of: LinkOf, most: int = MOST_ROWS, *, narrow: bool = False
) -> Component:
    """The `most` rows with most core hours; rows hold `by` and METRICS. `narrow`: for half a page, with fewer columns.

    What nobody is known for is a row, too; GPU hours are a column where any row has some.
    """
    used = [row for row in rows if row["cpu_h"] or row["gpu_h"] or row["jobs"]]
    if not used:
        return quiet("Nothing ran in these days.")
    ordered = sorted(used, key=lambda row: (-(row["cpu_h"] or 0), row[by]))
    total = sum(row["cpu_h"] or 0 for row in ordered)
    columns = _columns(by, label, total, link_of)
    left_out = {"CPU eff."} if narrow else set()
    left_out |= set() if any(row["gpu_h"] for row in used) else {"GPU h"}
    kept = [(head, cell) for head, cell in columns if head.label not in left_out]
    cells = [[cell(row) for _, cell in kept] for row in ordered[:most]]
    table = fact_table([head for head, _ in kept], cells, f"{label}, by core hours")
    if len(ordered) <= most:
        return table
    rest = sum(row["cpu_h"] or 0 for row in ordered[most:])
    said = f"And {len(ordered) - most:,} more with {fmt.number(rest)}{fmt.GAP}core{fmt.GAP}h; the download has all."
    return html.Div([table, html.P(said, className="dim")])


def share_bar(share: float | None, colour: str | None = None) -> Component:
    """A bar as long as the share, with the share beside it."""
    width = 0.0 if share is None else max(0.0, min(share, 1.0))
    style = {"width": f"{100 * width:.2f}%"} | ({"backgroundColor": colour} if colour else {})
    bar = html.Span(html.Span(style=style, className="bar-fill"), className="bar", **attributes(aria_hidden="true"))
    return html.Span([bar, html.Span(fmt.percent(share), className="bar-text")], className="bar-cell")


def named(name: str, link: str | None, limit: int = 40) -> Component:
    """A name, as a link where it leads anywhere."""
    text = html.Span(short(name, limit), className="name")
    if link is None or name in NOT_KNOWN_NAMES:
        return text
    return dcc.Link(text, href=link, className="job-link", title=short(name, 200))


def _columns(by: str, label: str, total: float, link_of: LinkOf) -> list[tuple[Head, Callable[[Row], Cell]]]:
    """Each column: its head, and what stands in it."""
    return [
        (Head(label, name=True), lambda row: named(row[by], link_of(row[by]))),
        (Head("Core hours", "Wall time times cores.", number=True), lambda row: fmt.number(row["cpu_h"])),
        (
            Head("Share", "Of the core hours of all rows.", number=True),
            lambda row: share_bar(_ratio(row["cpu_h"], total)),
        ),
        (Head("GPU h", number=True), lambda row: fmt.number(row["gpu_h"]) if row["gpu_h"] else ""),
        (Head("Good", GOOD, number=True), lambda row: fmt.percent(_ratio(row["goodput_succeeded_h"], row["cpu_h"]), 0)),
        (Head("CPU eff.", EFFICIENT, number=True), lambda row: fmt.percent(row["cpu_efficiency"], 0)),
        (
            Head("Jobs", "Distinct jobs: those of several rows do not add up.", number=True),
            lambda row: f"{row['jobs']:,}",
        ),
    ]


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None
