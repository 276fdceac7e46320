"""Single runs out of a cube: attempts and residuals, or whole jobs, in the order of their ends; a page in memory.

A run belongs to the day on which it ended, as a charge's last day: of the second before its end; a whole job to the day
of its end. A run whose wall time nothing tells (running, lost) is none: its time, once known, is a residual.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from pipeline.exports.asked import Asked, Window
from pipeline.query import Booking, dimension

Ask = Callable[[str, list[Any]], pa.Table]
Kind = Literal["attempt", "residual", "job"]
PAGE = 5000
_WHO = """
    coalesce({of}project, 'unmapped')                   AS project,
    coalesce({of}"user", 'unknown')                     AS "user",
"""
_ATTEMPTS = f"""
SELECT
    'attempt' AS kind, attempt_id AS number, job_id, pool, ap, global_job_id, cluster, proc, run_instance,
    {_WHO.format(of="")}
    coalesce(site, 'unattributed') AS site, coalesce(resource, 'unattributed') AS resource,
    outcome, venue, machine, start_utc, end_utc, wall_s, cores_milli, gpus, memory_mib, cpu_used_us,
    greatest(end_utc - 1, start_utc) AS booked_utc
FROM attempt
WHERE wall_s IS NOT NULL AND end_utc BETWEEN ? AND ?
"""
_RESIDUALS = f"""
SELECT
    'residual' AS kind, job.job_id AS number, job.job_id, job.pool, job.ap, job.global_job_id, job.cluster, job.proc,
    NULL AS run_instance,
    {_WHO.format(of="job.")}
    'unattributed' AS site, 'unattributed' AS resource,
    'unattributed' AS outcome, job.venue, NULL AS machine, least(residual.start_utc, residual.end_utc) AS start_utc,
    residual.end_utc, residual.charged_s AS wall_s, job.cores_milli, job.gpus, job.memory_mib, NULL AS cpu_used_us,
    greatest(residual.end_utc - 1, least(residual.start_utc, residual.end_utc)) AS booked_utc
FROM residual
INNER JOIN job USING (pool, ap, global_job_id)
WHERE residual.charged_s > 0 AND residual.end_utc BETWEEN ? AND ?
"""
_JOBS = f"""
SELECT
    'job' AS kind, job_id AS number, job_id, pool, ap, global_job_id, cluster, proc, last_run_instance AS run_instance,
    {_WHO.format(of="")}
    coalesce(site, 'unattributed') AS site, coalesce(resource, 'unattributed') AS resource,
    CASE
        WHEN status = 3 THEN 'removed'
        WHEN exit_by_signal THEN 'signal'
        WHEN exit_code = success_exit_code THEN 'succeeded'
        WHEN exit_code IS NOT NULL THEN 'failed'
        ELSE 'unknown'
    END AS outcome,
    venue, machine, least(coalesce(first_start_utc, start_utc, end_utc - wall_s), end_utc) AS start_utc, end_utc,
    wall_s, cores_milli, gpus, memory_mib,
    CASE
        WHEN coalesce(cpu_user_all_us, cpu_sys_all_us) IS NOT NULL
            THEN coalesce(cpu_user_all_us, 0) + coalesce(cpu_sys_all_us, 0)
        WHEN coalesce(cpu_user_us, cpu_sys_us) IS NOT NULL THEN coalesce(cpu_user_us, 0) + coalesce(cpu_sys_us, 0)
    END AS cpu_used_us,
    end_utc AS booked_utc
