"""A lake of made-up jobs of any size, written straight as rows: a quarter of the jobs is evicted and runs again.

As crowded as a national pool on its median day: 818,000 jobs a day from 15 access points, by 46 projects, at 90 sites
of two resources each; a few users and sites have most of it.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from pipeline.commit import ALL_APPENDS, commit
from pipeline.lake import Lake
from pipeline.part import PartWriter
from pipeline.schema import ATTEMPT_RECORD, JOB, SOURCE_FILE, Table

FIRST_UTC = 1_785_542_400  # 2026-08-01
JOBS_A_DAY = 818_000
AT_A_TIME = 200_000

# one row per job `i`: clusters of ten jobs; walls and sizes from a hash, so that equal numbers give equal lakes
_JOBS = """
    SELECT
        i,
        'made (simulated)' AS pool,
        concat('ap', i % 15, '.made.simulated') AS ap,
        (i // 150 + 1)::BIGINT AS cluster,
        (i // 15 % 10)::BIGINT AS proc,
        concat('ap', i % 15, '.made.simulated#', i // 150 + 1, '.', i // 15 % 10, '#', submit_utc) AS global_job_id,
        concat('user', i % 15, '-', floor(40 * pow(hash(i // 150, i % 15) / 18446744073709551616, 3)))
            AS user_of_ap,
        concat(user_of_ap, '@made.simulated') AS "user",
        concat('Project', hash(user_of_ap) % 46) AS project,
        5::BIGINT AS universe,
        floor(90 * pow(hash(i, 1) / 18446744073709551616, 3))::BIGINT AS site_number,
        concat('Site', site_number) AS site,
        concat('CE', site_number, '-', hash(i, 2) % 2) AS resource,
        concat('slot1_', hash(i, 2) % 64, '@node', hash(i, 2) % 5000) AS slot,
        concat('node', hash(i, 2) % 5000) AS machine,
        submit_utc,
        submit_utc + 600 + (hash(i, 3) % 3000)::BIGINT AS start_utc,
        (60 + hash(i, 4) % 7000 + CASE WHEN hash(i, 5) % 200 = 0 THEN 400000 ELSE 0 END)::BIGINT AS run_s,
        CASE WHEN i % 4 = 0 THEN (30 + hash(i, 6) % 5000)::BIGINT ELSE 0 END AS lost_s,
        (1000 * (1 + hash(i, 7) % 4))::BIGINT AS cpus_milli,
        (2048 * (1 + hash(i, 8) % 4))::BIGINT AS memory_mib
    FROM (SELECT i, ($first_utc + i * 86400 // $a_day)::BIGINT AS submit_utc FROM range($begin, $end) AS r(i))
"""
_FINAL = """
    SELECT * EXCLUDE (i, start_utc, run_s, lost_s, user_of_ap, site_number),
        'JOB' AS record_type, (2 * i + 1)::BIGINT AS record_id,
        4::BIGINT AS status, 2::BIGINT AS last_status, 0::BIGINT AS exit_code, false AS exit_by_signal,
        start_utc AS first_start_utc,
        CASE WHEN lost_s > 0 THEN start_utc + lost_s + 300 ELSE start_utc END AS start_utc,
        CASE WHEN lost_s > 0 THEN start_utc + lost_s + 300 ELSE start_utc END + run_s AS completion_utc,
        CASE WHEN lost_s > 0 THEN start_utc + lost_s + 300 ELSE start_utc END + run_s AS status_utc,
        CASE WHEN lost_s > 0 THEN 2::BIGINT ELSE 1::BIGINT END AS shadow_starts,
        run_s + lost_s AS wall_s, run_s AS last_wall_s, run_s AS committed_s, run_s * cpus_milli * 800 AS cpu_user_us,
        0::BIGINT AS cpu_sys_us, cpus_milli AS request_cpus_milli
    FROM made
"""
_RUNS = """
    SELECT * EXCLUDE (i, run_s, lost_s, start_utc, user_of_ap, site_number),
        'EPOCH' AS record_type, (4 * i)::BIGINT AS record_id,
        0::BIGINT AS run_instance, start_utc, start_utc + lost_s AS write_utc,
        lost_s * cpus_milli * 500 AS cpu_user_us, 0::BIGINT AS cpu_sys_us,
        1022::BIGINT AS vacate_code, NULL::BIGINT AS exit_code
    FROM made WHERE lost_s > 0
    UNION ALL BY NAME
    SELECT * EXCLUDE (i, run_s, lost_s, start_utc, user_of_ap, site_number),
        'EPOCH' AS record_type, (4 * i + 2)::BIGINT AS record_id,
        CASE WHEN lost_s > 0 THEN 1::BIGINT ELSE 0::BIGINT END AS run_instance,
        CASE WHEN lost_s > 0 THEN start_utc + lost_s + 300 ELSE start_utc END AS start_utc,
        CASE WHEN lost_s > 0 THEN start_utc + lost_s + 300 ELSE start_utc END + run_s AS write_utc,
        run_s * cpus_milli * 800 AS cpu_user_us, 0::BIGINT AS cpu_sys_us, 0::BIGINT AS exit_code
    FROM made
    UNION ALL BY NAME
    SELECT pool, ap, cluster, proc, 'SPAWN' AS record_type, (4 * i + 1)::BIGINT AS record_id, 0::BIGINT AS run_instance,
        start_utc AS shadow_start_utc, start_utc AS write_utc
    FROM made WHERE lost_s > 0
    UNION ALL BY NAME
    SELECT pool, ap, cluster, proc, 'SPAWN' AS record_type, (4 * i + 3)::BIGINT AS record_id,
        CASE WHEN lost_s > 0 THEN 1::BIGINT ELSE 0::BIGINT END AS run_instance,
        CASE WHEN lost_s > 0 THEN start_utc + lost_s + 300 ELSE start_utc END AS shadow_start_utc,
        shadow_start_utc AS write_utc
    FROM made
"""


def write_jobs(lake: Lake, begin: int, end: int) -> None:
    """Append the final ads of jobs `begin` to `end`, and the EPOCH and SPAWN records of their runs."""
    for table, sql in ((JOB, _FINAL), (ATTEMPT_RECORD, _RUNS)):
        delta = lake.open(table)
        writer = PartWriter(lake.folder(table), table)
        for rows in _rows(table, sql, begin, end):
            writer.write(rows)
        commit(delta, table, writer.close(), (), {ALL_APPENDS: delta.version() + 1})


def write_source(lake: Lake) -> None:
    """One file, read to its end."""
    row = {"pool": "made (simulated)", "path": "/history", "source": "made", "kind": "history", "record_id": 1}
    row |= {"size_bytes": 1, "read_bytes": 1, "chain_breaks": 0, "read_utc": FIRST_UTC + 86_400}
    complete = {column.name: row.get(column.name) for column in SOURCE_FILE.columns}
    lake.writer(SOURCE_FILE).append(pa.Table.from_pylist([complete], schema=SOURCE_FILE.arrow), {"made": 1})


def _rows(table: Table, sql: str, begin: int, end: int) -> Iterator[pa.Table]:
    with duckdb.connect() as con:
        for first in range(begin, end, AT_A_TIME):
            last = min(first + AT_A_TIME, end)
            values = {"begin": first, "end": last, "first_utc": FIRST_UTC, "a_day": JOBS_A_DAY}
            made = con.sql(f"WITH made AS ({_JOBS}) {sql}", params=values).to_arrow_table()
            columns = [
                made.column(field.name).cast(field.type)
                if field.name in made.column_names
                else pa.nulls(made.num_rows, field.type)
                for field in table.arrow
            ]
            yield pa.Table.from_arrays(columns, schema=table.arrow)
