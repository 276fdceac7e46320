"""The table of a breakdown: a grid that sorts numbers and shows them as text that Python has formatted."""

from collections.abc import Callable
from typing import Any

import dash_ag_grid as dag
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.breakdown import TOTALS, Breakdown, Row
from dashboard.cards import definition
from dashboard.colours import NOT_KNOWN_NAMES, OTHER
from dashboard.labels import short
from pipeline.metrics import Metric
from pipeline.query import metric

MOST_ROWS = 1_000
PAGE_ROWS = 25
CLASS = "usage-grid"
HEADS = {"cpu_coverage": "Coverage"}
NARROW = {"cpu_h": 118, "gpu_h": 112, "cpu_efficiency": 130, "cpu_coverage": 130, "jobs": 100, "attempts": 110}


def grid(name: str) -> Component:
    """The empty grid, in the colours and type of the page."""
    made: Component = dag.AgGrid(
        id=name,
        rowData=[],
        columnDefs=[],
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": True, "filter": False},
        dashGridOptions={
            "theme": {"function": "ledgerTheme(themeQuartz)"},
            "domLayout": "autoHeight",
            "pagination": True,
            "paginationPageSize": PAGE_ROWS,
            "paginationPageSizeSelector": [PAGE_ROWS, 100, 1000],
            "tooltipShowDelay": 300,
            "suppressCellFocus": False,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "animateRows": False,
        },
        style={"height": None, "width": "100%"},
        className=CLASS,
        dangerously_allow_code=False,
    )
    return made


def columns(group: str, measure: Metric) -> list[dict[str, Any]]:
    """The column definitions: the entity, its metrics, and its share of the measure's total after that measure."""
    found: list[dict[str, Any]] = [
        {
            "field": "label",
            "headerName": group,
            "cellRenderer": "EntityCell",
            "tooltipField": "tooltip",
            "pinned": None,
            "minWidth": 190,
            "flex": 2,
            "comparator": {"function": "ledgerText"},
        }
    ]
    for name in TOTALS:
        known = metric(name)
        unit = "" if known.unit in ("%", known.name) else f" ({known.unit})"
        found.append(_number(name, HEADS.get(name, known.label), definition(known) + unit, NARROW[name]))
        if name == measure.name:
            text = f"Share of the total {measure.label.lower()} of this selection."
            found.append({**_number("share", "Share", text, 96), "cellClass": "ag-right-aligned-cell number share"})
    for column in found:
        # said for each column, so that another measure sorts anew: what is shown is what the address says
        column["sort"] = "desc" if column["field"] == measure.name else None
    return found


def rows(breakdown: Breakdown, link_of: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """One record an entity: numbers to sort by, texts to show, the colour that it has in the chart, and its link."""
    return [_row(row, link_of) for row in breakdown.rows[:MOST_ROWS]]


def class_of(breakdown: Breakdown) -> str:
    """The grid's class: one that fits on a page needs no controls for pages."""
    return class_of_rows(len(breakdown.rows))


def class_of_rows(count: int) -> str:
    """The same of a grid of so many rows; one without rows is not there."""
    if not count:
        return f"{CLASS} {CLASS}-empty"
    return CLASS if count > PAGE_ROWS else f"{CLASS} {CLASS}-one-page"


def note(breakdown: Breakdown) -> str:
    """How much of the breakdown the table holds."""
    count = len(breakdown.rows)
    if count > MOST_ROWS:
        return f"The {MOST_ROWS:,} largest of {count:,}; the download has all."
    return "" if count < 2 else f"{count:,} rows. Jobs and attempts of several rows do not add up."


def _row(row: Row, link_of: Callable[[str], str | None]) -> dict[str, Any]:
    texts = {f"{name}_text": fmt.value(row.metrics[name], metric(name)) for name in TOTALS}
    return {
        "label": short(row.name, 64),
        "tooltip": short(row.name, 400),
        "colour": row.colour or OTHER,
        "swatch": "swatch swatch-hatched" if row.name in NOT_KNOWN_NAMES else "swatch",
        "link": link_of(row.name),
        "share": row.share,
        "share_text": fmt.percent(row.share),
        **{name: row.metrics[name] for name in TOTALS},
        **texts,
    }


def _number(field: str, head: str, tip: str, width: int) -> dict[str, Any]:
    return {
        "field": field,
        "headerName": head,
        "headerTooltip": tip,
        "type": "rightAligned",
        "cellClass": "ag-right-aligned-cell number",
        "valueFormatter": {"function": f"params.data.{field}_text"},
        "comparator": {"function": "ledgerNumbers"},
        "minWidth": width,
        "flex": 1,
    }
