"""A lake of one made-up year, written straight as rows: heavy-tailed users, 50 projects, 90 sites, registered names.

Jobs come in batches of one user, and a batch runs at up to 16 sites; every eighth job is evicted and runs again
elsewhere, and runs of up to two days cross midnights.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from pipeline.commit import ALL_APPENDS, commit
from pipeline.lake import Lake
from pipeline.part import PartWriter
from pipeline.schema import ATTEMPT_RECORD, JOB, METADATA, SOURCE_FILE, Table

POOL = "year (simulated)"
FIRST_UTC = 1_767_225_600  # 2026-01-01
DAYS = 365
BATCH = 50
AT_A_TIME = 250_000
PROJECTS, SITES, USERS = 50, 90, 4000

_JOBS = f"""
    SELECT
        i,
        '{POOL}' AS pool,
        concat('ap', batch % 15, '.year.simulated') AS ap,
        (i + 1)::BIGINT AS cluster,
        0::BIGINT AS proc,
        concat(ap, '#', cluster, '.0#', submit_utc) AS global_job_id,
        floor({USERS} * power(hash(batch) % 100000 / 100000.0, 3))::BIGINT AS user_number,
        concat('user', user_number, '@year.simulated') AS "user",
        concat('Project', floor({PROJECTS} * power(hash(user_number, 1) % 1000 / 1000.0, 2))::BIGINT) AS project,
        5::BIGINT AS universe,
        floor({SITES} * power(hash(batch, i % 16) % 1000 / 1000.0, 2))::BIGINT AS site_number,
        floor({SITES} * power(hash(batch, i % 16, 1) % 1000 / 1000.0, 2))::BIGINT AS first_site,
        concat('slot1_', hash(i, 2) % 64, '@node', hash(i, 2) % 5000) AS slot,
        concat('node', hash(i, 2) % 5000) AS machine,
        submit_utc,
        submit_utc + 600 + (hash(i, 3) % 3000)::BIGINT AS begin_utc,
        (60 + 170000 * power(hash(i, 4) % 100000 / 100000.0, 12) + hash(i, 5) % 7000)::BIGINT AS run_s,
        CASE WHEN i % 8 = 0 THEN (30 + hash(i, 6) % 5000)::BIGINT ELSE 0 END AS lost_s,
        CASE WHEN hash(i, 9) % 20 = 0 THEN 1::BIGINT ELSE 0 END AS exit_code,
        (1000 * (1 + hash(batch, 7) % 4))::BIGINT AS cpus_milli,
        CASE WHEN hash(batch, 9) % 25 = 0 THEN 1::BIGINT ELSE 0 END AS gpus,
        (2048 * (1 + hash(batch, 8) % 4))::BIGINT AS memory_mib,
        (100 + hash(i, 10) % 900)::BIGINT AS busy
    FROM (
        SELECT i, i // {BATCH} AS batch, ($first_utc + i * 86400 * $days // $jobs)::BIGINT AS submit_utc
        FROM range($begin, $end) AS r(i)
    )
"""
_SITE = "concat('Site', {0}) AS site, concat('CE', {0}, CASE WHEN i % 3 = 0 THEN 'b' ELSE 'a' END) AS resource"
_FINAL = f"""
    SELECT *, {_SITE.format("site_number")}, 'JOB' AS record_type, (2 * i + 1)::BIGINT AS record_id,
        4::BIGINT AS status, 2::BIGINT AS last_status, false AS exit_by_signal,
        begin_utc AS first_start_utc,
        CASE WHEN lost_s > 0 THEN begin_utc + lost_s + 300 ELSE begin_utc END AS start_utc,
        start_utc + run_s AS completion_utc,
        start_utc + run_s AS status_utc,
        CASE WHEN lost_s > 0 THEN 2::BIGINT ELSE 1::BIGINT END AS shadow_starts,
        run_s + lost_s AS wall_s, run_s AS last_wall_s, run_s AS committed_s, run_s * cpus_milli * busy AS cpu_user_us,
        0::BIGINT AS cpu_sys_us, cpus_milli AS request_cpus_milli, memory_mib AS request_memory_mib
    FROM made
