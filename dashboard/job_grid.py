"""The grid of jobs or attempts: its columns, and rows as texts. Pure: rows of `Cube.listed` in.

The server filters, sorts and pages; the grid asks for the rows that are looked at.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import dash_ag_grid as dag
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard import job_filters
from dashboard.job_list import Asked, can_filter
from dashboard.labels import short
from pipeline.buckets import BUCKETS
from pipeline.explorer.columns import COLUMNS, Column

BLOCK = 100
"""Rows that are fetched at once."""
BLOCKS = 20
"""Blocks that the browser keeps."""
HEIGHT = 620
NUMBERS = frozenset({"number", "share"})
WHOLE = frozenset({"exit_code", "attempts", "gpus", "run"})
WIDTHS = {"job": 128, "end_utc": 150, "submit_utc": 150, "start_utc": 150, "user": 170, "project": 150, "site": 130}
WIDTHS |= {"batch_name": 150, "command": 190, "hold_reason": 230, "remove_reason": 230, "vacate_reason": 230}
WIDTHS |= {"outcome": 122, "wasted_on": 132, "machine": 190, "slot": 190, "resource": 140, "cpu_efficiency": 118}
WIDTHS |= {"failure": 160, "signature": 230}
USUAL_WIDTH = 116
PHONE = ("job", "outcome", "cpu_h", "wasted_h", "wall_h")
"""Columns that a phone shows; the first of them stays in place."""
BUCKET_LABELS = {bucket.name: bucket.label for bucket in BUCKETS}
LinkOf = Callable[[Mapping[str, Any]], str]


def grid(wanted: Asked) -> Component:
    """The grid of a list, filtered and sorted as the address says; its id names the list."""
    made: Component = dag.AgGrid(
        id=grid_id(wanted.of),
        rowModelType="infinite",
        columnDefs=columns(wanted),
        defaultColDef={"resizable": True, "suppressMovable": True, "sortable": True, "sortingOrder": ["desc", "asc"]},
        dashGridOptions={
            "theme": {"function": "ledgerTheme(themeQuartz)"},
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": BLOCKS,
            "maxConcurrentDatasourceRequests": 1,
            "infiniteInitialRowCount": 1,
            "rowBuffer": 0,
            "tooltipShowDelay": 300,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "animateRows": False,
            "suppressMultiSort": True,
            # what the first question is asked with: set later, they would make a second one
            "initialState": {"filter": {"filterModel": job_filters.model(wanted.of, wanted.conditions)}},
        },
        style={"height": HEIGHT, "width": "100%"},
        className="usage-grid job-grid",
        dangerously_allow_code=False,
    )
    return made


def grid_id(of: str) -> dict[str, str]:
    return {"type": "job-grid", "of": of}


def columns(wanted: Asked) -> list[dict[str, Any]]:
    """The grid's columns, in the list's order."""
    by, direction = wanted.sort.lstrip("-"), "desc" if wanted.sort.startswith("-") else "asc"
    return [
        _column(column) | ({"initialSort": direction} if column.name == by else {}) for column in COLUMNS[wanted.of]
    ]


def rows(found: Sequence[Mapping[str, Any]], wanted: Asked, link_of: LinkOf) -> list[dict[str, Any]]:
    """Each row as texts, with its tooltips (`<column>_tip`, where they say more) and the way to its receipt."""
    return [_row(row, wanted, link_of) for row in found]


def _row(row: Mapping[str, Any], wanted: Asked, link_of: LinkOf) -> dict[str, Any]:
    shown: dict[str, Any] = {"link": link_of(row)}
    for column in COLUMNS[wanted.of]:
        value = row[column.name]
        shown[column.name] = text_of(column, value)
        if column.kind == "text" and value is not None:
            shown[f"{column.name}_tip"] = short(value, 400)
    return shown


def text_of(column: Column, value: Any) -> str:
    """A cell's text; a dash where the value is not known."""
    if value is None:
        return fmt.UNKNOWN
    if column.name == "job":
        host, _, place = value.rpartition("#")
        return short(f"{host.partition('.')[0]}#{place}", 60)
    if column.kind == "moment":
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M}"
    if column.kind == "share":
        return fmt.percent(value)
    if column.kind == "number":
        return fmt.number(value, 0 if column.name in WHOLE else 1 if column.name == "cores" else 2)
    if column.kind == "choice":
        return BUCKET_LABELS.get(value, str(value)) if column.name == "wasted_on" else short(str(value))
    return short(value, 80)


def _column(column: Column) -> dict[str, Any]:
    has_unit = column.unit and column.kind != "share" and column.unit.lower() not in column.label.lower()
    unit = f" ({column.unit})" if has_unit and column.name != "cpu_h" else ""
    moment = " (UTC)" if column.kind == "moment" else ""
    made: dict[str, Any] = {
        "field": column.name,
        "headerName": f"{column.label}{unit}{moment}",
        "headerTooltip": column.doc,
        "width": WIDTHS.get(column.name, USUAL_WIDTH),
        "filter": False,
    }
    if column.kind == "text":
        made["tooltipField"] = f"{column.name}_tip"
    if column.kind in NUMBERS:
        made |= {"type": "rightAligned", "cellClass": "ag-right-aligned-cell number"}
    if column.name == "job":
        made |= {"cellRenderer": "JobCell", "pinned": "left"}
    return made | (_filter(column) if can_filter(column) else {})


def _filter(column: Column) -> dict[str, Any]:
    """The filter behind the column's head: one condition, sent when typing pauses."""
    options = {
        "text": ["contains", "equals", "blank", "notBlank"],
        "choice": ["equals", "blank", "notBlank"],
    }.get(column.kind, ["greaterThanOrEqual", "lessThanOrEqual", "inRange", "blank", "notBlank"])
    if column.kind == "moment":
        options = ["inRange", "blank", "notBlank"]
    kinds = {"moment": "agDateColumnFilter", "number": "agNumberColumnFilter", "share": "agNumberColumnFilter"}
    params: dict[str, Any] = {
        "filterOptions": options,
        "maxNumConditions": 1,
        "debounceMs": 500,
        "buttons": ["clear"],
        "inRangeInclusive": True,
    }
    if column.kind == "choice":
        params["filterPlaceholder"] = ", ".join(column.choices)
    return {"filter": kinds.get(column.kind, "agTextColumnFilter"), "filterParams": params, "floatingFilter": True}
