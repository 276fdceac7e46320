"""The attempts that triage looks at, in temporary tables of one connection: those of the window and of its base.

They are the pool's own that ended, or were lost, in either, and that the viewer may see. Where a dimension is not known
it is null. Failures are few, and have a row each; all attempts are only counted (`n`):

failed       an attempt that failed, of window and base, in the order of their ends; the view `failed_now`: the window's
tried_now    the window's attempts by all dimensions
tried_hour   attempts of window and base by hour and by the dimensions of BY_HOUR
ran          view of the attempts themselves, of window and base; `ran_beside`: with cache and version, too

An hour (`hour_utc`) begins no earlier than the window or the base that it is of. Moments are variables of the
connection: to the views they are constants, so that whole row groups of other times are passed over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.triage.finding import Asked
from pipeline.triage.thresholds import thresholds
from pipeline.triage.views import VIEWS


@dataclass(frozen=True)
class Dimension:
    """What attempts are told apart by: its name in findings, its column, and the one it is adjusted for.

    Places are adjusted for users: a user whose jobs fail wherever they run makes no site a bad one; and the reverse.
    is_own: users choose it; it is looked at where no other place stands out, and wakes nobody unless several share it.
    """

    name: str
    column: str
    adjusted_for: str
    is_own: bool = False


HOST = Dimension("host", "host", "user")
SITE = Dimension("site", "site", "user")
USER = Dimension("user", "user", "site")
DIMENSIONS = (
    HOST,
    Dimension("cache", "cache", "user"),
    Dimension("image", "image", "site"),
    SITE,
    Dimension("glidein factory", "factory", "user"),
    Dimension("HTCondor version", "version", "user"),
    USER,
    Dimension("project", "project", "site"),
    Dimension("access point", "ap", "site"),
    Dimension("batch", "batch", "site", is_own=True),
    Dimension("command", "command", "site", is_own=True),
)
"""Of two that tell the same, the first is named."""
BY_HOUR = frozenset({"image", "site", "factory", "user", "project", "ap"})
"""Columns of dimensions with so few values that hours have many attempts of each."""

BESIDE = frozenset({"cache", "version"})
"""Columns that are looked up beside the attempt: the cache of its input, and the version of HTCondor on its host."""

Con = duckdb.DuckDBPyConnection
Values = list[Any]


def gather(con: Con, asked: Asked, projects: Iterable[str] | None) -> None:
    """Make the tables in that connection; `projects` are those that the viewer may see, None for all."""
    seen = None if projects is None else sorted(projects)
    for name, value in (("pool", asked.pool), ("base_utc", asked.base_utc), ("from_utc", asked.from_utc)):
        con.execute(f"SET VARIABLE {name} = ?", [value])
    con.execute("SET VARIABLE to_utc = ?", [asked.to_utc])
    con.execute("SET VARIABLE projects = ?::VARCHAR[]", [seen])
    con.execute("SET VARIABLE no_faults = ?::VARCHAR[]", [list(thresholds().no_faults)])
    con.execute(VIEWS)
    columns = ", ".join(f'"{dimension.column}"' for dimension in DIMENSIONS)
    by_hour = ", ".join(f'"{column}"' for column in sorted(BY_HOUR))
    con.execute(
        f"""
        CREATE TEMP TABLE failed AS
        SELECT attempt_id, job_id, ended_utc, is_now, hour_utc, {columns}, wall_s, mcore_s, failure, signature, 1 AS n
        FROM failed_beside ORDER BY ended_utc;

        CREATE TEMP VIEW failed_now AS FROM failed WHERE is_now;

        CREATE TEMP TABLE tried_now AS
        SELECT {columns}, count(*) AS n FROM ran_beside WHERE is_now GROUP BY ALL;

        CREATE TEMP TABLE tried_hour AS
        SELECT is_now, hour_utc, {by_hour}, count(*) AS n, max(ended_utc) AS last_utc
        FROM ran GROUP BY ALL ORDER BY hour_utc
        """
    )


def tried(dimensions: Iterable[Dimension]) -> str:
    """The table or view with attempts (`n`) of window and base by hour and those dimensions: the smallest there is."""
    names = {dimension.column for dimension in dimensions}
    if names <= BY_HOUR:
        return "tried_hour"
    return "ran_beside" if names & BESIDE else "ran"


def rows(con: Con, sql: str, values: Values | None = None) -> list[tuple[Any, ...]]:
    """The rows of a question to that connection."""
    return con.execute(sql, values or []).fetchall()
