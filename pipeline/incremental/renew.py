"""The cube before, renewed: rows of touched jobs and days replaced by what the models make of them now.

The models are run by their own SQL over tables of the same names that hold the touched jobs alone, or the touched
days. Schemas of the workbench: `entire` (all of the lake), `jobs` (the touched jobs), `days` (the touched days); the
new cube is the attached database `cube`.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline import build as building
from pipeline.build import Inputs, Progress, add_calendar, configured, hold, model_sql, mount, prepare
from pipeline.checks import OF_DAYS, OF_JOBS
from pipeline.incremental import touched
from pipeline.incremental.plan import Plan
from pipeline.incremental.reads import RECORDS, reads
from pipeline.models import BY_DAY, BY_JOB, MODELS
from pipeline.settings import Settings

ROUTED = "routed_job"
WHOLE = ("cube.main", "work.entire", "work.main")
OF_TOUCHED_JOBS = ("work.jobs", "work.entire", "work.main")
OF_TOUCHED_DAYS = ("work.days", "work.entire", "work.main")


def renew(plan: Plan, source: Inputs, target: Path, settings: Settings, progress: Progress) -> int:
    """Write a checked cube to `target` (a file that does not exist). Returns the number of checks that held.

    Raises CheckFailed as `build` does; the file is then removed.
    """
    try:
        progress("copying the cube before")
        shutil.copyfile(plan.cube, target)
        with _workbench(target, settings) as con:
            prepare(con, source.zone)
            _mount_entire(con, source, progress)
            progress("jobs that changed")
            touched.find(con, plan)
            _renew_jobs(con, progress)
            _renew_days(con, progress)
            _renew_whole(con, plan, progress)
            held = _check(con, progress)
            con.execute("CHECKPOINT cube")  # a disk that is full is an error now, not a silence when it is closed
            return held
    except BaseException:
        target.unlink(missing_ok=True)
        raise


@contextmanager
def _workbench(target: Path, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    work = target.with_name("work.duckdb")
    try:
        with duckdb.connect(str(work), config=configured(target, settings)) as con:
            con.execute("ATTACH '{}' AS cube".format(str(target).replace("'", "''")))
            for schema in ("entire", "jobs", "days"):
                con.execute(f"CREATE SCHEMA {schema}")
            yield con
    finally:
        work.unlink(missing_ok=True)


def _look_in(con: duckdb.DuckDBPyConnection, schemas: tuple[str, ...]) -> None:
    """Where the names in a model's SQL are looked up, the first first."""
    con.execute(f"SET search_path = '{','.join(schemas)}'")


def _mount_entire(con: duckdb.DuckDBPyConnection, source: Inputs, progress: Progress) -> None:
    """Schema `entire`: all of the lake, the calendar, and which jobs are routed now."""
    _look_in(con, ("work.entire", "work.main"))
    for snapshot in source.snapshots:
        mount(con, snapshot)
    progress("calendar")
    add_calendar(con, source.zone)
    progress(f"model {ROUTED}")
    con.execute(f"CREATE TABLE {ROUTED} AS {model_sql(ROUTED)}")


