"""What changed between a closed month and the live one, or another version of it: by dimensions, and by cause.

Sums are whole numbers; the rows of a month, with those that did not change, add up to it on both sides. What is not
known adds nothing to a sum, on either side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from pipeline.closing import sides
from pipeline.closing.causes import CHANGED_JOB_SQL, UNCHANGED
from pipeline.closing.closed_cube import ClosedCube
from pipeline.closing.copying import workbench
from pipeline.closing.sides import Side
from pipeline.cube import Cube, usage_condition
from pipeline.dimensions import in_schema
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.query import Booking, UsageQuery, Where
from pipeline.settings import Settings
from pipeline.usage_sql import BUCKET
from pipeline.viewer import Viewer

SUMS = ("wall_s", "mcore_s", "gpu_s")
HOURS = {"core_h": ("mcore_s", 3_600_000), "gpu_h": ("gpu_s", 3600), "wall_h": ("wall_s", 3600)}
MOMENTS = ("before", "after", "difference")


@dataclass(frozen=True)
class DiffQuery:
    """By which dimensions, filtered how, booked how; `whole`: with the rows that did not change."""

    by: tuple[str, ...] = ("project",)
    where: Where = ()
    booking: Booking = "used"
    whole: bool = False


@dataclass(frozen=True)
class Difference:
    """The answer.

    rows    columns `by`, cause, jobs, then before, after and difference of wall_s, mcore_s, gpu_s (whole numbers) and
            of core_h, gpu_h, wall_h; one row per combination, ordered by `by` and cause
    before, after   which two are compared
    totals  sum -> (before, after) of all that the viewer may see and the filter lets through, changed or not
    """

    rows: pa.Table
    before: str
    after: str
    totals: dict[str, tuple[int, int]]


def diff(
    lake: Lake, settings: Settings, closed: ClosedCube, other: Cube, query: DiffQuery, viewer: Viewer
) -> Difference:
    """What changed from the closed version to the other side: a live cube, or another closed version.

    Raises UsageError for unknown names, for a mixture of simulated and real pools, and for two different months.
    """
    asked = _usage_query(closed, query)
    for side in (closed, other):
        side.refuse_mixture(asked, viewer)
    with workbench(settings.build_memory_mib) as con:
        before = sides.mount_version(con, "before", closed)
        after = _mount_other(con, lake, closed, other)
        _set_variables(con, before, after, closed.manifest.newest_read_utc)
        _put_side_by_side(con, asked, viewer)
        con.execute(CHANGED_JOB_SQL)
        rows = con.sql(_answer(asked, whole=query.whole)).to_arrow_table()
        return Difference(rows, before.label, after.label, _totals(con))


def _usage_query(closed: ClosedCube, query: DiffQuery) -> UsageQuery:
    repeated = sorted({name for name in query.by if query.by.count(name) > 1})
    if repeated:
        raise UsageError(f"asked for twice: {', '.join(repeated)}")
    if UsageQuery(query.by, where=query.where).asks_for(BUCKET):
        raise UsageError("changes are not known by bucket", "Ask `usage` for buckets, live and --as-closed.")
    month = closed.month
    return UsageQuery(query.by, (), month.first, month.last, query.where, query.booking)


def _mount_other(con: duckdb.DuckDBPyConnection, lake: Lake, closed: ClosedCube, other: Cube) -> Side:
    if not isinstance(other, ClosedCube):
        return sides.mount_live(con, "after", lake, other)
    if other.month != closed.month:
        raise UsageError(f"{closed.month} cannot be compared with {other.month}")
    return sides.mount_version(con, "after", other)


def _set_variables(con: duckdb.DuckDBPyConnection, before: Side, after: Side, newest_read_utc: int | None) -> None:
    for name, value in (
        ("other_zone", before.zone != after.zone),
        ("other_rules", before.rules != after.rules),
        ("other_mapping", before.mapping != after.mapping),
        ("newest_read_utc", newest_read_utc),
    ):
        con.execute(f"SET VARIABLE {name} = ?", [value])


def _put_side_by_side(con: duckdb.DuckDBPyConnection, query: UsageQuery, viewer: Viewer) -> None:
    """Tables `job_sum`: sums before and after by job and group; `differing`: the jobs in which any of them differs."""
    fact = "charge" if query.booking == "used" else "charge_ended"
    condition, values = usage_condition(query, viewer)
    groups = [group.sql for group in query.dimensions()]
    named = "".join(f"{sql} AS g{place}, " for place, sql in enumerate(groups))
    places = "".join(f"g{place}, " for place in range(len(groups)))
    sides_sql = " UNION ALL BY NAME ".join(
        f"SELECT job_id, {in_schema(named, moment)}{', '.join(f'{name} AS {name}_{moment}' for name in SUMS)} "
        f"FROM {moment}.{fact} AS fact WHERE {in_schema(' AND '.join(condition), moment)}"
        for moment in MOMENTS[:2]
    )
    sums = ", ".join(
        f"coalesce(sum({name}_{moment}), 0)::BIGINT AS {name}_{moment}" for name in SUMS for moment in MOMENTS[:2]
    )
    con.execute(
        f"CREATE TEMP TABLE job_sum AS SELECT job_id, {places}{sums} FROM ({sides_sql}) GROUP BY ALL",
        [*values, *values],
    )
    differs = " OR ".join(f"{name}_before <> {name}_after" for name in SUMS)
    con.execute(f"CREATE TEMP TABLE differing AS SELECT DISTINCT job_id FROM job_sum WHERE {differs}")


def _answer(query: UsageQuery, *, whole: bool) -> str:
    groups = [f'g{place} AS "{name}"' for place, name in enumerate(query.by)]
    cause = f"coalesce(changed_job.cause, '{UNCHANGED}') AS cause"
    counted = "count(DISTINCT job_sum.job_id) AS jobs"
    columns = ", ".join([*groups, cause, counted, *_measures()])
    join = "LEFT JOIN" if whole else "INNER JOIN"
    order = ", ".join(str(place + 1) for place in range(len(query.by) + 1))
    return f"SELECT {columns} FROM job_sum {join} changed_job USING (job_id) GROUP BY {order} ORDER BY {order}"


def _measures() -> Sequence[str]:
    sums = {
        (name, moment): f"sum({name}_after) - sum({name}_before)" if moment == "difference" else f"sum({name}_{moment})"
        for name in SUMS
        for moment in MOMENTS
    }
    whole = [f"({sql})::BIGINT AS {name}_{moment}" for (name, moment), sql in sums.items()]
    hours = [
        f"({sums[name, moment]}) / {factor}.0 AS {hours}_{moment}"
        for hours, (name, factor) in HOURS.items()
        for moment in MOMENTS
    ]
    return [*whole, *hours]


def _totals(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    sums = ", ".join(f"coalesce(sum({name}_{moment}), 0)::BIGINT" for name in SUMS for moment in MOMENTS[:2])
    (row,) = con.execute(f"SELECT {sums} FROM job_sum").fetchall()
    return {name: (row[2 * place], row[2 * place + 1]) for place, name in enumerate(SUMS)}
