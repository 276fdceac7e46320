"""Runs of one project to give advice on, as SQL with its values. No more than MOST: of more, a share by their ids."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.schema import ATTEMPT_RECORD, JOB

Question = tuple[str, list[Any]]
MOST = 100_000
"""Runs that are looked at; quantiles of so many are as good as those of all."""
REPEATED = 10
"""Transfers of one file to a user's runs that make it one which caches are for."""
_OSDF = "'osdf', 'stash', 'pelican'"


def counted(condition: Sequence[str], values: Sequence[Any]) -> Question:
    """How many runs there are."""
    return f"SELECT count(*) AS runs FROM efficiency AS fact WHERE {' AND '.join(condition)}", list(values)


def runs(condition: Sequence[str], values: Sequence[Any], one_in: int) -> Question:
    """One row a run, of every `one_in`th; the lake's record of each in `basis` and `record_id`."""
    sql = f"""
        WITH chosen AS (
            SELECT attempt_id
            FROM efficiency AS fact
            WHERE {" AND ".join(condition)} AND hash(attempt_id) % ? = 0
        ),
        stopped AS (
            SELECT attempt_id FROM failure SEMI JOIN chosen USING (attempt_id) WHERE failure = 'memory_exceeded'
        ),
        fetched AS (
            SELECT attempt_id, file_bytes, transfer_s
            FROM file_moved SEMI JOIN chosen USING (attempt_id)
            WHERE
                direction = 'download'
                AND result = 'done'
                AND url IS NOT NULL
                AND protocol NOT IN ({_OSDF}, 'unknown')
            QUALIFY count(*) OVER (PARTITION BY "user", url) >= {REPEATED}
        ),
        web AS (
            SELECT attempt_id, sum(file_bytes) / 1048576 AS web_mib, sum(transfer_s) AS web_s
            FROM fetched GROUP BY attempt_id
        )
        SELECT
            attempt.basis,
            attempt.record_id,
            coalesce(attempt."user", 'unknown')             AS "user",
            coalesce(nullif(job.batch_name, ''), regexp_extract(job.command, '[^/]*$'), '') AS workflow,
            attempt.outcome,
            attempt.end_utc,
            attempt.wall_s,
            attempt.cores_milli / 1000                      AS cores,
            attempt.cpu_used_us / nullif(attempt.wall_s, 0) / 1000000 AS cores_busy,
            attempt.gpus,
            phase.gpus_used_milli / 1000                    AS gpus_busy,
            phase.request_memory_mib                        AS memory_mib,
            -- a run that was stopped over its memory needed more than it had
            CASE
                WHEN stopped.attempt_id IS NOT NULL THEN greatest(phase.request_memory_mib, phase.memory_used_mib)
            END                                             AS memory_floor_mib,
            coalesce(memory_floor_mib, phase.memory_used_mib) AS memory_used_mib,
            web.web_mib,
            web.web_s,
            phase.transfer_queue_s + phase.transfer_in_s + phase.transfer_out_s AS staging_s,
            CASE WHEN attempt.outcome = 'evicted' AND phase.checkpointed_s = 0 THEN phase.rest_s END AS unsaved_s
        FROM attempt
        INNER JOIN chosen USING (attempt_id)
        INNER JOIN phase USING (attempt_id)
        LEFT JOIN job USING (pool, ap, global_job_id)
        LEFT JOIN stopped USING (attempt_id)
        LEFT JOIN web USING (attempt_id)
        ORDER BY attempt.attempt_id
    """
    return sql, [*values, one_in]


def per_core(pool: str) -> Question:
    """MiB of memory, and of disk, that go with one core on the pool's slots; no row where none is known."""
    sql = """
        SELECT
            sum(total_memory_mib) / (sum(total_cpus_milli) / 1000) AS memory_mib,
            sum(disk_kib) / 1024 / (sum(total_cpus_milli) FILTER (WHERE disk_kib > 0) / 1000) AS disk_mib
        FROM slot_offer WHERE pool = ? AND total_memory_mib > 0 AND total_cpus_milli > 0
        HAVING sum(total_cpus_milli) > 0
    """
    return sql, [pool]


def per_core_asked(pool: str) -> Question:
    """MiB of memory that all attempts of the pool asked for with a core, weighed by their time; no row: not known."""
    sql = """
        SELECT sum(memory_mib_s) / (sum(core_us) FILTER (WHERE memory_mib_s > 0) / 1000000) AS memory_mib
        FROM efficiency WHERE pool = ? AND venue = 'pool'
        HAVING sum(core_us) FILTER (WHERE memory_mib_s > 0) > 0
    """
    return sql, [pool]


def osdf_rate(pool: str) -> Question:
    """MiB/s at which the pool's runs got their input through OSDF; no row where nobody timed it."""
    sql = f"""
        SELECT sum(timed_bytes) / 1048576 / sum(timed_s) AS mib_s
        FROM transfer_day
        WHERE
            pool = ?
            AND venue = 'pool'
            AND direction = 'download'
            AND result = 'done'
            AND protocol IN ({_OSDF})
        HAVING sum(timed_s) > 0 AND sum(timed_bytes) > 0
    """
    return sql, [pool]


def with_disk(lake: Lake, found: pa.Table) -> pa.Table:
    """The runs with `disk_mib` asked for and `disk_used_mib`, as their records in the lake say. Raises LakeError."""
    empty = pa.nulls(found.num_rows, pa.float64())
    said = _disk(lake, found) if found.num_rows else None
    if said is None:
        return found.append_column("disk_mib", empty).append_column("disk_used_mib", empty)
    return said


def _disk(lake: Lake, found: pa.Table) -> pa.Table | None:
    tables = {"epoch": ATTEMPT_RECORD, "final": JOB}
    files = {basis: list(lake.snapshot(table).files) for basis, table in tables.items()}
    known = [basis for basis in tables if files[basis]]
    if not known:
        return None
    said = " UNION ALL ".join(
        f"SELECT '{basis}' AS basis, record_id, request_disk_kib, disk_used_kib "
        f"FROM {scan(tables[basis], f'${basis}')} WHERE record_id IN (SELECT record_id FROM found_runs)"
        for basis in known
    )
    sql = f"""
        SELECT
            found_runs.*,
            nullif(said.request_disk_kib, 0) / 1024.0 AS disk_mib,
            nullif(said.disk_used_kib, 0) / 1024.0 AS disk_used_mib
        FROM found_runs
        LEFT JOIN (SELECT * FROM ({said}) QUALIFY row_number() OVER (PARTITION BY basis, record_id) = 1) AS said
        USING (basis, record_id)
    """
    with lake_errors("the lake cannot be read"), duckdb.connect() as con:
        con.register("found_runs", found)
        return con.sql(sql, params={basis: files[basis] for basis in known}).to_arrow_table()
