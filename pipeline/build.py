"""Lake in, checked cube file out: the models in order, then every check.

A build reads each table at one version, whatever is written meanwhile, and writes a new DuckDB file; nobody sees it
before `publish` swaps the pointer.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

import duckdb

from pipeline import calendar
from pipeline.errors import CheckFailed
from pipeline.lake import Lake, Snapshot, scan
from pipeline.models import MODELS
from pipeline.schema import TABLES
from pipeline.settings import Settings

Progress = Callable[[str], None]

MACROS = (
    # whose hours they are: see the dimension `venue`. `told_twice`: the lake holds the job that was made of it, too
    """
    CREATE MACRO venue_of(universe, told_twice, at_ce, routed_from) AS (
        CASE
            WHEN universe IN (7, 12) THEN 'access_point'
            WHEN told_twice THEN 'routed'
            WHEN at_ce OR routed_from IS NOT NULL THEN 'pilot'
            ELSE 'pool'
        END
    )
    """,
    # the word for a file's or an answer's records, of what it was recognised as
    """
    CREATE MACRO stream_of(kind) AS (
        CASE replace(kind, ', asked', '')
            WHEN 'epoch history' THEN 'epochs'
            WHEN 'startd history' THEN 'startd'
            WHEN 'pool ads' THEN 'pool'
            ELSE replace(kind, ', asked', '')
        END
    )
    """,
    # strangers' numbers that no slot and no cluster can have are not known: a sum of them would overflow
    "CREATE MACRO within(number, most) AS (CASE WHEN number BETWEEN 0 AND most THEN number END)",
    "CREATE MACRO inside(instant, first, last) AS (CASE WHEN instant BETWEEN first AND last THEN instant END)",
    # SQL's own takes the one that is known
    "CREATE MACRO lesser(a, b) AS (CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN least(a, b) END)",
    # to which bucket the end of a run assigns what no phase took of it; `ran` is used, idle or not measured
    """
    CREATE MACRO bucket_of(outcome) AS (
        CASE outcome WHEN 'succeeded' THEN 'ran' WHEN 'running' THEN 'unknown' ELSE outcome END
    )
    """,
    # seconds that two spans have in common; null where an end of one is not known
    "CREATE MACRO overlap(a, b, c, d) AS "
    "(CASE WHEN a + b + c + d IS NOT NULL THEN greatest(least(b, d) - greatest(a, c), 0) END)",
    # slot1_2@glidein_7@host: several startds can run on a host
    "CREATE MACRO startd_of(name, machine) AS "
    "(CASE WHEN contains(name, '@') THEN substr(name, strpos(name, '@') + 1) ELSE coalesce(machine, name) END)",
    "CREATE MACRO counted(n, one, many) AS concat(format('{:,}', n), ' ', CASE WHEN n = 1 THEN one ELSE many END)",
    "CREATE MACRO utc_text(utc_s) AS strftime(make_timestamp(utc_s * 1000000), '%Y-%m-%d %H:%M UTC')",
)
"""What several models say alike."""


@dataclass(frozen=True)
class Check:
    """A rule: its name, the sentence in its file's first line, and the rows that break it."""

    name: str
    rule: str
    sql: str


@dataclass(frozen=True)
class Inputs:
    """What a build is made from; equal inputs give an equal cube, so their digest is the cube's version."""

    snapshots: tuple[Snapshot, ...]
    zone: str

    @property
    def version(self) -> str:
        digest = blake2b(self.zone.encode(), digest_size=8)
        for snapshot in self.snapshots:
            for file in snapshot.files:
                digest.update(Path(file).name.encode())
        digest.update(rules().encode())
        return digest.hexdigest()


@cache
def rules() -> str:
    """Digest of all models: a cube that other ones made cannot be asked by this code."""
    digest = blake2b("".join(MACROS).encode(), digest_size=8)
    for name in MODELS:
        digest.update(model_sql(name).encode())
    return digest.hexdigest()


def model_sql(name: str) -> str:
    """The SELECT of a model."""
    return files("pipeline.models").joinpath(f"{name}.sql").read_text("utf-8")


def checks() -> Iterator[Check]:
    """Every check there is, by name; the first comment line of its file is the rule."""
    for file in sorted(files("pipeline.checks").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".sql"):
            sql = file.read_text("utf-8")
            yield Check(file.name.removesuffix(".sql"), sql.splitlines()[0].removeprefix("--").strip(), sql)


def inputs(lake: Lake, settings: Settings) -> Inputs:
    """The newest version of each table, pinned."""
    return Inputs(tuple(lake.snapshot(table) for table in TABLES), settings.zone)


def build(source: Inputs, target: Path, settings: Settings, progress: Progress) -> int:
    """Write a checked cube to `target` (a file that does not exist). Returns the number of checks that held.

    Raises CheckFailed, with the rows that break the rule; the file is then removed.
    """
    try:
        with duckdb.connect(str(target), config=configured(target, settings)) as con:
            prepare(con, source.zone)
            for snapshot in source.snapshots:
                mount(con, snapshot)
            add_calendar(con, source.zone)
            for name in MODELS:
                progress(f"model {name}")
                con.execute(f'CREATE TABLE "{name}" AS {model_sql(name)}')
            held = 0
            for check in checks():
                progress(f"check {check.name}")
                hold(con, check)
                held += 1
            for snapshot in source.snapshots:
                con.execute(f'DROP VIEW "lake_{snapshot.table.name}"')
            con.execute("CHECKPOINT")  # a disk that is full is an error now, not a silence when the file is closed
            return held
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def configured(target: Path, settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """DuckDB's settings for making that file: bounded memory, and a place beside it to spill to."""
    return {
        "memory_limit": f"{settings.build_memory_mib}MiB",
        "temp_directory": str(target.with_suffix(".spill")),
        "preserve_insertion_order": False,
    }


def prepare(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Set the zone; define MACROS, and `local_day(utc_s)`: days since 1970-01-01 in the reporting zone."""
    con.execute("SET VARIABLE zone = ?", [zone])
    for macro in MACROS:
        con.execute(macro)
    if zone == "UTC":
        con.execute("CREATE MACRO local_day(utc_s) AS (utc_s // 86400)")
    else:
        con.execute(
            "CREATE MACRO local_day(utc_s) AS date_diff('day', DATE '1970-01-01', "
            "CAST(timezone(getvariable('zone'), to_timestamp(utc_s)) AS DATE))"
        )


def mount(con: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """A view `lake_<table>` over the files of a snapshot: an empty one where there are none.

    Columns that its files do not have yet are null.
    """
    table = snapshot.table
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    con.execute(f'CREATE VIEW "lake_{table.name}" AS SELECT {names} FROM {scan(table, listed(snapshot.files))}')


def listed(files: Sequence[str]) -> str | None:
    """File names as an SQL list; None where there are none."""
    return f"[{', '.join(_quoted(file) for file in files)}]" if files else None


def _quoted(path: str) -> str:
    """A file name as an SQL string: DDL takes no parameters. The names are those that the lake itself gave."""
    return "'" + path.replace("'", "''") + "'"


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
        hint = "The cube was not published, the one before is still served. The records are in the lake as they were."
        raise CheckFailed(f"rule {check.name!r} is broken ({check.rule}): {shown}", hint)


def now_utc() -> datetime:
    return datetime.now(UTC)
