"""Usage by whom, where and how large, out of a cube: what summaries are made of. One window in memory.

Sums are those of `htc-ledger usage` of the same days. Runs are counted on the day on which they ended, so that counts
add up over days; a residual is no run. What other systems told us is not told to others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.exports.asked import Asked, Window
from pipeline.exports.runs import Ask
from pipeline.query import Booking, dimension

_USED = """
    SELECT
        charge.pool, charge.ap, charge.day, charge.project, charge.site, charge.resource, charge."user", charge.venue,
        charge.wall_s, charge.mcore_s, charge.gpu_s, charge.cpu_used_us,
        coalesce(attempt.cores_milli, charge.mcore_s // nullif(charge.wall_s, 0)) AS cores_milli,
        coalesce(attempt.gpus, charge.gpu_s // nullif(charge.wall_s, 0)) AS gpus,
        coalesce(
            greatest(attempt.end_utc - 1, attempt.start_utc) BETWEEN calendar.start_utc AND calendar.end_utc - 1, false
        )::INTEGER AS runs,
        least(coalesce(attempt.end_utc, calendar.end_utc - 1), calendar.end_utc - 1) AS until_utc
    FROM charge
    INNER JOIN calendar USING (day_index)
    LEFT JOIN attempt
        ON attempt.attempt_id = charge.attempt_id AND attempt.start_utc < ? AND attempt.end_utc >= ?
    WHERE charge.kind IN ('attempt', 'residual') AND charge.wall_s IS NOT NULL AND charge.day BETWEEN ? AND ?
"""
_ENDED = """
    SELECT
        ended.pool, ended.ap, ended.day, ended.project, ended.site, ended.resource, ended."user", ended.venue,
        ended.wall_s, ended.mcore_s, ended.gpu_s, ended.cpu_used_us,
        job.cores_milli, job.gpus, 1 AS runs, job.end_utc AS until_utc
    FROM charge_ended AS ended
    INNER JOIN job ON job.job_id = ended.job_id AND job.end_utc <= ? AND job.end_utc >= ?
    WHERE ended.kind = 'job' AND ended.wall_s IS NOT NULL AND ended.day BETWEEN ? AND ?
"""
_FACT: dict[Booking, str] = {"used": _USED, "ended": _ENDED}
_GROUPS = """
SELECT
    pool,
    ap,
    {project}                                           AS project,
    {site}                                              AS site,
    {resource}                                          AS resource,
    "user",
    cores_milli,
    gpus,
    sum(wall_s)::BIGINT                                 AS wall_s,
    sum(mcore_s)::BIGINT                                AS mcore_s,
    sum(gpu_s)::BIGINT                                  AS gpu_s,
    sum(cpu_used_us)::BIGINT                            AS cpu_used_us,
    sum(runs)::BIGINT                                   AS runs,
    coalesce(sum(runs) FILTER (WHERE cpu_used_us IS NULL), 0)::BIGINT AS unmeasured,
    min(until_utc)::BIGINT                              AS first_end_utc,
    max(until_utc)::BIGINT                              AS last_end_utc
FROM ({fact}) AS fact
WHERE {condition}
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
"""


@dataclass(frozen=True)
class Group:
    """What runs of one window have in common, and their sums. None: not known, of none of them.

    unmeasured  runs that reported no CPU time
    first_end_utc, last_end_utc   when the first and last of them stopped within the window
    """

    pool: str
    ap: str
    project: str
    site: str
    resource: str
    user: str
    cores_milli: int | None
    gpus: int | None
    wall_s: int
    mcore_s: int | None
    gpu_s: int | None
    cpu_used_us: int | None
    runs: int
    unmeasured: int
    first_end_utc: int
    last_end_utc: int


@dataclass(frozen=True)
class Sums:
    """Of groups that a format does not tell apart; of none at first. None: not known of any of them."""

    wall_s: int = 0
    mcore_s: int | None = None
    gpu_s: int | None = None
    cpu_used_us: int | None = None
    runs: int = 0
    unmeasured: int = 0
    first_end_utc: int | None = None
    last_end_utc: int | None = None

    def plus(self, group: Group) -> "Sums":
        """These and that group's."""
        first, last = self.first_end_utc, self.last_end_utc
        return Sums(
            self.wall_s + group.wall_s,
            _added(self.mcore_s, group.mcore_s),
            _added(self.gpu_s, group.gpu_s),
            _added(self.cpu_used_us, group.cpu_used_us),
            self.runs + group.runs,
            self.unmeasured + group.unmeasured,
            group.first_end_utc if first is None else min(first, group.first_end_utc),
            group.last_end_utc if last is None else max(last, group.last_end_utc),
        )


def groups(ask: Ask, asked: Asked, window: Window, condition: str, values: list[Any]) -> Iterator[Group]:
    """Usage of the window, in order.

    condition, values   SQL over `fact`, with what the viewer may see
    """
    registered = {name: dimension(name).sql for name in ("project", "site", "resource")}
    sql = _GROUPS.format(fact=_FACT[asked.booking], condition=condition, **registered)
    bound = [window.end_utc, window.begin_utc, window.first, window.last, *values]
    for batch in ask(sql, bound).to_batches(max_chunksize=1000):
        for row in batch.to_pylist():
            yield Group(**row)


def _added(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other
