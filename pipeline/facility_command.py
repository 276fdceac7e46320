"""The command `facility`: what a facility reports to those who fund it, as its page shows it."""

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
    OnePoolOption,
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

    from pipeline.facility_sheet import FacilitySheet

GROUP_METRICS = ("cpu_h", "gpu_h", "goodput_succeeded_h", "jobs")


class Sheet(StrEnum):
    groups = "groups"
    who = "who"
    new = "new"
    year = "year"
    months = "months"
    capacity = "capacity"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(facility)


def facility(
    by: Annotated[str, typer.Option(help="Dimensions of the sheet groups, comma separated.")] = "field_of_science",
    sheet: Annotated[
        Sheet | None,
        typer.Option(
            help="One part: hours by groups; who was active; who is new; the year beside last; months; capacity by day."
        ),
    ] = None,
    pool: OnePoolOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    where: WhereOption = None,
    booking: Annotated[BookingName, typer.Option(help="used or ended, as in `htc-ledger usage`.")] = BookingName.used,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """What was delivered to whom, who is new, this year beside last, months and capacity; by default of 30 days.

    Without --sheet all parts are shown; for programs and files name one (default: groups). Unknown is empty, never 0.
    Example: htc-ledger facility --by institution --from 2026-10-01 --to 2026-10-31 --format csv
    """
    from pipeline.answers import write_table
    from pipeline.facility_sheet import facility_sheet
    from pipeline.one_pool import days_of, one_pool
    from pipeline.query import UsageQuery, where_of
    from pipeline.viewer import LOCAL

    cube = cube_at(lake, url, zone)
    known = one_pool(cube, LOCAL, pool)
    chosen = (("pool", (known.name,)), *where_of(where or ()))
    query = UsageQuery((), (), *days_of(known, *days(first, last)), chosen, booking.value)
    groups = cube.usage(UsageQuery(names(by), GROUP_METRICS, query.first, query.last, chosen, booking.value), LOCAL)
    found = facility_sheet(cube, LOCAL, known, query, None)
    tables = _tables(found, groups)
    if format_ is not Format.table or output is not None:
        write_table(tables[sheet or Sheet.groups], format_, output)
        return
    for name in (sheet,) if sheet else Sheet:
        _show(name, tables[name], found)
    booked = "as used" if booking is BookingName.used else "as ended"
    _say(f"{known.name}, {query.first} to {query.last}, booked {booked}; days begin at midnight {cube.published.zone}.")


def _tables(found: "FacilitySheet", groups: "pa.Table") -> "dict[Sheet, pa.Table]":
    import pyarrow as pa

    from pipeline.facility_sheet import capacity_table, months_table, new_table, year_table

    kinds = [{"kind": kind, "active": count, "new": _count(found, kind)} for kind, count in found.who.items()]
    who = pa.schema([("kind", pa.string()), ("active", pa.int64()), ("new", pa.int64())])
    return {
        Sheet.groups: groups,
        Sheet.who: pa.Table.from_pylist(kinds, schema=who),
        Sheet.new: new_table(found.new),
        Sheet.year: year_table(found.year),
        Sheet.months: months_table(found.months),
        Sheet.capacity: capacity_table(found.capacity),
    }


def _count(found: "FacilitySheet", kind: str) -> int | None:
    new = found.new[kind].new
    return None if new is None else len(new)


def _show(sheet: Sheet, answer: "pa.Table", found: "FacilitySheet") -> None:
    from pipeline.show_table import show_table

    if answer.num_rows:
        show_table(answer)
    else:
        _say(_nothing(sheet, found))
    since = found.year.since
    if sheet is Sheet.who and any(one.new is None for one in found.new.values()):
        _say(f"Who is new is not known: the ledger begins on {since}, and these days begin with it.")
    elif sheet is Sheet.new and answer.num_rows:
        _say(f"Never seen before these days; the ledger looks back to {since}.")
    if sheet is Sheet.year and not found.year.is_whole:
        some = "on some of these days only, which are compared" if found.year.days else "on none of these days"
        _say(f"The ledger begins on {since}: last year is known {some}; — is not known, and not 0.")


def _nothing(sheet: Sheet, found: "FacilitySheet") -> str:
    if sheet is Sheet.capacity:
        return "No slot was seen on these days: what the pool offered is not known."
    if sheet is Sheet.new:
        known = all(one.new is not None for one in found.new.values())
        return "Nobody is new." if known else f"Who is new is not known: the ledger begins on {found.year.since}."
    return "No usage is known of that."


def _say(text: Any) -> None:
    from pipeline.terminal import standard_output

    standard_output().print(text, style="dim", highlight=False, markup=False)
