"""The cube before, renewed: rows of touched jobs and days replaced by what the models make of them now.

The models are run by their own SQL over tables of the same names that hold the touched jobs alone, or the touched
slices and days. Schemas of the workbench: `entire` (all of the lake), `touched` (the touched jobs' records), `jobs`
(what the models make of them), `slices` and `days` (the touched slices and days); each zone but the ledger's own has
its own beside them, for what depends on where days begin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.build import ROUTED, WHOLE, Inputs
from pipeline.by_job import make_by_job
from pipeline.checks import OF_DAYS, OF_JOBS, OF_SLICES
from pipeline.incremental import touched
from pipeline.incremental.copied import copy
from pipeline.incremental.dead_rows import write_anew
from pipeline.incremental.plan import Plan
from pipeline.models import BY_DAY, BY_JOB, BY_SLICE, MODELS, PLACE, SLICE
from pipeline.reads import CALENDAR, RECORDS, reads
from pipeline.rules import checks
from pipeline.settings import Settings
from pipeline.workbench import Progress, Workbench, mount, prepare, workbench
from pipeline.zones import Zone

CUBE, WORK, JOBS = "cube.main", "work.main", "work.jobs"
ENTIRE = ("work.entire", WORK)
RENEWED = (WHOLE[0], *ENTIRE)
TOUCHED = {"job_id": "touched_job", "attempt_id": "old_attempt", PLACE: "touched_place"}
"""Tables of the keys under which the cube has rows of touched jobs."""
_SLICE = ", ".join(f'"{name}"' for name in SLICE)
READ_OFTEN = frozenset({"waste"})
"""Models of which one is made by several looks: what changed of them is found once."""
OF_TOUCHED_SLICES = ("work.slices", *ENTIRE)
OF_TOUCHED_DAYS = ("work.days", *ENTIRE)


@dataclass(frozen=True)
class Parts:
    """What changed: a table of slices or days, and its columns."""

    table: str
    key: str

    def of(self, model: str) -> str:
        """The rows of a model's table that are of them; naming the days apart, little of other days is read."""
        days = f"SELECT DISTINCT day FROM {self.table}"
        return f"FROM {model} SEMI JOIN {self.table} USING ({self.key}) WHERE day IN ({days})"


def renew(plan: Plan, source: Inputs, target: Path, settings: Settings, progress: Progress) -> int:
    """Write a checked cube to `target` (a file that does not exist). Returns the number of checks that held.

    Raises CheckFailed as `build` does; the file is then removed.
    """
    progress("copying the cube before")
    copy(plan.cube, target)
    with workbench(target, settings, progress) as bench:
        for schema in ("entire", "touched", "jobs", "slices", "days"):
            bench.con.execute(f"CREATE SCHEMA work.{schema}")
        prepare(bench.con, source.zone)
        _mount_entire(bench, source)
        progress("jobs that changed")
        touched.find(bench.con, plan)
        held = _renew_jobs(bench, source.zones)
        for zone in source.zones:
            _renew_slices(bench, zone)
            _renew_days(bench, zone)
        _renew_whole(bench, plan, source.zones)
        for zone in source.zones:
            worn = [name for name in (*BY_JOB, *sorted(BY_SLICE), *sorted(BY_DAY)) if zone.has(name)]
            write_anew(bench.con, worn, zone.schema(CUBE))
            held += _check(bench, zone)
        return held


def _mount_entire(bench: Workbench, source: Inputs) -> None:
    """Schema `entire`: all of the lake, the calendar of each zone, and which jobs are routed now."""
    bench.look_in(*ENTIRE)
    for snapshot in source.snapshots:
        mount(bench.con, snapshot)
    for zone in source.zones:
        bench.begin_zone(zone, *ENTIRE)
        if not zone.is_own:
            for schema in (CUBE, JOBS, OF_TOUCHED_SLICES[0], OF_TOUCHED_DAYS[0]):
                bench.con.execute(f"CREATE SCHEMA IF NOT EXISTS {zone.schema(schema)}")
    bench.look_in(*ENTIRE)
    bench.make(ROUTED)


def _renew_jobs(bench: Workbench, zones: Sequence[Zone]) -> int:
    """Models of jobs, made in schema `jobs` of the touched jobs' records alone, and put into the cube.

    Notes the days on which rows differ. Returns the number of rules that hold of them.
    """
    con = bench.con
    for table in RECORDS:
        con.execute(f"CREATE TABLE touched.lake_{table.name} AS {touched.records(con, table)}")
    con.execute("CREATE TABLE old_attempt AS SELECT attempt_id FROM cube.attempt SEMI JOIN touched_job USING (job_id)")
    rows = {table: f"FROM work.touched.lake_{table.name}" for table in RECORDS}
    held = make_by_job(bench, rows, zones, ENTIRE, JOBS)
    for zone in zones:
        con.execute(f"CREATE TABLE {zone.schema(WORK)}.touched_slice AS SELECT {_SLICE} FROM cube.charge LIMIT 0")
        for name, key in BY_JOB.items():
            if zone.has(name):
                bench.progress(f"renewing {name}")
                _replace(con, zone, name, key)
    return held