FROM job
WHERE wall_s IS NOT NULL AND end_utc BETWEEN ? AND ?
"""
_SPANS: dict[Booking, tuple[str, ...]] = {"used": (_ATTEMPTS, _RESIDUALS), "ended": (_JOBS,)}
_PAGE = """
WITH chosen AS MATERIALIZED (
    SELECT
        fact.*,
        {project} AS registered_project,
        {site} AS registered_site,
        {resource} AS registered_resource
    FROM (SELECT *, ?::DATE AS day FROM ({spans})) AS fact
    WHERE booked_utc >= ? AND booked_utc < ? AND {condition} AND (booked_utc, kind, number) > (?, ?, ?::UHUGEINT)
    ORDER BY booked_utc, kind, number
    LIMIT ?
)
SELECT
    chosen.kind, chosen.number::VARCHAR AS number, chosen.pool, chosen.ap, chosen.global_job_id, chosen.cluster,
    chosen.proc, chosen.run_instance, chosen.registered_project AS project, chosen.registered_site AS site,
    chosen.registered_resource AS resource, chosen."user", chosen.outcome, chosen.machine, job.submit_utc,
    chosen.start_utc, chosen.end_utc, chosen.wall_s, chosen.cores_milli, chosen.gpus, chosen.memory_mib,
    CASE WHEN chosen.kind = 'attempt' THEN phase.memory_used_mib ELSE job.memory_used_mib END AS memory_used_mib,
    chosen.cpu_used_us, chosen.booked_utc
FROM chosen
LEFT JOIN phase ON chosen.kind = 'attempt' AND phase.attempt_id = chosen.number AND phase.end_utc = chosen.end_utc
LEFT JOIN job ON job.job_id = chosen.job_id
ORDER BY chosen.booked_utc, chosen.kind, chosen.number
"""


@dataclass(frozen=True)
class Run:
    """One attempt, residual (time that no attempt explains) or whole job. None: not known.

    number      what its id is made of, the same for ever; with `kind` no other run has it
    project, site, resource   as registered on the day that it belongs to
    booked_utc  the moment by which it belongs to a day
    """

    kind: Kind
    number: str
    pool: str
    ap: str
    global_job_id: str | None
    cluster: int | None
    proc: int | None
    run_instance: int | None
    project: str
    site: str
    resource: str
    user: str
    outcome: str
    machine: str | None
    submit_utc: int | None
    start_utc: int
    end_utc: int
    wall_s: int
    cores_milli: int | None
    gpus: int | None
    memory_mib: int | None
    memory_used_mib: int | None
    cpu_used_us: int | None
    booked_utc: int

    @property
    def id(self) -> str:
        """Its id in every format: the same run has the same one for ever."""
        return f"htc-ledger:{self.kind}:{int(self.number):032x}"

    @property
    def name(self) -> str:
        """What its batch system calls it: the GlobalJobId, and which run of it."""
        job = self.global_job_id or f"{self.ap}#{self.cluster}.{self.proc}"
        if self.kind == "attempt":
            return f"{job}#{'-' if self.run_instance is None else self.run_instance}"
        return f"{job}#residual" if self.kind == "residual" else job

    @property
    def account(self) -> str:
        """The user without a domain."""
        return self.user.partition("@")[0] or self.user

    @property
    def is_unmeasured(self) -> bool:
        """Whether it should have reported its CPU time, and has not."""
        return self.kind != "residual" and self.cpu_used_us is None

    @property
    def processors(self) -> int | None:
        """Whole cores, where a format knows no others: a part of one counts as one."""
        return whole_cores(self.cores_milli)


def whole_cores(cores_milli: int | None) -> int | None:
    """Cores for formats without fractions: rounded up. None: not known."""
    return None if cores_milli is None else max(1, -(-cores_milli // 1000))


def runs(ask: Ask, asked: Asked, window: Window, condition: str, values: list[Any], page: int = PAGE) -> Iterator[Run]:
    """The runs of one day, by their ends.

    condition, values   SQL over `fact`, with what the viewer may see
    """
    spans = _SPANS[asked.booking]
    registered = {name: dimension(name).sql for name in ("project", "site", "resource")}
    sql = _PAGE.format(spans=" UNION ALL BY NAME ".join(spans), condition=condition, **registered)
    ended = [window.begin_utc, window.end_utc]
    after: tuple[int, str, str] = (-1, "", "0")
    while True:
        bound = [window.first, *ended * len(spans), *ended, *values, *after, page]
        found = ask(sql, bound).to_pylist()
        for row in found:
            yield Run(**row)
        if len(found) < page:
            return
        last = found[-1]
        after = (last["booked_utc"], last["kind"], last["number"])
