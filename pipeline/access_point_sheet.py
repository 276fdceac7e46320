"""What an access point's page tells besides its usage: jobs in and out by day, kinds of jobs, its queue, its schedd,
its transfers, how completely it is read. Asks the cube.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from pipeline.access_point import OfAccessPoint
from pipeline.cube import Cube, PoolInfo
from pipeline.query import UsageQuery, Where
from pipeline.viewer import Viewer

OUTCOMES = ("succeeded", "failed", "signal", "removed", "unknown")
"""How a job leaves the queue."""
TRANSFERS = ("transfer_queue", "transfer_in", "transfer_out")
"""Buckets of time in which files moved, or waited to."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Day:
    """Jobs of every kind on one day: submitted (None: not known), and by outcome those that left the queue."""

    day: date
    submitted: int | None
    left: Mapping[str, int]


@dataclass(frozen=True)
class AccessPointSheet:
    """What the cube knows of one access point of one pool on some days.

    days        each of them that the ledger knows, in order
    kinds       rows of `access_point.kinds`, most jobs first
    queue       rows of `Cube.queue` by venue, status, hold code; asked_utc: when it was asked. None: nothing was in it,
                or it was never asked: which of the two, only the state of its source says
    schedd      its newest ad, a row of `schedd_now`; None: the collector daemon was never asked, or had none of it
    outcomes    how its attempts ended, as used, most core hours first
    transfers   bucket -> wall and core hours of the pool's attempts; no key: no record tells of any
    incomplete  ranges of days that are not complete, rows of `Cube.incomplete`; streams: how many were ever read
    rejects     rejected records by rule; missing: jobs that left the queue without a final ad
    """

    days: tuple[Day, ...]
    kinds: tuple[Row, ...]
    queue: tuple[Row, ...]
    asked_utc: int | None
    schedd: Row | None
    outcomes: tuple[Row, ...]
    transfers: Mapping[str, Row]
    incomplete: tuple[Row, ...]
    streams: int
    rejects: tuple[Row, ...]
    missing: int

    @property
    def submitted(self) -> int | None:
        """Jobs submitted on those days; None: not known."""
        known = [one.submitted for one in self.days if one.submitted is not None]
        return sum(known) if known else None

    def left(self, *outcomes: str) -> int:
        """Jobs that left the queue with one of those outcomes; with any where none is named."""
        return sum(count for one in self.days for name, count in one.left.items() if not outcomes or name in outcomes)


def is_known(cube: Cube, viewer: Viewer, pool: PoolInfo, ap: str) -> bool:
    """Whether that pool ever heard of an access point of that name: a job, a queue, a schedd or a reading."""
    pools, where = (pool.name,), (("pool", (pool.name,)), ("ap", (ap,)))
    return (
        bool(cube.usage(UsageQuery(("venue",), ("wall_s",), where=where, booking="ended"), viewer).num_rows)
        or bool(cube.usage(UsageQuery(("venue",), ("wall_s",), where=where), viewer).num_rows)
        or any(row["ap"] == ap for row in cube.queue(("ap",), pools, viewer).to_pylist())
        or any(row["ap"] == ap for row in cube.schedds(pools, viewer).to_pylist())
        or any(row["ap"] == ap for row in cube.coverage(pools, viewer).to_pylist())
    )


def access_point_sheet(
    cube: Cube, viewer: Viewer, pool: PoolInfo, ap: str, days: tuple[date, date], where: Where = ()
) -> AccessPointSheet:
    """The sheet of that access point, on those days (both included) of that pool.

    `where` are further conditions: they act on how jobs and attempts ended and on transfers. Under them nobody knows
    what was submitted; kinds and queue are of all jobs.
    """
    first, last = days
    pools, asked = (pool.name,), _asked(cube, pool, ap, first, last)
    further = tuple((name, values) for name, values in where if name not in ("pool", "ap"))
    query = UsageQuery((), (), first, last, (("pool", pools), ("ap", (ap,)), *further))
    queue = tuple(row for row in cube.queue(("ap", "venue", "status", "hold_code"), pools, viewer).to_pylist())
    coverage = [row for row in cube.coverage(pools, viewer).to_pylist() if row["ap"] == ap]
    rejects = (row for row in cube.rejects(pools, viewer).to_pylist() if row["ap"] == ap)
    mine = tuple(row for row in queue if row["ap"] == ap)
    schedd = next((row for row in cube.schedds(pools, viewer).to_pylist() if row["ap"] == ap), None)
    return AccessPointSheet(
        days=_days(cube, viewer, query, asked, narrowed=bool(further)),
        kinds=tuple(sorted(cube.job_kinds(asked, viewer).to_pylist(), key=lambda row: -row["jobs"])),
        queue=mine,
        asked_utc=min((row["seen_utc"] for row in mine), default=None),
        schedd=schedd,
        outcomes=_outcomes(cube, viewer, query),
        transfers=_transfers(cube, viewer, query),
        incomplete=tuple(row for row in cube.incomplete(pools, viewer, first, last).to_pylist() if row["ap"] == ap),
        streams=len({(row["source"], row["stream"]) for row in coverage}),
        rejects=tuple(rejects),
        missing=sum(
            row["jobs"]
            for row in cube.missing_jobs(pools, viewer).to_pylist()
            if (row["ap"], row["state"]) == (ap, "missing")
        ),
    )


def _asked(cube: Cube, pool: PoolInfo, ap: str, first: date, last: date) -> OfAccessPoint:
    """Days before the pool's first one are not known: they are not asked for."""
    return OfAccessPoint(pool.name, ap, max(first, pool.first_day or first), last, cube.published.zone)


def _days(cube: Cube, viewer: Viewer, query: UsageQuery, asked: OfAccessPoint, *, narrowed: bool) -> tuple[Day, ...]:
    submitted: dict[str, int] | None = None
    if viewer.sees_all and not narrowed:
        submitted = {row["day"]: row["jobs"] for row in cube.submitted(asked, viewer).to_pylist()}
    left: dict[str, dict[str, int]] = {}
    ended = replace(query, by=("day", "outcome", "venue"), metrics=("jobs",), booking="ended")
    for row in cube.usage(ended, viewer).to_pylist():
        if row["venue"] != "routed":
            counts = left.setdefault(row["day"], {})
            counts[row["outcome"]] = counts.get(row["outcome"], 0) + row["jobs"]
    days = (asked.first + timedelta(days=number) for number in range((asked.last - asked.first).days + 1))
    return tuple(
        Day(day, None if submitted is None else submitted.get(str(day), 0), left.get(str(day), {})) for day in days
    )


def _outcomes(cube: Cube, viewer: Viewer, query: UsageQuery) -> tuple[Row, ...]:
    asked = replace(query, by=("outcome",), metrics=("attempts", "wall_h", "cpu_h"))
    return tuple(sorted(cube.usage(asked, viewer).to_pylist(), key=lambda row: -(row["cpu_h"] or 0)))


def _transfers(cube: Cube, viewer: Viewer, query: UsageQuery) -> dict[str, Row]:
    of = (*query.where, ("bucket", TRANSFERS))
    rows = cube.usage(replace(query, by=("bucket",), metrics=("wall_h", "cpu_h"), where=of), viewer).to_pylist()
    return {row["bucket"]: row for row in rows if row["wall_h"]}