"""
_RUNS = f"""
    SELECT * EXCLUDE (exit_code), {_SITE.format("first_site")}, 'EPOCH' AS record_type, (4 * i)::BIGINT AS record_id,
        0::BIGINT AS run_instance, begin_utc AS start_utc, begin_utc + lost_s AS write_utc,
        lost_s * cpus_milli * busy AS cpu_user_us, 0::BIGINT AS cpu_sys_us,
        1022::BIGINT AS vacate_code, NULL::BIGINT AS exit_code, memory_mib AS request_memory_mib
    FROM made WHERE lost_s > 0
    UNION ALL BY NAME
    SELECT *, {_SITE.format("site_number")}, 'EPOCH' AS record_type, (4 * i + 2)::BIGINT AS record_id,
        CASE WHEN lost_s > 0 THEN 1::BIGINT ELSE 0::BIGINT END AS run_instance,
        CASE WHEN lost_s > 0 THEN begin_utc + lost_s + 300 ELSE begin_utc END AS start_utc,
        start_utc + run_s AS write_utc,
        run_s * cpus_milli * busy AS cpu_user_us, 0::BIGINT AS cpu_sys_us, memory_mib AS request_memory_mib
    FROM made
"""
_NAMES = f"""
    SELECT 'project' AS kind, concat('Project', i) AS name, concat('https://ror.org/', i % 30) AS institution_id,
        concat(i % 20, '.0101') AS field_id, 'made' AS field_name FROM range({PROJECTS}) AS r(i)
    UNION ALL BY NAME
    SELECT 'institution', concat('https://ror.org/', i), concat('Institution ', i) AS title FROM range(30) AS r(i)
    UNION ALL BY NAME
    SELECT 'site' AS kind, concat('Site', i) AS name, concat('Facility', i // 2) AS facility FROM range({SITES}) AS r(i)
    UNION ALL BY NAME
    SELECT 'resource' AS kind, concat('CE', i, letter) AS name, concat('Site', i) AS site
    FROM range({SITES}) AS r(i), (VALUES ('a'), ('b')) AS l(letter)
    UNION ALL BY NAME
    SELECT 'facility' AS kind, concat('Facility', i) AS name, concat('https://ror.org/', i % 30) AS institution_id
    FROM range({SITES} // 2) AS r(i)
"""


def write_year(lake: Lake, jobs: int) -> None:
    """Make the lake: final ads of so many jobs, EPOCH ads of their runs, and what is registered of their names."""
    lake.create()
    for table, sql in ((JOB, _FINAL), (ATTEMPT_RECORD, _RUNS)):
        _append(lake, table, _jobs(table, sql, jobs))
    with duckdb.connect() as con:
        named = con.sql(
            f"SELECT *, 'topology' AS source, 'topology' AS basis, row_number() OVER () AS record_id FROM ({_NAMES})"
        )
        _append(lake, METADATA, iter([_whole(METADATA, named.to_arrow_table())]))
    read_utc = FIRST_UTC + 86_400 * (DAYS + 3)
    file = {"pool": POOL, "path": "/history", "source": "made", "kind": "history", "record_id": 1, "read_utc": read_utc}
    file |= {"size_bytes": 1, "read_bytes": 1, "chain_breaks": 0}
    _append(lake, SOURCE_FILE, iter([_whole(SOURCE_FILE, pa.Table.from_pylist([file]))]))


def _append(lake: Lake, table: Table, batches: Iterator[pa.Table]) -> None:
    delta = lake.open(table)
    writer = PartWriter(lake.folder(table), table)
    for rows in batches:
        writer.write(rows)
    commit(delta, table, writer.close(), (), {ALL_APPENDS: delta.version() + 1})


def _jobs(table: Table, sql: str, jobs: int) -> Iterator[pa.Table]:
    with duckdb.connect() as con:
        for first in range(0, jobs, AT_A_TIME):
            values = {"begin": first, "end": min(first + AT_A_TIME, jobs), "jobs": jobs}
            values |= {"first_utc": FIRST_UTC, "days": DAYS}
            yield _whole(table, con.sql(f"WITH made AS ({_JOBS}) {sql}", params=values).to_arrow_table())


def _whole(table: Table, made: pa.Table) -> pa.Table:
    """Columns of the table, in its order and types; null where none are made."""
    columns = [
        made.column(field.name).cast(field.type)
        if field.name in made.column_names
        else pa.nulls(made.num_rows, field.type)
        for field in table.arrow
    ]
    return pa.Table.from_arrays(columns, schema=table.arrow)
