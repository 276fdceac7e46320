"""What a facility reports to those who fund it, besides hours by group: who was active and new, the year, months,
capacity, and how complete it is. Asks the cube.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa

from pipeline.cube import Cube, PoolInfo
from pipeline.newcomers import Newcomers, newcomers
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer
from pipeline.year import YearToDate, year_to_date

WHO = ("project", "user", "institution")
MONTHS = 13
MONTH_METRICS = ("cpu_h", "gpu_h", "jobs")
OFFERED = ("offered_cpu_h", "claimed_cpu_h", "used_cpu_h", "offered_gpu_h", "claimed_gpu_h", "used_gpu_h")


@dataclass(frozen=True)
class Month:
    """A calendar month: METRICS of it, how many of each of WHO were active, and its days that the ledger knows.

    is_whole   whether those are all its days
    """

    month: str
    first: date
    last: date
    is_whole: bool
    numbers: Mapping[str, float | int | None]


@dataclass(frozen=True)
class FacilitySheet:
    """What the cube knows of one pool on some days, under a question's filters.

    who        how many different ones of WHO had a charged second; `before`: in the period before (None: not known)
    new        who of WHO was never seen before
    months     the last MONTHS up to the newest asked day, the oldest first; none before the ledger begins
    capacity   day -> hours of the whole pool, whatever the filters; days without a picture of the pool are not in it
    """

    who: Mapping[str, int]
    before: Mapping[str, int] | None
    new: Mapping[str, Newcomers]
    year: YearToDate
    months: tuple[Month, ...]
    capacity: Mapping[date, Mapping[str, float | None]]

    def total(self, what: str) -> float | None:
        """The sum of a column of the capacity; None where nothing is known."""
        known = [value for row in self.capacity.values() if (value := row[what]) is not None]
        return sum(known) if known else None


def facility_sheet(
    cube: Cube, viewer: Viewer, pool: PoolInfo, query: UsageQuery, before: UsageQuery | None
) -> FacilitySheet:
    """The sheet of that pool; the question names the pool and both of its days.

    `before`: the same question over the days to compare with, None where there are none. Raises UsageError.
    """
    first, last, since = query.first, query.last, pool.first_day
    if first is None or last is None or since is None:
        raise ValueError("a facility's sheet is of days, and of a pool that was used")
    return FacilitySheet(
        who=_who(cube, viewer, query),
        before=None if before is None else _who(cube, viewer, before),
        new={name: newcomers(cube, viewer, query, name, since) for name in WHO},
        year=year_to_date(cube, viewer, query, last, since),
        months=monthly(cube, viewer, query, since, last),
        capacity=_capacity(cube, viewer, pool, first, last),
    )


def months_table(months: tuple[Month, ...]) -> pa.Table:
    """A row a month, for programs."""
    numbers = [*MONTH_METRICS, *WHO]
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("month", "first_day", "last_day")),
            ("is_whole", pa.bool_()),
            *((name, pa.float64() if name.endswith("_h") else pa.int64()) for name in numbers),
        ]
    )
    rows = [
        {"month": one.month, "first_day": one.first.isoformat(), "last_day": one.last.isoformat()}
        | {"is_whole": one.is_whole, **one.numbers}
        for one in months
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def new_table(new: Mapping[str, Newcomers]) -> pa.Table:
    """A row a newcomer, for programs; none of those of whom it cannot be told."""
    schema = pa.schema(
        [*((name, pa.string()) for name in ("kind", "name", "first_day", "known_since")), ("cpu_h", pa.float64())]
    )
    rows = [
        {"kind": kind, "name": one.name, "first_day": one.first_day.isoformat(), "cpu_h": one.cpu_h}
        | {"known_since": found.since.isoformat()}
        for kind, found in new.items()
        for one in found.new or ()
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def year_table(year: YearToDate) -> pa.Table:
    """A row a number: this year, and the days that both years have, of this year and of last. Null: not known."""
    schema = pa.schema(
        [
            ("what", pa.string()),
            *((name, pa.string()) for name in ("first_day", "last_day", "compared_from", "compared_to")),
            *((name, pa.float64()) for name in ("year_to_date", "same_days", "last_year")),
        ]
    )
    compared = year.days or (None, None)
    rows = [
        {"what": what, "first_day": year.first.isoformat(), "last_day": year.last.isoformat(), "year_to_date": value}
        | {"compared_from": compared[0] and compared[0].isoformat()}
        | {"compared_to": compared[1] and compared[1].isoformat()}
        | {"same_days": year.same and year.same[what], "last_year": year.then and year.then[what]}
        for what, value in year.now.items()
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def capacity_table(capacity: Mapping[date, Mapping[str, float | None]]) -> pa.Table:
    """A row a day on which slots were seen."""
    schema = pa.schema([("day", pa.string()), *((name, pa.float64()) for name in OFFERED)])
    return pa.Table.from_pylist([{"day": day.isoformat(), **row} for day, row in capacity.items()], schema=schema)


def _who(cube: Cube, viewer: Viewer, query: UsageQuery) -> dict[str, int]:
    plain = replace(query, by=())
    return {name: cube.distinct(plain, name, viewer).to_pylist()[0]["count"] for name in WHO}


def monthly(cube: Cube, viewer: Viewer, query: UsageQuery, since: date, last: date) -> tuple[Month, ...]:
    """The last MONTHS up to that day, the oldest first, under the question's filters; none before `since`."""
    begin = last.replace(day=1)
    for _ in range(MONTHS - 1):
        begin = (begin - timedelta(days=1)).replace(day=1)
    asked = replace(query, by=("month",), metrics=MONTH_METRICS, first=begin, last=last)
    found = {row.pop("month"): row for row in cube.usage(asked, viewer).to_pylist()}
    for name in WHO:
        for row in cube.distinct(asked, name, viewer).to_pylist():
            found[row["month"]][name] = row["count"]
    made = []
    while begin <= last:
        end = (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if end >= since:
            known = max(begin, since), min(end, last)
            made.append(Month(f"{begin:%Y-%m}", *known, known == (begin, end), _numbers(found.get(f"{begin:%Y-%m}"))))
        begin = end + timedelta(days=1)
    return tuple(made)


def _numbers(row: Mapping[str, float | int | None] | None) -> Mapping[str, float | int | None]:
    """A month of the ledger in which nothing ran has zeros; what is null in a row that there is stays unknown."""
    if row is None:
        return dict.fromkeys((*MONTH_METRICS, *WHO), 0)
    return dict.fromkeys(WHO, 0) | dict(row)


def _capacity(
    cube: Cube, viewer: Viewer, pool: PoolInfo, first: date, last: date
) -> dict[date, dict[str, float | None]]:
    rows = cube.capacity_hours(("day",), (pool.name,), viewer, first, last).to_pylist()
    return {
        date.fromisoformat(row["day"]): {name: row[name] for name in OFFERED}
        for row in rows
        if row["offered_cpu_h"] is not None
    }
