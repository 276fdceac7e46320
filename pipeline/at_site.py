"""Questions about one site to the cube, as SQL with its values: ends of runs, hosts, pilots, how it began.

The pool, and the projects if not all, are what the viewer may see; `Cube` decides that and runs the SQL. A site is
known by the names that its glideins give (see `site_sheet`). `site_trouble` makes sense of the answers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.calendar import midnight_utc
from pipeline.pool_now import Question

MOST_CAUSES = 1_000
MOST_HOSTS = 5_000
SHORT_S = 300
"""A run that failed sooner than this probably never worked."""
TROUBLE = ("failed", "signal", "held", "lost")
"""Ends of a run that the site can be to blame for: evictions follow the pool's policy, removals somebody's wish."""
CAUSE = r"""
    CASE
        WHEN outcome = 'succeeded' THEN ''
        WHEN outcome = 'failed' THEN concat('exit code ', coalesce(exit_code::VARCHAR, 'not on record'))
        WHEN outcome = 'signal' THEN 'died of a signal'
        ELSE coalesce(nullif(trim(left(regexp_replace(regexp_replace(regexp_replace(
            reason,
            '[A-Za-z0-9_.-]+@[^ ,;:]+', 'SLOT', 'g'),
            '([0-9]{1,3}\.){3}[0-9]{1,3}(:[0-9]+)?|([A-Za-z0-9-]+\.){2,}[A-Za-z0-9-]+', 'HOST', 'g'),
            '[0-9]+', '#', 'g'), 160)), ''), 'no reason on record')
    END
"""
"""What ended a run, without the names and numbers that are of that run alone, so that equal causes are one."""


@dataclass(frozen=True)
class AtSite:
    """One site of one pool, by its glideins' names, on some days of the reporting zone, both included."""

    pool: str
    names: tuple[str, ...]
    first: date
    last: date
    zone: str

    @property
    def span(self) -> tuple[int, int]:
        """The days' first second, and the first one after them."""
        return midnight_utc(self.first, self.zone), midnight_utc(self.last + timedelta(days=1), self.zone)


Asking = Callable[[AtSite, Iterable[str] | None], Question]


def ends(asked: AtSite, projects: Iterable[str] | None) -> Question:
    """How the pool's runs ended on those days, here and elsewhere, by outcome and cause; causes that occur here.

    Each row has all_here and all_elsewhere, too: runs of any end. cpu_h_here are the core hours of such runs here.
    """
    condition, values = _condition(asked, projects)
    sql = f"""
        WITH
        ran AS (
            SELECT
                job_id,
                run_instance,
                outcome,
                CASE
                    WHEN outcome NOT IN ('succeeded', 'failed', 'signal')
                        THEN left(coalesce(hold_reason, vacate_reason, ''), 500)
                END                                     AS reason,
                list_contains(?, coalesce(site, 'unattributed')) AS is_here,
                wall_s * cores_milli                    AS mcore_s
            FROM attempt
            WHERE {condition}
        ),
        exited AS (SELECT job_id, run_instance FROM ran WHERE outcome = 'failed'),
        final AS (
            SELECT job_id, last_run_instance AS run_instance, exit_code
            FROM (SELECT job_id, last_run_instance, exit_code FROM job) SEMI JOIN exited USING (job_id)
        ),
        equal AS (
            SELECT outcome, exit_code, reason, is_here, count(*) AS runs, sum(mcore_s) AS mcore_s
            FROM ran
            LEFT JOIN final ON ran.outcome = 'failed' AND ran.job_id = final.job_id
                AND ran.run_instance = final.run_instance
            GROUP BY ALL
        ),
        ended AS (SELECT outcome, {CAUSE} AS cause, is_here, runs, mcore_s FROM equal)
        SELECT
            outcome,
            cause,
            coalesce(sum(runs) FILTER (WHERE is_here), 0)::BIGINT AS here,
            coalesce(sum(runs) FILTER (WHERE NOT is_here), 0)::BIGINT AS elsewhere,
            (sum(sum(runs) FILTER (WHERE is_here)) OVER ())::BIGINT AS all_here,
            coalesce(sum(sum(runs) FILTER (WHERE NOT is_here)) OVER (), 0)::BIGINT AS all_elsewhere,
            sum(mcore_s) FILTER (WHERE is_here) / 3600000  AS cpu_h_here
        FROM ended
        GROUP BY outcome, cause
        QUALIFY here > 0
        ORDER BY here DESC, outcome, cause
        LIMIT {MOST_CAUSES}
    """
    return sql, [list(asked.names), *values]


def hosts(asked: AtSite, projects: Iterable[str] | None) -> Question:
    """Runs that ended on those days by the site's hosts: all, in trouble, those of them that were short, core hours."""
    condition, values = _condition(asked, projects)
    sql = f"""
        SELECT
            machine                                     AS host,
            count(*)                                    AS runs,
            count(*) FILTER (WHERE list_contains(?, outcome)) AS troubled,
            count(*) FILTER (WHERE list_contains(?, outcome) AND wall_s < {SHORT_S}) AS short,
            sum(wall_s * cores_milli) / 3600000         AS cpu_h,
            coalesce(sum(wall_s * cores_milli) FILTER (WHERE list_contains(?, outcome)), 0) / 3600000 AS troubled_cpu_h,
            count(DISTINCT coalesce(project, 'unmapped')) FILTER (WHERE list_contains(?, outcome)) AS projects,
            max(end_utc)                                AS last_utc
        FROM attempt
        WHERE {condition} AND machine IS NOT NULL AND list_contains(?, coalesce(site, 'unattributed'))
        GROUP BY machine
        ORDER BY troubled DESC, runs DESC, machine
        LIMIT {MOST_HOSTS}
    """
    return sql, [*([list(TROUBLE)] * 4), *values, list(asked.names)]


