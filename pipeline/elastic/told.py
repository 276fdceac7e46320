"""What is told of jobs that ended: questions to the cube, SQL with its values. The grain is one job, on its end day.

Its hours are booked as ended: the whole job on that day and its last site, so that sums over jobs are those of
`htc-ledger usage --booking ended`. What was wasted, and on what, is told of all its attempts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.lake import Lake, listed, scan
from pipeline.schema import JOB

FORMAT = 1
"""Counted up when the same cube gives other documents."""
LEDGER = (
    *("pool", "day", "venue", "outcome", "project", "user", "site", "resource"),
    *("attempts", "wall_h", "cpu_h", "gpu_h", "cpu_used_h", "wasted_h", "wasted_on", "failure", "signature"),
)
"""What the ledger says of a job, beside its ad."""
DAY_S = 86_400
_TOLD = """
    SELECT
        md5(concat_ws(chr(31), job.pool, job.ap, job.global_job_id)) AS id,
        job.record_id,
        job.status_utc,
        job.end_utc,
        charge.pool,
        charge.day,
        charge.venue,
        charge.outcome,
        charge.project,
        charge."user",
        charge.site,
        charge.resource,
        listed.attempts,
        charge.wall_s / 3600.0                          AS wall_h,
        charge.mcore_s / 3600000.0                      AS cpu_h,
        charge.gpu_s / 3600.0                           AS gpu_h,
        charge.cpu_used_us / 3600000000.0               AS cpu_used_h,
        listed.wasted_mcore_s / 3600000.0               AS wasted_h,
        listed.wasted_on,
        listed.failure,
        listed.signature
    FROM charge_ended AS charge
    INNER JOIN job ON job.job_id = charge.job_id AND job.pool = charge.pool
    LEFT JOIN listed_job AS listed
        ON listed.pool = job.pool
        AND listed.ap = job.ap
        AND listed.cluster = job.cluster
        AND listed.proc = job.proc
        AND listed.end_utc = job.end_utc
        -- several jobs can have an access point's number: it began to count anew
        AND listed.submit_utc IS NOT DISTINCT FROM job.submit_utc
        AND listed.other_id IS NOT DISTINCT FROM CASE
            WHEN job.global_job_id <> concat(job.ap, '#', job.cluster, '.', job.proc, '#', job.submit_utc)
                THEN job.global_job_id
        END
        AND listed.end_day BETWEEN $first AND $last
    WHERE charge.kind = 'job'
        AND charge.pool = $pool
        AND charge.day BETWEEN $first AND $last
        AND job.end_utc BETWEEN $from_utc AND $to_utc
        AND ($projects::VARCHAR[] IS NULL OR list_contains($projects::VARCHAR[], charge.project))
"""


@dataclass(frozen=True)
class Days:
    """The days from `first` to `last` of one pool; `projects`: those whose jobs may be told of, None: all."""

    pool: str
    first: date
    last: date
    projects: Sequence[str] | None = None

    @property
    def values(self) -> dict[str, Any]:
        """What the question is bound to; the span of seconds holds these days of every zone."""
        begin = (self.first - date(1970, 1, 1)).days * DAY_S
        end = (self.last - date(1970, 1, 1)).days * DAY_S
        span = {"from_utc": begin - DAY_S, "to_utc": end + 2 * DAY_S}
        return {"pool": self.pool, "first": self.first, "last": self.last, "projects": self.projects, **span}


@dataclass(frozen=True)
class ToldDay:
    """The jobs that ended on one day, and a digest of all that is told of them.

    low_utc, high_utc, has_no_time   where the lake has their ads: by the time of their last status
    """

    pool: str
    day: date
    jobs: int
    digest: str
    low_utc: int | None = None
    high_utc: int | None = None
    has_no_time: bool = False


def sums(days: Days) -> tuple[str, dict[str, Any]]:
    """One row for each of those days on which a job ended: the fields of ToldDay."""
    names = ", ".join(f'told."{name}"' for name in ("id", "record_id", "end_utc", *LEDGER))
    sql = f"""
        SELECT
            pool,
            day,
            count(*)::BIGINT                            AS jobs,
            concat('{FORMAT}-', count(*), '-', format('{{:x}}', bit_xor(hash({names})))) AS digest,
            min(status_utc)                             AS low_utc,
            max(status_utc)                             AS high_utc,
            bool_or(status_utc IS NULL)                 AS has_no_time
        FROM ({_TOLD}) AS told
        GROUP BY pool, day
        ORDER BY day
    """
    return sql, days.values


def jobs(days: Sequence[ToldDay], lake: Lake, projects: Sequence[str] | None) -> tuple[str, dict[str, Any]]:
    """One row for each job of those days (of one pool): id, what the ledger says, and its ad as `ad_` columns.

    `ad_record_id` is null where the lake does not have the ad any more. Raises LakeError.
    """
    asked = Days(days[0].pool, min(day.day for day in days), max(day.day for day in days), projects)
    columns = ", ".join(f'"{column.name}" AS "ad_{column.name}"' for column in JOB.from_ads)
    ads = scan(JOB, listed(lake.snapshot(JOB).files))
    sql = f"""
        SELECT told.*, ad.*
        FROM ({_TOLD}) AS told
        LEFT JOIN (
            SELECT record_id AS ad_record_id, {columns} FROM {ads} WHERE pool = $pool AND {_when(days)}
        ) AS ad ON ad.ad_record_id = told.record_id
        WHERE list_contains($days, told.day)
    """
    low = [day.low_utc for day in days if day.low_utc is not None]
    high = [day.high_utc for day in days if day.high_utc is not None]
    span = {"low_utc": min(low), "high_utc": max(high)} if low and high else {}
    return sql, asked.values | span | {"days": [day.day for day in days]}


def _when(days: Sequence[ToldDay]) -> str:
    """Where the ads of those days are: as little of the lake as holds them all."""
    parts = ["status_utc IS NULL"] if any(day.has_no_time for day in days) else []
    if any(day.low_utc is not None for day in days):
        parts.append("status_utc BETWEEN $low_utc AND $high_utc")
    return f"({' OR '.join(parts)})"


def strangers(days: Days, ids: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Those of the ids that are of no job of those days."""
    sql = f"SELECT unnest($ids::VARCHAR[]) AS id EXCEPT SELECT id FROM ({_TOLD})"
    return sql, days.values | {"ids": list(ids)}
