"""Lists of single jobs and attempts over a cube of a year: `python -m bench.explorer --jobs 50000000`.

In: a number of jobs; their rows are written straight into a cube, in the order in which a build from nothing leaves
them: slices of whole clusters, each in the order of the jobs' ends. Out: Markdown: how long the questions of the page
Jobs take, median and 95th percentile of wall time, and CPU time, with one client and nothing kept of earlier answers.
"""

import random
import shutil
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from rich.console import Console

from pipeline.cube import Cube
from pipeline.explorer.asked import Listed, Rows
from pipeline.explorer.conditions import Condition
from pipeline.explorer.ids import JobIds
from pipeline.lake import Lake
from pipeline.publish import current, publish
from pipeline.serving.answers import Answers
from pipeline.settings import Settings
from pipeline.viewer import LOCAL

POOL = "year (simulated)"
FIRST_UTC = 1_767_225_600  # 2026-01-01
DAYS = 365
PROJECTS, SITES, USERS = 50, 90, 4000
BATCH, APS = 50, 15
IN_A_SLICE = 2_000_000
LAST_DAY = date(2026, 12, 31)
MONTH = LAST_DAY - timedelta(days=29)
PAGE = Rows()
_SEED = f"""
    SELECT
        i,
        i // {BATCH} AS batch,
        ($begin_utc + i * 86400 * {DAYS} // $jobs)::BIGINT AS submit_utc,
        (60 + 170000 * power(hash(i, 4) % 100000 / 100000.0, 12) + hash(i, 5) % 7000)::BIGINT AS run_s,
        (1000 * (1 + hash(batch, 7) % 4))::BIGINT AS cores_milli,
        floor({USERS} * power(hash(batch) % 100000 / 100000.0, 3))::BIGINT AS user_number
    FROM (
        SELECT ((n // {BATCH}) * $slices + $slice) * {BATCH} + n % {BATCH} AS i
        FROM range($jobs // $slices + {BATCH}) AS r(n)
    )
    WHERE i < $jobs
"""
_JOB = f"""
    SELECT
        '{POOL}' AS pool,
        concat('ap', batch % {APS}, '.year.simulated') AS ap,
        batch // {APS} + 1 AS cluster,
        i % {BATCH} AS proc,
        concat('user', user_number, '@year.simulated') AS "user",
        concat('Project', floor({PROJECTS} * power(hash(user_number, 1) % 1000 / 1000.0, 2))::BIGINT) AS project,
        concat('Site', floor({SITES} * power(hash(batch, i % 16) % 1000 / 1000.0, 2))::BIGINT) AS site,
        concat('CE', i % 2) AS resource,
        'pool' AS venue,
        CASE hash(i, 9) % 20 WHEN 0 THEN 'failed' WHEN 1 THEN 'removed' ELSE 'succeeded' END AS outcome,
        0 AS gpus,
        (2048 * (1 + hash(batch, 8) % 4))::BIGINT AS memory_mib,
        (run_s * cores_milli * (100 + hash(i, 10) % 900))::BIGINT AS cpu_used_us,
        submit_utc + 600 + (hash(i, 3) % 3000)::BIGINT AS start_utc,
        start_utc + run_s AS end_utc,
        run_s AS wall_s,
        *
    FROM seed
"""
_LISTED = """
    SELECT
        * EXCLUDE (i, batch, run_s, user_number, start_utc),
        start_utc AS first_start_utc,
        DATE '1970-01-01' + (end_utc // 86400)::INTEGER AS end_day,
        false AS several_projects,
        concat('sweep_', batch % 5000) AS batch_name,
        concat('/home/user', user_number, '/work/run_', batch % 3000, '.sh') AS command,
        CASE outcome WHEN 'failed' THEN 1 ELSE 0 END AS exit_code,
        CASE WHEN outcome = 'removed' THEN 'by the user' END AS remove_reason,
        CASE WHEN i % 8 = 0 THEN 2 ELSE 1 END AS attempts,
        wall_s * cores_milli AS mcore_s,
        cpu_used_us AS cpu_measured_us,
        wall_s * cores_milli AS mcore_measured_s,
        (hash(i, 11) % 2048)::BIGINT AS memory_used_mib,
        wall_s * cores_milli - CASE outcome WHEN 'succeeded' THEN cpu_used_us // 1000 ELSE 0 END AS wasted_mcore_s,
        CASE outcome WHEN 'succeeded' THEN 'idle' ELSE outcome END AS wasted_on
    FROM made
    ORDER BY end_utc
"""
_RUN = """
    SELECT
        * EXCLUDE (i, batch, run_s, user_number, submit_utc, run),
        concat(ap, '#', cluster, '.', proc, '#', submit_utc) AS global_job_id,
        md5_number(global_job_id) AS job_id,
        md5_number(concat(global_job_id, run)) AS attempt_id,
        run AS run_instance,
        'epoch' AS basis,
        5 AS universe,
        concat('slot1_', hash(i, 2) % 64, '@node', hash(i, 2) % 5000) AS slot,
        concat('node', hash(i, 2) % 5000) AS machine,
        'provisioned' AS cores_basis,
        i AS record_id
    FROM made, (VALUES (0), (1)) AS runs(run)
    WHERE run = 0 OR i % 8 = 0
    ORDER BY end_utc
"""
_NAMES = {
    "project_day": f"SELECT concat('Project', i) AS project, project AS registered FROM range({PROJECTS}) AS r(i)",
    "site_day": f"SELECT concat('Site', i // 2) AS site, concat('CE', i % 2) AS resource, site AS registered, "
    f"resource AS registered_resource FROM range({2 * SITES}) AS r(i)",
}


