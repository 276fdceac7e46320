"""Residuals as people ask for them: the largest, their sums by cause, and the statement that all of it adds up.

A job belongs to the day of its end, its last site and its own project. Without a filter on venue only the pool's own
jobs are looked at. Amounts are whole seconds, and milli-core-seconds at the final ad's cores.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.dimensions import DIMENSIONS
from pipeline.errors import UsageError
from pipeline.query import Where, dimension
from pipeline.viewer import Viewer

Question = tuple[str, list[Any]]
NOT_FILTERS = frozenset({"day", "month", "bucket"})
"""Dimensions that residuals cannot be filtered by; besides all others, by their `cause`."""
_ROWS = """
    FROM ended
    INNER JOIN residual USING (pool, ap, job_id)
    INNER JOIN job USING (pool, ap, job_id)
"""


@dataclass(frozen=True)
class ResidualQuery:
    """End days (both included; None: no bound) and a filter by dimensions and `cause`."""

    first: date | None = None
    last: date | None = None
    where: Where = ()

    def checked(self) -> "ResidualQuery":
        """The same. Raises UsageError for a dimension that residuals do not have."""
        for name, _ in self.where:
            if name != "cause" and dimension(name).name in NOT_FILTERS:
                known = ", ".join(each.name for each in DIMENSIONS if each.name not in NOT_FILTERS)
                raise UsageError(f"residuals cannot be filtered by {name!r}", f"Known: {known}, cause.")
        return self


def where_of(conditions: list[str]) -> Where:
    """`["project=A", "cause=run_lost"]` as a filter. Raises UsageError for a condition without `=`."""
    values: dict[str, list[str]] = {}
    for condition in conditions:
        name, equals, value = condition.partition("=")
        if not equals:
            raise UsageError(f"condition {condition!r} has no '='", "Write --where project=NAME.")
        values.setdefault(name.strip(), []).append(value)
    return tuple((name, tuple(allowed)) for name, allowed in values.items())


def largest(asked: ResidualQuery, viewer: Viewer, limit: int) -> Question:
    """One row per job, the largest residual first, whatever its sign."""
    ended, values = _ended(asked, viewer)
    causes, more = _causes(asked)
    sql = f"""
        WITH {ended}
        SELECT
            ended.pool,
            concat(ended.ap, '#', job.cluster, '.', job.proc) AS job,
            strftime(ended.day, '%Y-%m-%d') AS end_day,
            ended.project, ended.site, ended."user",
            residual.cause,
            residual.attempts_wall_s, residual.residual_s, residual.job_wall_s,
            residual.residual_s * job.cores_milli AS mcore_s
        {_ROWS}
        WHERE {causes}
        ORDER BY abs(residual.residual_s) DESC, ended.pool, job
        LIMIT ?
    """
    return sql, [*values, *more, limit]


def by_cause(asked: ResidualQuery, viewer: Viewer) -> Question:
    """One row per cause and sign, those with most seconds first."""
    ended, values = _ended(asked, viewer)
    causes, more = _causes(asked)
    sql = f"""
        WITH {ended}
        SELECT
            residual.cause,
            count(*) AS jobs,
            sum(residual.residual_s)::BIGINT AS residual_s,
            sum(residual.residual_s * job.cores_milli)::BIGINT AS mcore_s
        {_ROWS}
        WHERE {causes}
        GROUP BY residual.cause, residual.residual_s > 0
        ORDER BY abs(sum(residual.residual_s)) DESC, residual.cause
    """
    return sql, [*values, *more]


def statement(asked: ResidualQuery, viewer: Viewer) -> Question:
    """One row: jobs, attempts_wall_s + residual_s = wall_s of all jobs that ended then, with or without a residual."""
    ended, values = _ended(asked, viewer)
    causes, more = _causes(asked)
    sql = f"""
        WITH {ended},
        ran AS (
            SELECT pool, ap, job_id, sum(wall_s) AS wall_s FROM attempt GROUP BY ALL
        )
        SELECT
            count(*) AS jobs,
            coalesce(sum(ran.wall_s), 0)::BIGINT AS attempts_wall_s,
            coalesce(sum(residual.residual_s), 0)::BIGINT AS residual_s,
            coalesce(sum(ended.wall_s), 0)::BIGINT AS wall_s
        FROM ended
        LEFT JOIN residual USING (pool, ap, job_id)
        LEFT JOIN ran USING (pool, ap, job_id)
        WHERE ended.wall_s IS NOT NULL AND {causes}
    """
    return sql, [*values, *more]


def _ended(asked: ResidualQuery, viewer: Viewer) -> tuple[str, list[Any]]:
    """A CTE: the jobs that are asked for, by the names that are registered on their end day; and its values."""
    where = tuple(pair for pair in asked.checked().where if pair[0] != "cause")
    if viewer.projects is not None:
        where = (*where, ("project", tuple(sorted(viewer.projects))))
    conditions, values = ["kind = 'job'"], []
    for name, allowed in where:
        conditions.append(f"list_contains(?, {dimension(name).sql})")
        values.append(list(allowed))
    for bound, day in (("day >= ?", asked.first), ("day <= ?", asked.last)):
        if day is not None:
            conditions.append(bound)
            values.append(day)  # type: ignore[arg-type]
    if not any(name == "venue" for name, _ in where):
        conditions.append("venue = 'pool'")
    names = ", ".join(f'{dimension(name).sql} AS "{name}"' for name in ("project", "site", "user"))
    sql = f"ended AS (SELECT pool, ap, job_id, day, wall_s, {names} FROM charge_ended AS fact"
    return f"{sql} WHERE {' AND '.join(conditions)})", values


def _causes(asked: ResidualQuery) -> tuple[str, list[Any]]:
    chosen = [list(allowed) for name, allowed in asked.where if name == "cause"]
    return ("list_contains(?, residual.cause)", chosen) if chosen else ("true", [])
