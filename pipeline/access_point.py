"""Questions about one access point to the cube, as SQL with its values: jobs submitted, kinds of jobs, schedds' ads.

The pool, and the projects if not all, are what the viewer may see; `Cube` decides that and runs the SQL.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.calendar import midnight_utc
from pipeline.pool_now import Question

KINDS = {
    "pool": "Ran in the pool",
    "dagman": "DAGMan",
    "scheduler": "Other scheduler universe",
    "local": "Local universe",
    "pilot": "Pilots of a CE",
}
"""What an access point's jobs are: those for the pool, and those that run on the access point itself."""


@dataclass(frozen=True)
class OfAccessPoint:
    """One access point of one pool on some days of the reporting zone, both included."""

    pool: str
    ap: str
    first: date
    last: date
    zone: str

    @property
    def span(self) -> tuple[int, int]:
        """The days' first second, and the first one after them."""
        return midnight_utc(self.first, self.zone), midnight_utc(self.last + timedelta(days=1), self.zone)


def submitted(asked: OfAccessPoint) -> Question:
    """Jobs of every kind that were submitted, by day, as far as a final ad, a run or the queue names them.

    A job that left no record of any of these is not in it; at a CE a job and the copy that it was routed to are two.
    """
    sql = """
        SELECT strftime(timezone(?, to_timestamp(submit_utc)), '%Y-%m-%d') AS day, count(*) AS jobs
        FROM seen_job
        WHERE pool = ? AND ap = ? AND submit_utc >= ? AND submit_utc < ?
        GROUP BY 1 ORDER BY 1
    """
    return sql, [asked.zone, asked.pool, asked.ap, *asked.span]


def kinds(asked: OfAccessPoint, projects: Iterable[str] | None) -> Question:
    """Jobs that left the queue on those days, by kind (KINDS); wall time of all their runs, whatever the day.

    succeeded: with the exit code that the job calls success. `projects` None means all.
    """
    condition, values = "pool = ? AND ap = ? AND end_utc >= ? AND end_utc < ?", [asked.pool, asked.ap, *asked.span]
    if projects is not None:
        condition += " AND list_contains(?, coalesce(project, 'unmapped'))"
        values.append(sorted(projects))
    sql = f"""
        SELECT
            CASE
                WHEN universe = 12 THEN 'local'
                WHEN universe = 7 AND contains(lower(command), 'condor_dagman') THEN 'dagman'
                WHEN universe = 7 THEN 'scheduler'
                ELSE venue
            END AS kind,
            count(*) AS jobs,
            count(*) FILTER (
                WHERE status = 4 AND exit_code = success_exit_code AND NOT coalesce(exit_by_signal, false)
            ) AS succeeded,
            count(*) FILTER (WHERE status = 3) AS removed,
            sum(wall_s) / 3600 AS wall_h
        FROM job
        WHERE {condition} AND venue <> 'routed'
        GROUP BY 1 ORDER BY 1
    """
    return sql, values


def schedds(pools: Sequence[str]) -> Question:
    """What the newest ad of each access point's schedd says: rows of `schedd_now`."""
    return "SELECT * FROM schedd_now WHERE list_contains(?, pool) ORDER BY pool, ap", [list(pools)]