def _renew_jobs(con: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    """Models of jobs, made in schema `jobs` of the touched jobs' records alone; notes the days on which rows differ."""
    for table in RECORDS:
        con.execute(
            f"""
            CREATE TABLE jobs.lake_{table.name} AS
            FROM entire.lake_{table.name} SEMI JOIN touched_place USING (pool, ap, cluster, proc)
            UNION ALL
            SELECT * FROM entire.lake_{table.name} SEMI JOIN touched_id USING (pool, ap, global_job_id)
            WHERE cluster IS NULL OR proc IS NULL
            """
        )
    con.execute(
        f"CREATE VIEW jobs.{ROUTED} AS FROM entire.{ROUTED} SEMI JOIN touched_id USING (pool, ap, global_job_id)"
    )
    con.execute("CREATE TABLE old_attempt AS SELECT attempt_id FROM cube.attempt SEMI JOIN touched_job USING (job_id)")
    con.execute("CREATE TABLE touched_day (pool VARCHAR, day DATE)")
    _look_in(con, OF_TOUCHED_JOBS)
    for name in (name for name in MODELS if name in BY_JOB):
        progress(f"model {name}")
        con.execute(f'CREATE TABLE jobs."{name}" AS {model_sql(name)}')
    for name, key in BY_JOB.items():
        progress(f"renewing {name}")
        _replace(con, name, key)


def _replace(con: duckdb.DuckDBPyConnection, name: str, key: str) -> None:
    """Put the touched jobs' rows of a model in the place of those that the cube has."""
    keys = "touched_job" if key == "job_id" else "old_attempt"
    con.execute(f'CREATE OR REPLACE TEMP TABLE old AS FROM cube."{name}" SEMI JOIN {keys} USING ({key})')
    if _has_days(con, name):
        con.execute(
            f"""
            INSERT INTO touched_day
            SELECT DISTINCT pool, day
            FROM ((FROM old EXCEPT ALL FROM jobs."{name}") UNION ALL (FROM jobs."{name}" EXCEPT ALL FROM old))
            """
        )
    con.execute(f'DELETE FROM cube."{name}" WHERE {key} IN (SELECT {key} FROM {keys})')
    con.execute(f'INSERT INTO cube."{name}" FROM jobs."{name}"')


def _has_days(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    return "day" in [row[0] for row in con.execute(f'DESCRIBE cube."{name}"').fetchall()]


def _renew_days(con: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    """Models of days, made in schema `days` of the touched days' rows of the models of jobs."""
    _look_in(con, ("work.main",))
    con.execute("CREATE TABLE changed_day AS SELECT DISTINCT pool, day FROM touched_day")
    for name in BY_JOB:
        if _has_days(con, name):
            con.execute(
                f'CREATE VIEW days."{name}" AS FROM cube."{name}" SEMI JOIN work.main.changed_day USING (pool, day)'
            )
    _look_in(con, OF_TOUCHED_DAYS)
    for name in (name for name in MODELS if name in BY_DAY):
        progress(f"model {name}")
        con.execute(f'CREATE TABLE days."{name}" AS {model_sql(name)}')
        con.execute(f'DELETE FROM cube."{name}" WHERE (pool, day) IN (SELECT (pool, day) FROM changed_day)')
        con.execute(f'INSERT INTO cube."{name}" FROM days."{name}"')


def _renew_whole(con: duckdb.DuckDBPyConnection, plan: Plan, progress: Progress) -> None:
    """All other models that are made of something that changed, made of everything."""
    changed = {f"lake_{table}" for table in plan.changed}
    if con.execute("FROM touched_job LIMIT 1").fetchall():
        changed |= {*BY_JOB, *BY_DAY}
    for name in ("calendar", ROUTED):
        new, old = f"FROM entire.{name}", f"FROM cube.{name}"
        if con.execute(f"({new} EXCEPT {old}) UNION ALL ({old} EXCEPT {new}) LIMIT 1").fetchall():
            changed.add(name)
            con.execute(f"CREATE OR REPLACE TABLE cube.{name} AS FROM entire.{name}")
    _look_in(con, WHOLE)
    for name in MODELS:
        if name not in BY_JOB and name not in BY_DAY and name != ROUTED and reads(name) & changed:
            progress(f"model {name}")
            con.execute(f'CREATE OR REPLACE TABLE cube."{name}" AS {model_sql(name)}')
            changed.add(name)


def _check(con: duckdb.DuckDBPyConnection, progress: Progress) -> int:
    """Every check, where it is enough on what was touched. Returns their number; raises CheckFailed."""
    held = 0
    for check in building.checks():
        progress(f"check {check.name}")
        _look_in(con, OF_TOUCHED_JOBS if check.name in OF_JOBS else OF_TOUCHED_DAYS if check.name in OF_DAYS else WHOLE)
        hold(con, check)
        held += 1
    return held
