"""Commands about what became of the allocated time: waste (buckets), efficiency (how it is spread)."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.options import (
    BookingName,
    FirstOption,
    Format,
    FormatOption,
    LakeOption,
    LastOption,
    OutputOption,
    UrlOption,
    WhereOption,
    ZoneOption,
    cube_at,
    days,
    names,
)

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.table import Table

    from pipeline.query import UsageQuery
    from pipeline.waste import WasteRow, WasteTable

ByOption = Annotated[str, typer.Option(help="Dimensions, comma separated, as in `htc-ledger usage`.")]


class Sheet(StrEnum):
    cores = "cores"
    memory = "memory"
    gpus = "gpus"


class Of(StrEnum):
    cpu = "cpu"
    memory = "memory"
    wall = "wall"


def add_to(app: typer.Typer) -> None:
    """Register the commands of this part."""
    app.command()(waste)
    app.command()(efficiency)


def waste(
    by: ByOption = "project",
    sheet: Annotated[
        Sheet, typer.Option(help="Core hours, memory (GiB hours) or GPU hours; each splits used and idle by itself.")
    ] = Sheet.cores,
    first: FirstOption = None,
    last: LastOption = None,
    where: WhereOption = None,
    booking: Annotated[
        BookingName, typer.Option(help="used: by phase and end of each attempt; ended: what a final ad alone tells.")
    ] = BookingName.used,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """What became of the allocated hours: every one of them in one bucket, hours and share, by project or else.

    `htc-ledger usage --metrics help` says what goodput and badput are; the buckets add up to the total.
    Example: htc-ledger waste --by site --from 2026-10-01 --sheet memory
    """
    from pipeline.answers import write_table
    from pipeline.viewer import LOCAL
    from pipeline.waste import as_table, waste_table

    query = _query(by, (first, last), where, booking)
    cube = cube_at(lake, url, zone)
    found = waste_table(cube, LOCAL, query, sheet.value)
    if format_ is not Format.table or output is not None:
        write_table(as_table(found), format_, output)
        return
    if not found.rows:
        _say("No usage is known of that.")
        return
    _show(found)
    booked = "as used" if booking is BookingName.used else "as ended"
    _say(f"Booked {booked}; days begin at midnight {cube.published.zone}. — is not measured, and never 0.")


def efficiency(
    by: ByOption = "project",
    of: Annotated[
        Of, typer.Option(help="CPU efficiency, memory peak per memory asked for, or wall time of an attempt.")
    ] = Of.cpu,
    first: FirstOption = None,
    last: LastOption = None,
    where: WhereOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """How efficiency is spread: below which value 5, 25, 50, 75 and 95 % of core hours (or attempts) ran.

    Attempts stand on the day of their end. Those that did not measure it are counted, and in no quantile.
    Example: htc-ledger efficiency --by user --of memory --where project=IceNorth
    """
    from pipeline.answers import write_table
    from pipeline.viewer import LOCAL

    query = _query(by, (first, last), where, BookingName.used)
    cube = cube_at(lake, url, zone)
    found = cube.spread(query, of.value, LOCAL)
    if format_ is not Format.table or output is not None:
        write_table(found, format_, output)
    elif not found.num_rows:
        _say("No attempt is known of that.")
    else:
        _show_spread(found, query, of.value, cube.published.zone)


def _query(
    by: str, between: tuple[datetime | None, datetime | None], where: list[str] | None, booking: BookingName
) -> "UsageQuery":
    from pipeline.query import UsageQuery, where_of

    return UsageQuery(names(by), (), *days(*between), where_of(where or ()), booking.value)


def _show(found: "WasteTable") -> None:
    from rich.measure import Measurement

    from pipeline.terminal import standard_output

    console = standard_output()
    wide = _wide(found)
    unbound = console.options.update(max_width=10_000)
    fits = Measurement.get(console, unbound, wide).maximum <= console.width
    console.print(wide if fits else _long(found))


def _wide(found: "WasteTable") -> "Table":
    """A column a bucket; only those with time in them."""

    from pipeline.buckets import bucket
    from pipeline.terminal import plain_table

    table = plain_table()
    for label in _labels(found):
        table.add_column(label, overflow="fold", max_width=30)
    for head in ("Total", *(bucket(name).label.replace(" ", "\n") for name in found.buckets)):
        table.add_column(head, justify="right", no_wrap=True)
    for row in _with_total(found):
        cells = [f"{_hours(row.hours[name])}\n[dim]{_percent(row.share(name))}[/dim]" for name in found.buckets]
        table.add_row(*_names(row, found), _hours(row.total_h), *cells)
    return table


def _long(found: "WasteTable") -> "Table":
    """A line a bucket: for a terminal that the columns do not fit on."""

    from pipeline.buckets import bucket
    from pipeline.terminal import plain_table

    table = plain_table()
    for label in (*_labels(found), "Bucket"):
        table.add_column(label, overflow="fold")
    table.add_column("Hours", justify="right", no_wrap=True)
    table.add_column("Share", justify="right", no_wrap=True)
    for row in _with_total(found):
        names = _names(row, found)
        table.add_row(*names, "[bold]all[/bold]", f"[bold]{_hours(row.total_h)}[/bold]", "")
        for name in found.buckets:
            if row.hours[name]:
                table.add_row(
                    *("" for _ in names), bucket(name).label, _hours(row.hours[name]), _percent(row.share(name))
                )
    return table


def _labels(found: "WasteTable") -> tuple[str, ...]:
    from pipeline.query import dimension

    return tuple(dimension(name).label for name in found.by)


def _with_total(found: "WasteTable") -> "tuple[WasteRow, ...]":
    return (*found.rows, found.whole) if len(found.rows) > 1 else found.rows


def _names(row: "WasteRow", found: "WasteTable") -> list[Any]:
    from rich.text import Text

    from pipeline.terminal import visible

    if row is found.whole and found.by:
        return [Text("total", style="bold"), *(Text("") for _ in found.by[1:])]
    return [Text(visible(name)) for name in row.key]


def _hours(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.3f}" if 0 < value < 10 else f"{value:,.1f}"


def _percent(value: float | None) -> str:
    return f"{100 * value:.1f} %" if value else ""


def _show_spread(found: "pa.Table", query: "UsageQuery", of: str, zone: str) -> None:
    from rich.text import Text

    from pipeline.spread import QUANTILES, spread
    from pipeline.terminal import plain_table, standard_output, visible

    shown = spread(of)
    table = plain_table()
    for group in query.dimensions():
        table.add_column(group.label, overflow="fold")
    for head in ("Attempts", "Measured", *(f"{cut} %" for cut in QUANTILES)):
        table.add_column(head, justify="right", no_wrap=True)
    for row in found.to_pylist():
        cuts = (row[f"p{cut}"] for cut in QUANTILES)
        table.add_row(
            *(Text(visible(str(row[name]))) for name in query.by),
            f"{row['attempts']:,}",
            f"{row['measured']:,}",
            *("—" if cut is None else f"{100 * cut:,.1f} %" if shown.unit == "%" else f"{cut:,.3f}" for cut in cuts),
        )
    standard_output().print(table)
    _say(f"{shown.label} ({shown.unit}): that share of {shown.weighed_by} ran at or below it. Zone {zone}.")


def _say(sentence: str) -> None:

    from pipeline.terminal import standard_output

    standard_output().print(sentence, style="dim", markup=False, highlight=False)
