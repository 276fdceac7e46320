"""Where cubes are made: a connection to a scratch database `work` in memory, with the new cube attached as `cube`.

The views `lake_<table>` and the macros of the models are in `work`; whose SQL names what, `look_in` says.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from pipeline import calendar
from pipeline.errors import CheckFailed
from pipeline.lake import Snapshot, column_names, listed, quoted, scan
from pipeline.rules import MACROS, Check, model_sql
from pipeline.settings import Settings
from pipeline.triage import in_sql
from pipeline.zones import Zone

Progress = Callable[[str], None]

NOT_PUBLISHED = "The cube was not published, the one before is still served. The records are in the lake as they were."


@dataclass(frozen=True)
class Workbench:
    """A connection with databases `work` and `cube`, the folder that they are in, and who is told of each step."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    memory_mib: int
    progress: Progress

    def look_in(self, *schemas: str) -> None:
        """Where the names in a model's SQL are looked up, the first first; what is made is made in the first."""
        self.con.execute(f"SET search_path = '{','.join(schemas)}'")

    def begin_zone(self, zone: Zone, *schemas: str) -> None:
        """Say where a zone's days begin: its calendar, in the first of its schemas, and its macro `local_day`.

        `schemas` are those of the ledger's own zone, which `prepare` made; another zone gets its own beside them.
        """
        self.progress(f"calendar of {zone.name}")
        if not zone.is_own:
            for schema in schemas:
                self.con.execute(f"CREATE SCHEMA IF NOT EXISTS {zone.schema(schema)}")
            self.look_in(zone.schema("work.main"))
            add_local_day(self.con, zone.name)
        self.look_in(*zone.path(*schemas))
        add_calendar(self.con, zone.name)

    def make(self, model: str) -> None:
        """The table of a model."""
        self.progress(f"model {model}")
        self.con.execute(f'CREATE TABLE "{model}" AS {model_sql(model)}')

    def hold(self, check: Check) -> None:
        """Return if no row breaks the rule; raise CheckFailed with the first three if some do."""
        self.progress(f"check {check.name}")
        hold(self.con, check)


@contextmanager
def workbench(target: Path, settings: Settings, progress: Progress) -> Iterator[Workbench]:
    """Make or renew the cube `target`, in bounded memory; if that fails the file is removed."""
    bounded: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{settings.build_memory_mib}MiB",
        "temp_directory": str(target.with_suffix(".spill")),
        "preserve_insertion_order": False,
        "max_vacuum_tasks": 0,  # at a checkpoint, small row groups are not put together: that leaves a quarter unused
    }
    try:
        with duckdb.connect(config=bounded) as con:
            con.execute("ATTACH ':memory:' AS work")
            con.execute("USE work")
            con.execute(f"ATTACH {quoted(str(target))} AS cube")
            yield Workbench(con, target.parent, settings.build_memory_mib, progress)
            con.execute("CHECKPOINT cube")  # a disk that is full is an error now, not a silence when it is closed
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def prepare(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Define `failure_of`, MACROS, and `local_day` of that zone."""
    in_sql.add_to(con)
    for macro in MACROS:
        con.execute(macro)
    add_local_day(con, zone)


def add_local_day(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Define `local_day(utc_s)`, days since 1970-01-01 in that zone, in the schema that is looked in first."""
    if zone == "UTC":
        con.execute("CREATE MACRO local_day(utc_s) AS (utc_s // 86400)")
    else:
        con.execute(
            "CREATE MACRO local_day(utc_s) AS date_diff('day', DATE '1970-01-01', "
            f"CAST(timezone({quoted(zone)}, to_timestamp(utc_s)) AS DATE))"
        )


def mount(con: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """A view `lake_<table>` over the files of a snapshot: an empty one where there are none.

    Columns that its files do not have yet are null.
    """
    table = snapshot.table
    rows = scan(table, listed(snapshot.files))
    con.execute(f'CREATE VIEW "lake_{table.name}" AS SELECT {column_names(table)} FROM {rows}')


def add_calendar(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Table `calendar`: the days that any record or statement touches, with a day to spare on both sides."""
    con.execute("CREATE TABLE calendar (day_index BIGINT PRIMARY KEY, day DATE, start_utc BIGINT, end_utc BIGINT)")
    low, high = _span(con)
    if low is None or high is None:
        return
    first = calendar.day_of(low, zone) - timedelta(days=1)
    last = calendar.day_of(high, zone) + timedelta(days=1)
    add_days(con, calendar.days(first, last, zone))


def add_days(con: duckdb.DuckDBPyConnection, days: Iterable[calendar.Day]) -> None:
    """Put days into the table `calendar` that are not in it, all at once: one old record can add thousands."""
    columns = [list(values) for values in zip(*days, strict=True)]
    con.execute(
        "INSERT OR IGNORE INTO calendar "
        "SELECT unnest(?::BIGINT[]), unnest(?::DATE[]), unnest(?::BIGINT[]), unnest(?::BIGINT[])",
        columns,
    )


def _span(con: duckdb.DuckDBPyConnection) -> tuple[int | None, int | None]:
    row = con.execute(
        """
        SELECT min(least(submit_utc, first_start_utc, start_utc, shadow_start_utc, write_utc, status_utc, from_utc)),
               max(greatest(submit_utc, start_utc, completion_utc, status_utc, write_utc, shadow_start_utc, to_utc))
        FROM (
            SELECT * FROM lake_job
            UNION ALL BY NAME SELECT * FROM lake_attempt_record
            UNION ALL BY NAME SELECT from_utc, to_utc FROM lake_coverage
            UNION ALL BY NAME SELECT first_utc AS from_utc, coalesce(last_utc, read_utc) AS to_utc FROM lake_source_file
            UNION ALL BY NAME SELECT read_utc AS from_utc, read_utc AS to_utc FROM lake_reject
            UNION ALL BY NAME SELECT seen_utc AS from_utc, seen_utc AS to_utc FROM lake_slot_ad
            UNION ALL BY NAME SELECT begin_utc AS from_utc, end_utc AS to_utc FROM lake_usage_record
        )
        """
    ).fetchone()
    return (None, None) if row is None else (row[0], row[1])


def hold(con: duckdb.DuckDBPyConnection, check: Check) -> None:
    """Return if no row breaks the rule; raise CheckFailed with the first three if some do."""
    broken = con.execute(check.sql)
    rows = broken.fetchmany(3)
    if rows:
        names = [column[0] for column in broken.description or ()]
        shown = "; ".join(", ".join(f"{n}={v}" for n, v in zip(names, row, strict=True)) for row in rows)
        raise CheckFailed(f"rule {check.name!r} is broken ({check.rule}): {shown}", NOT_PUBLISHED)