@dataclass(frozen=True)
class Asked:
    """A question by its name, made anew for each run, with the rows that it asks for; None: what they come to."""

    name: str
    make: Callable[[random.Random], Listed]
    rows: Rows | None = PAGE


def write_cube(lake: Lake, jobs: int) -> Path:
    """A published cube of so many jobs; only what lists ask is in it."""
    lake.create()
    publish(lake, Settings(lake=lake.root), lambda step: None)
    published = current(lake.cubes)
    assert published is not None
    file = lake.cubes / published.file
    with duckdb.connect(str(file)) as con:
        con.execute("SET preserve_insertion_order = false; SET memory_limit = '4GB'")
        for table in ("listed_job", "attempt", *_NAMES, "calendar"):
            con.execute(f"DELETE FROM {table}")
        _write_names(con)
        slices = -(-jobs // IN_A_SLICE)
        for number in range(slices):
            values = {"begin_utc": FIRST_UTC, "jobs": jobs, "slices": slices, "slice": number}
            for table, sql in (("listed_job", _LISTED), ("attempt", _RUN)):
                rows = f"WITH seed AS ({_SEED}), made AS ({_JOB}) {sql}"
                con.execute(f"INSERT INTO {table} BY NAME {rows}", values)
    return file


def _write_names(con: duckdb.DuckDBPyConnection) -> None:
    days = f"SELECT DATE '2026-01-01' + d::INTEGER AS day FROM range({DAYS + 5}) AS r(d)"
    for table, names in _NAMES.items():
        con.execute(f"INSERT INTO {table} BY NAME SELECT '{POOL}' AS pool, * FROM ({names}), ({days})")
    first = FIRST_UTC // 86_400
    con.execute(
        f"INSERT INTO calendar SELECT n, DATE '1970-01-01' + n::INTEGER, n * 86400, (n + 1) * 86400 "
        f"FROM range({first}, {first + DAYS + 5}) AS r(n)"
    )


def questions(jobs: int) -> list[Asked]:
    """What is measured."""
    whole = Listed(where=(("pool", (POOL,)),))
    month = replace(whole, first=MONTH, last=LAST_DAY)
    runs = replace(month, of="attempts")
    top = JobIds(jobs // BATCH // APS)

    def narrowed(base: Listed, *where: tuple[str, Callable[[random.Random], str]], **more: Any) -> Any:
        return lambda chance: replace(
            base, where=(*base.where, *((name, (value(chance),)) for name, value in where)), **more
        )

    def user(chance: random.Random) -> str:
        return f"user{chance.randrange(USERS)}@year.simulated"

    def site(chance: random.Random) -> str:
        return f"Site{chance.randrange(SITES)}"

    def text(base: Listed, words: str) -> Any:
        return lambda chance: replace(base, conditions=(Condition("command", f"~{words}{chance.randrange(3000)}"),))

    failed = (Condition("outcome", "failed"),)
    sorted_ = {"sort": "-wasted_h"}
    page_100 = Rows(9_900, 100)
    return [
        Asked("one job by its id", lambda chance: replace(whole, ids=_any_job(chance, jobs))),
        Asked("a cluster", lambda chance: replace(whole, ids=JobIds(chance.randrange(1, top.cluster)))),
        Asked("a user, 30 days", narrowed(month, ("user", user))),
        Asked("a user, the year", narrowed(whole, ("user", user))),
        Asked("site + outcome by wasted hours, 30 days", narrowed(month, ("site", site), conditions=failed, **sorted_)),
        Asked(
            "site + outcome by wasted hours, the year", narrowed(whole, ("site", site), conditions=failed, **sorted_)
        ),
        Asked("a project by wasted hours, the year", narrowed(whole, ("project", _project), **sorted_)),
        Asked("all by wasted hours, the year", lambda chance: replace(whole, sort="-wasted_h")),
        Asked("text in the command, 30 days", text(month, "RUN_")),
        Asked("text in the command, the year", text(whole, "RUN_")),
        Asked("text that nothing contains, the year", text(whole, "no such ")),
        Asked("newest, page 1, 30 days", lambda chance: month),
        Asked("newest, page 100, 30 days", lambda chance: month, page_100),
        Asked("newest, page 1, the year", lambda chance: whole),
        Asked("newest, page 100, the year", lambda chance: whole, page_100),
        Asked("count and sums, 30 days", lambda chance: month, None),
        Asked("count and sums, the year", lambda chance: whole, None),
        Asked("count and sums, a user, the year", narrowed(whole, ("user", user)), None),
        Asked("attempts: newest, page 1, 30 days", lambda chance: runs),
        Asked("attempts: of one job", lambda chance: replace(runs, ids=_any_job(chance, jobs))),
        Asked("attempts: a site by core hours, 30 days", narrowed(runs, ("site", site), sort="-cpu_h")),
        Asked("attempts: count and sums, 30 days", lambda chance: runs, None),
    ]


def _any_job(chance: random.Random, jobs: int) -> JobIds:
    number = chance.randrange(jobs)
    batch = number // BATCH
    return JobIds(batch // APS + 1, number % BATCH, f"ap{batch % APS}.year.simulated")


def _project(chance: random.Random) -> str:
    return f"Project{chance.randrange(PROJECTS)}"


def measure(lake: Lake, jobs: int, runs: int) -> list[str]:
    """Markdown: a line a question."""
    cube = Cube.open(lake.root)
    cube.answers = Answers(most_bytes=0)
    lines = [
        "| asked | p50 ms | p95 ms | first ms | CPU ms |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for asked in questions(jobs):
        chance = random.Random(asked.name)
        took = [_timed(cube, asked, chance) for _ in range(runs)]
        wall = sorted(one[0] for one in took)
        cpu = sum(one[1] for one in took) / runs
        p95 = wall[-(-len(wall) * 95 // 100) - 1]
        lines.append(f"| {asked.name} | {wall[len(wall) // 2]:.0f} | {p95:.0f} | {took[0][0]:.0f} | {cpu:.0f} |")
    return lines


def _timed(cube: Cube, asked: Asked, chance: random.Random) -> tuple[float, float]:
    """Milliseconds of wall and CPU time."""
    question = asked.make(chance)
    cpu, begin = time.process_time(), time.perf_counter()
    if asked.rows is None:
        cube.listed_sums(question, LOCAL)
    else:
        cube.listed(question, asked.rows, LOCAL)
    return (time.perf_counter() - begin) * 1000, (time.process_time() - cpu) * 1000


def sizes(file: Path) -> Mapping[str, int]:
    """Rows by table, and the bytes of the file."""
    with duckdb.connect(str(file), read_only=True) as con:
        rows = {
            table: con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in ("listed_job", "attempt")
        }
    return rows | {"bytes": file.stat().st_size}


def explorer(folder: Path, jobs: int, runs: int) -> list[str]:
    """Write the cube, then measure."""
    lake = Lake(folder)
    file = write_cube(lake, jobs)
    size = sizes(file)
    head = (
        f"Lists over {size['listed_job']:,} jobs and {size['attempt']:,} attempts of one made-up year "
        f"({size['bytes'] / 2**30:.1f} GiB), {runs} runs each, one client, 100 rows a page."
    )
    return ["## Lists of single jobs", "", head, "", *measure(lake, jobs, runs)]


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.explorer", description=__doc__)
    parser.add_argument("--jobs", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--folder", type=Path, help="Where the lake is made; it is removed afterwards.")
    asked = parser.parse_args()
    with TemporaryDirectory(dir=asked.folder) as name:
        made = Path(name) / "lake"
        found = explorer(made, asked.jobs, asked.runs)
        shutil.rmtree(made)
    Console().print("\n".join(found), highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
