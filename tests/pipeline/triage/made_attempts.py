"""Attempts of a made-up week, so plain that one can see what has to be found in them.

Ten sites of ten hosts, ten users of five projects, one attempt every five minutes at each site: host and user take
turns. Every fiftieth attempt fails with exit code 1. A test spoils some of them.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from pipeline.triage.find import find
from pipeline.triage.finding import Asked, Finding

HOUR = 3600
DAY = 24 * HOUR
MIDNIGHT = 1_795_219_200  # Saturday 2026-11-21 00:00 UTC
EVERY_S = 300
ASKED = Asked("pool", MIDNIGHT, MIDNIGHT + DAY, MIDNIGHT - 7 * DAY)


@dataclass(frozen=True)
class Ran:
    """An attempt that ended then; failure None: it succeeded."""

    number: int
    end_utc: int
    site: str
    machine: str
    user: str
    project: str
    image: str | None = None
    failure: str | None = None
    signature: str = "exit code 1"
    wall_s: int = 3600
    cache: str | None = None
    batch: str | None = None
    command: str | None = None
    version: str | None = None

    @property
    def hour(self) -> int:
        """Hours since the window began; negative before it."""
        return (self.end_utc - MIDNIGHT) // HOUR


Spoil = Callable[[Ran], Ran]


def week() -> tuple[Ran, ...]:
    """The attempts of seven days and of the day that is looked at."""
    return _WEEK


def _week() -> Iterator[Ran]:
    number = 0
    for place in range(8 * DAY // EVERY_S):
        for site in range(10):
            turn = (place * 7 + site) % 100
            failure = "application_exit" if (place + 5 * site) % 50 == 0 else None
            yield Ran(
                number,
                ASKED.base_utc + place * EVERY_S,
                f"Site{site}",
                f"n{turn % 10}.site{site}",
                f"u{turn // 10}@x",
                f"P{turn // 20}",
                failure=failure,
            )
            number += 1


_WEEK = tuple(_week())


def failing(ran: Ran, failure: str, signature: str, wall_s: int = 3600) -> Ran:
    """The same attempt, failed so."""
    return replace(ran, failure=failure, signature=signature, wall_s=wall_s)


def found(spoil: Spoil = lambda ran: ran, more: Iterable[Ran] = (), projects: list[str] | None = None) -> list[Finding]:
    """What is found in the week, with some of it spoilt."""
    with cube([*map(spoil, week()), *more]) as con:
        return list(find(con, ASKED, projects, "UTC"))


def alarms(spoil: Spoil = lambda ran: ran, more: Iterable[Ran] = ()) -> list[Finding]:
    """Those of them that are alarms."""
    return [one for one in found(spoil, more) if one.alarm]


@contextmanager
def cube(rows: list[Ran]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of a cube that triage reads, made of those attempts."""
    given = pa.Table.from_pylist([vars(row) for row in rows], schema=_SCHEMA)
    with duckdb.connect() as con:
        con.register("given", given)
        con.execute(
            """
            CREATE TABLE attempt AS SELECT
                number AS attempt_id, number AS job_id, 'pool' AS pool, 'ap1' AS ap, 'pool' AS venue,
                end_utc - wall_s AS start_utc, end_utc, wall_s, 1000 AS cores_milli, site, machine,
                NULL::VARCHAR AS slot, NULL::VARCHAR AS glidein_entry, image, "user", project, batch AS batch_name,
                command, number AS cluster, 0 AS proc, signature AS hold_reason, NULL::VARCHAR AS vacate_reason,
                CASE WHEN failure IS NULL THEN 'succeeded' ELSE 'failed' END AS outcome
            FROM given;
            CREATE TABLE failure AS SELECT
                number AS attempt_id, failure, signature, number AS job_id, 'pool' AS pool, 'pool' AS venue,
                end_utc AS ended_utc, machine AS host, site, NULL::VARCHAR AS factory, coalesce(image, '') AS image,
                "user", batch, command, project, 'ap1' AS ap, wall_s, wall_s * 1000 AS mcore_s
            FROM given WHERE failure IS NOT NULL;
            CREATE TABLE served_by AS
            SELECT number AS attempt_id, end_utc AS ended_utc, cache FROM given WHERE cache IS NOT NULL;
            CREATE TABLE host_version AS
            SELECT DISTINCT 'pool' AS pool, machine AS host, version, 0 AS from_utc, 9_000_000_000 AS until_utc
            FROM given WHERE version IS NOT NULL
            """
        )
        yield con


_SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        ("end_utc", pa.int64()),
        ("site", "string"),
        ("machine", "string"),
        ("user", "string"),
        ("project", "string"),
        ("image", "string"),
        ("failure", "string"),
        ("signature", "string"),
        ("wall_s", pa.int64()),
        ("cache", "string"),
        ("batch", "string"),
        ("command", "string"),
        ("version", "string"),
    ]
)
