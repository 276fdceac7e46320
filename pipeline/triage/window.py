"""The attempts that triage looks at, in a temporary table of one connection: those of the window and of its base.

Table `ran`: one row per attempt of the pool's own that ended, or that was lost, in either, and that the viewer may see,
in the order of their ends, so that what asks for the window alone passes the base over.
Where a dimension is not known it is null. `cache`: the endpoint of a file that failed, else of any file that was moved.
Table `failed_now`: those of the window that failed, which are few.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.triage.finding import Asked
from pipeline.triage.thresholds import thresholds


@dataclass(frozen=True)
class Dimension:
    """What attempts are told apart by: its name in findings, its column in `ran`, and the one it is adjusted for.

    Places are adjusted for users: a user whose jobs fail wherever they run makes no site a bad one; and the reverse.
    """

    name: str
    column: str
    adjusted_for: str


HOST = Dimension("host", "host", "user")
SITE = Dimension("site", "site", "user")
DIMENSIONS = (
    HOST,
    Dimension("cache", "cache", "user"),
    Dimension("image", "image", "site"),
    SITE,
    Dimension("glidein factory", "factory", "user"),
    Dimension("user", "user", "site"),
    Dimension("project", "project", "site"),
    Dimension("access point", "ap", "site"),
)
"""Of two that tell the same, the first is named."""

LONGEST_RUN_S = 10 * 86_400
"""How long before the end of an attempt its inputs are looked for."""
Con = duckdb.DuckDBPyConnection
Values = list[Any]


def gather(con: Con, asked: Asked, projects: Iterable[str] | None) -> None:
    """Make both tables in that connection; `projects` are those that the viewer may see, None for all."""
    only = "" if projects is None else "AND list_contains($projects, coalesce(attempt.project, 'unmapped'))"
    values: dict[str, Any] = {
        "pool": asked.pool,
        "base": asked.base_utc,
        "from": asked.from_utc,
        "to": asked.to_utc,
        "no_faults": list(thresholds().no_faults),
    }
    if projects is not None:
        values["projects"] = sorted(projects)
    con.execute(
        f"""
        CREATE TEMP TABLE ran AS
        WITH moved AS (
            SELECT attempt_id, coalesce(min(endpoint) FILTER (WHERE result = 'failed'), min(endpoint)) AS cache
            FROM file_moved
            WHERE
                pool = $pool
                AND direction = 'download'
                AND endpoint <> 'unknown'
                AND written_utc >= $base - {LONGEST_RUN_S}
                AND written_utc < $to
            GROUP BY attempt_id
        )
        SELECT
            attempt.attempt_id,
            attempt.job_id,
            coalesce(end_utc, start_utc)                AS ended_utc,
            ended_utc >= $from                          AS is_now,
            coalesce(machine, nullif(regexp_extract(slot, '@([^@]+)$', 1), '')) AS host,
            site,
            glidein_entry                               AS factory,
            coalesce(image, '')                         AS image,
            attempt."user",
            attempt.project,
            attempt.ap,
            moved.cache,
            wall_s,
            coalesce(wall_s * cores_milli, 0)           AS mcore_s,
            CASE WHEN NOT list_contains($no_faults, failure.failure) THEN failure.failure END AS failure,
            CASE WHEN NOT list_contains($no_faults, failure.failure) THEN failure.signature END AS signature
        FROM attempt
        LEFT JOIN failure USING (attempt_id)
        LEFT JOIN moved USING (attempt_id)
        WHERE
            attempt.pool = $pool
            AND venue = 'pool'
            AND outcome <> 'running'
            AND coalesce(end_utc, start_utc) >= $base
            AND coalesce(end_utc, start_utc) < $to
            {only}
        ORDER BY ended_utc
        """,
        values,
    )
    con.execute("CREATE TEMP TABLE failed_now AS FROM ran WHERE is_now AND failure IS NOT NULL")


def rows(con: Con, sql: str, values: Values | None = None) -> list[tuple[Any, ...]]:
    """The rows of a question to that connection."""
    return con.execute(sql, values or []).fetchall()