def beginnings(asked: AtSite, projects: Iterable[str] | None) -> Question:
    """One row: the site's first run, first success and first slot on any day, runs so far, and CEs that feed it."""
    only, projects_of = _projects(projects)
    sql = """
        SELECT
            (SELECT min(start_utc) FROM ours)           AS first_run_utc,
            (SELECT min(end_utc) FROM ours WHERE outcome = 'succeeded') AS first_success_utc,
            (SELECT count(*) FROM ours WHERE outcome <> 'running') AS runs,
            (SELECT count(*) FROM ours WHERE outcome = 'succeeded') AS succeeded,
            (
                SELECT min(day) FROM capacity_day WHERE pool = ? AND list_contains(?, site) AND NOT is_backfill
            )                                           AS first_slot_day,
            (SELECT count(*) FROM slot_now WHERE pool = ? AND list_contains(?, site) AND role = 'whole') AS slots_now,
            (SELECT min(start_utc) FROM pilots)         AS first_pilot_utc,
            (SELECT list(DISTINCT host ORDER BY host) FROM ces) AS ces
        FROM (SELECT 1)
    """
    ours = f"""
        WITH
        ours AS (
            SELECT start_utc, end_utc, outcome FROM attempt
            WHERE pool = ? AND venue = 'pool' AND list_contains(?, coalesce(site, 'unattributed')){only}
        ),
        {CES},
        pilots AS (
            SELECT start_utc FROM (SELECT pool, ap, start_utc FROM job WHERE venue = 'pilot') AS job
            SEMI JOIN ces ON {AT_CE}
        )
    """
    here = [asked.pool, list(asked.names)]
    return ours + sql, [*here, *projects_of, *here, *here, *here]


CES = "ces AS (SELECT pool, host FROM ce_site WHERE pool = ? AND list_contains(?, site))"
AT_CE = "job.pool = ces.pool AND lower(regexp_replace(job.ap, '^.*@', '')) = ces.host"
RAN = "regexp_extract(slot, '(?:^|@)([^@]+@[^@]+)$', 1)"
"""The startd of a slot's name: one for each glidein."""


def pilots(asked: AtSite, projects: Iterable[str] | None) -> Question:
    """One row: pilots of the site's CEs that ended on those days, by what became of them, and glideins with payload.

    known: whether any pilot of a CE of the site was ever read. asked: submitted on those days. ended: left the queue,
    `never_ran` of them without a run, `bad` with another exit code than 0, by a signal, held or removed.
    short: ended within 20 minutes. waiting: idle at the CEs when last asked; null where no CE's queue is.
    """
    condition, values = _condition(asked, projects)
    begin, end = asked.span
    sql = f"""
        WITH
        {CES},
        at_ce AS (
            SELECT pool, ap, submit_utc, start_utc, end_utc, wall_s, status, exit_by_signal, exit_code
            FROM job WHERE venue = 'pilot'
        ),
        pilot AS (SELECT job.* FROM at_ce AS job SEMI JOIN ces ON {AT_CE}),
        past AS (SELECT * FROM pilot WHERE end_utc >= ? AND end_utc < ?)
        SELECT
            (SELECT count(*) > 0 FROM pilot)            AS known,
            (SELECT count(*) FROM pilot WHERE submit_utc >= ? AND submit_utc < ?) AS asked,
            (SELECT count(*) FROM past)                 AS ended,
            (SELECT count(*) FROM past WHERE start_utc IS NULL) AS never_ran,
            (
                SELECT count(*) FROM past
                WHERE start_utc IS NOT NULL AND (status <> 4 OR exit_by_signal OR coalesce(exit_code, 0) <> 0)
            )                                           AS bad,
            (SELECT count(*) FROM past WHERE start_utc IS NOT NULL AND wall_s < 1200) AS short,
            (
                SELECT sum(jobs)::BIGINT FROM queue_now AS job SEMI JOIN ces ON {AT_CE}
                WHERE venue = 'pilot' AND status = 'idle'
            )                                           AS waiting,
            (
                SELECT count(DISTINCT nullif({RAN}, '')) FROM (
                    SELECT DISTINCT slot FROM attempt
                    WHERE {condition} AND list_contains(?, coalesce(site, 'unattributed'))
                )
            )                                           AS with_payload
        FROM (SELECT 1)
    """
    names = list(asked.names)
    return sql, [asked.pool, names, begin, end, begin, end, *values, names]


def _condition(asked: AtSite, projects: Iterable[str] | None) -> tuple[str, list[object]]:
    only, names = _projects(projects)
    condition = f"attempt.pool = ? AND attempt.venue = 'pool' AND attempt.end_utc >= ? AND attempt.end_utc < ?{only}"
    return condition, [asked.pool, *asked.span, *names]


def _projects(projects: Iterable[str] | None) -> tuple[str, list[object]]:
    if projects is None:
        return "", []
    return " AND list_contains(?, coalesce(attempt.project, 'unmapped'))", [sorted(projects)]
