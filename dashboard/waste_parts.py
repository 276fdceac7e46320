"""Parts of the page Efficiency: cards, the sentence on goodput, the table of buckets, the table of quantiles."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.format import Number
from dashboard.labels import short
from dashboard.usage_table import MOST_ROWS
from dashboard.waste_figures import KINDS, Kind
from pipeline.buckets import bucket
from pipeline.query import metric
from pipeline.spread import QUANTILES, Spread
from pipeline.waste import WasteRow, WasteTable

CARDS = ("goodput_completed_h", "goodput_succeeded_h", "wasted_h", "cpu_efficiency", "memory_efficiency")
METRICS = ("cpu_h", "cpu_coverage", "memory_coverage", "cpu_overuse_h", *CARDS)
COVERED = {"cpu_efficiency": ("cpu_coverage", "core hours"), "memory_efficiency": ("memory_coverage", "memory hours")}
MOST_SPREAD = 15
Totals = Mapping[str, Number]


def goodput_cards(now: Totals, before: Totals | None, against: str | None) -> list[Component]:
    """Efficiencies with their coverage; goodput and waste with their share of all core hours."""
    return [
        cards.card(metric(name), now[name], before[name] if before else None, against, _footnote(name, now))
        for name in CARDS
    ]


def _footnote(name: str, now: Totals) -> str:
    if name in COVERED:
        coverage, of = COVERED[name]
        return f"covers {fmt.percent(now[coverage])} of {of}"
    hours, whole = now[name], now["cpu_h"]
    return f"{fmt.percent(hours / whole)} of core hours" if hours is not None and whole else ""


def goodput_sentence(now: Totals) -> str:
    """How much is good in HTCondor's sense, and why that is not the same as success."""
    completed, succeeded, whole = now["goodput_completed_h"], now["goodput_succeeded_h"], now["cpu_h"]
    if completed is None or succeeded is None or whole is None:
        return ""
    unit = f"{fmt.GAP}core{fmt.GAP}h"
    if completed == succeeded:
        return "Completed and succeeded are the same here: every run that completed its job ended with success."
    return (
        f"Completed and succeeded differ by {fmt.number(abs(completed - succeeded))}{unit}: to HTCondor a job also "
        "completes with a failed exit code or by a signal, while a run that succeeded and was run again, or whose job "
        "was removed, completed nothing."
    )


def overuse_sentence(now: Totals) -> str:
    """CPU time beyond the allocation, which is in no bucket; empty where there is none."""
    over = now["cpu_overuse_h"]
    if not over:
        return ""
    return f"Beyond their cores attempts used {fmt.number(over)}{fmt.GAP}core{fmt.GAP}h of CPU time: in no bucket."


def legend(kinds: Sequence[Kind], unit: str) -> list[Component]:
    """What each colour stands for."""
    if not kinds:
        return [html.P(f"No {unit} in this selection.", className="legend-none")]
    return [
        html.Span(
            [
                html.Span(
                    className="swatch swatch-hatched" if kind.hatched else "swatch",
                    style={"backgroundColor": kind.colour},
                    **attributes(aria_hidden="true"),
                ),
                html.Span(kind.label, className="name"),
            ],
            className="legend-entry",
        )
        for kind in kinds
    ]


def columns(group: str, found: WasteTable, unit: str) -> list[dict[str, Any]]:
    """The entity, its hours, and a column for each bucket that any of them has time in."""
    made: list[dict[str, Any]] = [
        {
            "field": "label",
            "headerName": group,
            "cellRenderer": "EntityCell",
            "tooltipField": "tooltip",
            "pinned": None,
            "minWidth": 190,
            "flex": 2,
            "comparator": {"function": "ledgerText"},
        },
        {**_number("total", "Total", f"All {unit} of the entity: the sum of its buckets."), "initialSort": "desc"},
    ]
    for name in _ordered(found):
        known = bucket(name)
        made.append(_number(name, known.label, f"{known.doc[:1].upper()}{known.doc[1:]}."))
    return made


def _ordered(found: WasteTable) -> list[str]:
    """Buckets with time, in the order of the chart's colours: what was used comes first."""
    return [name for kind in KINDS for name in kind.buckets if name in found.buckets]


def rows(found: WasteTable, link_of: Callable[[str], str | None], *, shares: bool) -> list[dict[str, Any]]:
    """One record an entity, the largest first: numbers to sort by, and texts to show."""
    ordered = sorted(found.rows, key=lambda row: (-(row.total_h or 0), row.key))
    return [_row(row, found, link_of, shares=shares) for row in ordered[:MOST_ROWS]]


def note(found: WasteTable, unit: str) -> str:
    """How much of it the table holds."""
    count = len(found.rows)
    if count > MOST_ROWS:
        return f"The {MOST_ROWS:,} largest of {count:,}; the download has all."
    return f"{fmt.count(count, 'row', 'rows')}; the buckets of each add up to its {unit}."


def spread_table(group: str, found: Sequence[Mapping[str, Any]], of: Spread, by: str) -> Component:
    """Quantiles of each entity, those of most attempts first; a dash where nobody measured."""
    if not found:
        return quiet("No attempt ended in this selection.")
    heads = [Head(group, wide=True), Head("Attempts", "Attempts that ended on these days.", number=True)]
    heads.append(Head("Measured", "Those of them that told this; all others are in no quantile.", number=True))
    heads += [Head(f"{cut} %", f"{cut} % of {of.weighed_by} ran at or below it.", number=True) for cut in QUANTILES]
    ordered = sorted(found, key=lambda row: (-row["attempts"], row[by]))[:MOST_SPREAD]
    return fact_table(heads, [_spread_row(row, of, by) for row in ordered], f"{of.label}: quantiles")


def spread_note(count: int, of: Spread) -> str:
    """What the quantiles are of."""
    said = of.doc if of.unit == "%" else f"{of.doc} In hours."
    if count <= MOST_SPREAD:
        return said
    return f"{said} Shown are the {MOST_SPREAD} with most attempts of {count:,}; the download has all."


def _spread_row(row: Mapping[str, Any], of: Spread, by: str) -> list[Cell]:
    cells: list[Cell] = [
        html.Span(short(row[by], 64), className="name"),
        f"{row['attempts']:,}",
        f"{row['measured']:,}",
    ]
    for cut in QUANTILES:
        value = row[f"p{cut}"]
        cells.append(fmt.percent(value) if of.unit == "%" else fmt.number(value, 2))
    return cells


def _row(row: WasteRow, found: WasteTable, link_of: Callable[[str], str | None], *, shares: bool) -> dict[str, Any]:
    (name,) = row.key
    made: dict[str, Any] = {
        "label": short(name, 64),
        "tooltip": short(name, 400),
        "colour": "transparent",
        "swatch": "swatch-none",
        "link": link_of(name),
        "total": row.total_h,
        "total_text": fmt.number(row.total_h),
    }
    for one in found.buckets:
        value = row.share(one) if shares else row.hours[one]
        made[one] = value
        made[f"{one}_text"] = fmt.percent(value) if shares else fmt.number(value)
    return made


def _number(field: str, head: str, tip: str) -> dict[str, Any]:
    return {
        "field": field,
        "headerName": head,
        "headerTooltip": tip,
        "type": "rightAligned",
        "cellClass": "ag-right-aligned-cell number",
        "valueFormatter": {"function": f"params.data.{field}_text"},
        "comparator": {"function": "ledgerNumbers"},
        # as wide as the longest word of the head
        "minWidth": max(104, 48 + 8 * max(map(len, head.split()))),
        "flex": 1,
        "wrapHeaderText": True,
    }