def _replace(con: duckdb.DuckDBPyConnection, zone: Zone, name: str, key: str) -> None:
    """Put the touched jobs' rows of a model in the place of those that the cube has; note the slices that differ.

    Rows are looked for by their key alone: of a wide table that is all that is read.
    """
    table, made = f'{zone.schema(CUBE)}."{name}"', f'{zone.schema(JOBS)}."{name}"'
    found = f"SELECT rowid AS place FROM {table} SEMI JOIN {TOUCHED[key]} USING ({key})"
    con.execute(f"CREATE OR REPLACE TEMP TABLE old_place AS {found}")
    old = f"FROM {table} WHERE rowid IN (SELECT place FROM old_place)"
    if _is_sliced(con, name):
        con.execute(f"CREATE OR REPLACE TEMP TABLE old AS {old}")
        con.execute(
            f"""
            INSERT INTO {zone.schema(WORK)}.touched_slice
            SELECT DISTINCT {_SLICE}
            FROM (
                SELECT * EXCLUDE (more), sum(more) AS more
                FROM (SELECT *, 1 AS more FROM old UNION ALL SELECT *, -1 FROM {made})
                GROUP BY ALL
            )
            WHERE more <> 0
            """
        )
    con.execute(f"DELETE {old}")
    con.execute(f"INSERT INTO {table} FROM {made}")


def _is_sliced(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    return set(SLICE) <= {row[0] for row in con.execute(f'DESCRIBE cube."{name}"').fetchall()}


def _renew_slices(bench: Workbench, zone: Zone) -> None:
    """Models of slices, made in schema `slices` of the touched slices' rows of the models of jobs."""
    work = zone.schema(WORK)
    bench.con.execute(f"CREATE TABLE {work}.changed_slice AS SELECT DISTINCT * FROM {work}.touched_slice")
    changed = Parts(f"{work}.changed_slice", _SLICE)
    _renew_parts(bench, zone, zone.path(*OF_TOUCHED_SLICES), list(BY_JOB), BY_SLICE, changed)


def _renew_days(bench: Workbench, zone: Zone) -> None:
    """Models of days, made in schema `days` of the touched days' rows of the models of jobs and slices."""
    work = zone.schema(WORK)
    bench.con.execute(f"CREATE TABLE {work}.changed_day AS SELECT DISTINCT pool, day FROM {work}.changed_slice")
    changed = Parts(f"{work}.changed_day", "pool, day")
    _renew_parts(bench, zone, zone.path(*OF_TOUCHED_DAYS), [*BY_JOB, *sorted(BY_SLICE)], BY_DAY, changed)


def _renew_parts(
    bench: Workbench, zone: Zone, where: tuple[str, ...], sources: list[str], models: frozenset[str], changed: Parts
) -> None:
    """Make those models, in the first schema of `where`, of the parts that changed, and put them into the cube."""
    cube = zone.schema(CUBE)
    for name in sources:
        if not _is_sliced(bench.con, name):
            continue
        kind = "TABLE" if name in READ_OFTEN and any(name in reads(model) for model in models) else "VIEW"
        table = f'{cube}."{name}"'
        bench.con.execute(f'CREATE {kind} {where[0]}."{name}" AS {changed.of(table)}')
    bench.look_in(*where)
    for name in MODELS:
        if name in models:
            bench.make(name)
            gone = f"WHERE ({changed.key}) IN (SELECT ({changed.key}) FROM {changed.table})"
            bench.con.execute(f'DELETE FROM {cube}."{name}" {gone}')
            bench.con.execute(f'INSERT INTO {cube}."{name}" FROM {where[0]}."{name}"')


def _renew_whole(bench: Workbench, plan: Plan, zones: Sequence[Zone]) -> None:
    """All other models that are made of something that changed, made of everything."""
    con = bench.con
    changed = {f"lake_{table}" for table in plan.changed}
    by_parts = {*BY_JOB, *BY_SLICE, *BY_DAY}
    if con.execute("FROM touched_job LIMIT 1").fetchall():
        changed |= by_parts
    for zone in zones:
        bench.look_in(*zone.path(*RENEWED))
        for name in (CALENDAR, *([ROUTED] if zone.is_own else [])):
            table, entire = f"{zone.schema(CUBE)}.{name}", f"{zone.schema(ENTIRE[0])}.{name}"
            new, old = f"FROM {entire}", f"FROM {table}"
            if con.execute(f"({new} EXCEPT {old}) UNION ALL ({old} EXCEPT {new}) LIMIT 1").fetchall():
                changed.add(name)
                con.execute(f"CREATE OR REPLACE TABLE {table} AS {new}")
        for name in MODELS:
            if name not in by_parts and name != ROUTED and zone.has(name) and reads(name) & changed:
                con.execute(f'DROP TABLE {zone.schema(CUBE)}."{name}"')
                bench.make(name)
                changed.add(name)


def _check(bench: Workbench, zone: Zone) -> int:
    """All rules but those of jobs, where it is enough on what was touched; returns their number."""
    held = 0
    for check in checks():
        if check.name not in OF_JOBS and zone.holds(check):
            bench.look_in(*zone.path(*_where(check.name)))
            bench.hold(check)
            held += 1
    return held


def _where(rule: str) -> tuple[str, ...]:
    if rule in OF_SLICES:
        return OF_TOUCHED_SLICES
    return OF_TOUCHED_DAYS if rule in OF_DAYS else RENEWED
