"""A plan -> rows in the lake, without the files in between: for lakes of a size that would take days to read.

A plainer world than that of the files: no odd records and no troubles to find. Jobs come in clusters of 50 of one user;
a cluster runs at up to 16 sites; users, projects and sites are heavy-tailed; every eighth job is evicted and runs again
elsewhere; one run in a few hundred takes days. Made in DuckDB from hashes of the job's number, so that equal plans give
equal rows.
"""

from collections.abc import Callable, Iterator

import duckdb
import pyarrow as pa

from collectors.simulate.plan import DAY_S, Plan
from pipeline.commit import ALL_APPENDS, commit
from pipeline.errors import LakeError
from pipeline.lake import Lake
from pipeline.part import PartWriter
from pipeline.schema import ATTEMPT_RECORD, JOB, SOURCE_FILE, Table

CLUSTER = 50
USERS_OF_PROJECT = 80
AT_A_TIME = 250_000

_MADE = f"""
    SELECT
        i,
        $pool AS pool,
        concat('ap', batch % $aps + 1, $domain) AS ap,
        (batch // $aps + 1)::BIGINT AS cluster,
        (i % {CLUSTER})::BIGINT AS proc,
        concat(ap, '#', cluster, '.', proc, '#', submit_utc) AS global_job_id,
        floor($users * power(mixed_batch % 100000 / 100000.0, 3))::BIGINT AS user_number,
        concat('user', user_number, '@', $label, '.simulated') AS "user",
        concat('Project', floor($projects * power(hash(user_number, $seed) % 1000 / 1000.0, 2))::BIGINT) AS project,
        5::BIGINT AS universe,
        floor($sites * power(hash(mixed_batch, i % 16) % 1000 / 1000.0, 2))::BIGINT AS site_number,
        floor($sites * power(hash(mixed_batch, i % 16, 1) % 1000 / 1000.0, 2))::BIGINT AS first_site,
        concat('slot1_', hash(mixed, 2) % 64, '@node', hash(mixed, 2) % 5000) AS slot,
        concat('node', hash(mixed, 2) % 5000) AS machine,
        submit_utc,
        submit_utc + 600 + (hash(mixed, 3) % 3000)::BIGINT AS begin_utc,
        (60 + 170000 * power(hash(mixed, 4) % 100000 / 100000.0, 12) + hash(mixed, 5) % 7000)::BIGINT AS run_s,
        CASE WHEN i % 8 = 0 THEN (30 + hash(mixed, 6) % 5000)::BIGINT ELSE 0 END AS lost_s,
        CASE WHEN lost_s > 0 THEN begin_utc + lost_s + 300 ELSE begin_utc END AS last_utc,
        CASE WHEN lost_s > 0 THEN 1::BIGINT ELSE 0::BIGINT END AS last_run,
        CASE WHEN hash(mixed, 9) % 20 = 0 THEN 1::BIGINT ELSE 0 END AS exit_code,
        (1000 * (1 + hash(mixed_batch, 7) % 4))::BIGINT AS cpus_milli,
        CASE WHEN hash(mixed_batch, 9) % 25 = 0 THEN 1::BIGINT ELSE 0 END AS gpus,
        (2048 * (1 + hash(mixed_batch, 8) % 4))::BIGINT AS memory_mib,
        memory_mib AS request_memory_mib,
        (memory_mib * (10 + hash(mixed, 11) % 80) // 100)::BIGINT AS memory_used_mib,
        0::BIGINT AS cpu_sys_us,
        (100 + hash(mixed, 10) % 900)::BIGINT AS busy
    FROM (
        SELECT
            i,
            i // {CLUSTER} AS batch,
            hash(i, $seed) AS mixed,
            hash(batch, $seed) AS mixed_batch,
            ($begin_utc + i * 86400 * $days // $jobs)::BIGINT AS submit_utc
        FROM range($first, $last) AS r(i)
    )
"""
_PLACE = "concat('Site', {0}) AS site, concat('CE', {0}, CASE WHEN i % 3 = 0 THEN 'b' ELSE 'a' END) AS resource"
_FINAL = f"""
    SELECT *, {_PLACE.format("site_number")}, 'JOB' AS record_type, (2 * i + 1)::BIGINT AS record_id,
        4::BIGINT AS status, 2::BIGINT AS last_status, false AS exit_by_signal,
        begin_utc AS first_start_utc, last_utc AS start_utc,
        last_utc + run_s AS completion_utc, last_utc + run_s AS status_utc, last_run + 1 AS shadow_starts,
        run_s + lost_s AS wall_s, run_s AS last_wall_s, run_s AS committed_s,
        run_s * cpus_milli * busy AS cpu_user_us, cpus_milli AS request_cpus_milli
    FROM made
"""
_RUNS = f"""
    SELECT * EXCLUDE (exit_code), {_PLACE.format("first_site")}, 'EPOCH' AS record_type, (4 * i)::BIGINT AS record_id,
        0::BIGINT AS run_instance, begin_utc AS start_utc, begin_utc + lost_s AS write_utc,
        lost_s * cpus_milli * busy AS cpu_user_us, 1022::BIGINT AS vacate_code, NULL::BIGINT AS exit_code
    FROM made WHERE lost_s > 0
    UNION ALL BY NAME
    SELECT *, {_PLACE.format("site_number")}, 'EPOCH' AS record_type, (4 * i + 2)::BIGINT AS record_id,
        last_run AS run_instance, last_utc AS start_utc, last_utc + run_s AS write_utc,
        run_s * cpus_milli * busy AS cpu_user_us
    FROM made
    UNION ALL BY NAME
    SELECT pool, ap, cluster, proc, 'SPAWN' AS record_type, (4 * i + 1)::BIGINT AS record_id, 0::BIGINT AS run_instance,
        begin_utc AS shadow_start_utc, begin_utc AS write_utc
    FROM made WHERE lost_s > 0
    UNION ALL BY NAME
    SELECT pool, ap, cluster, proc, 'SPAWN' AS record_type, (4 * i + 3)::BIGINT AS record_id, last_run AS run_instance,
        last_utc AS shadow_start_utc, last_utc AS write_utc
    FROM made
"""
_TABLES = ((JOB, _FINAL), (ATTEMPT_RECORD, _RUNS))
_SOURCE = "simulated"


def write_straight(plan: Plan, lake: Lake, progress: Callable[[int], None] | None = None) -> None:
    """Append the plan's pool to the lake, which is made where it is none: final ads, EPOCH and SPAWN records.

    progress  is told the number of jobs written so far
    Raises LakeError if the lake has that pool, be it a part of it.
    """
    begin(plan, lake)
    append_jobs(plan, lake, 0, plan.jobs, progress)


def begin(plan: Plan, lake: Lake) -> None:
    """Make the lake where it is none, and write that the pool was read. Raises LakeError if it has that pool."""
    lake.create()
    _refuse_a_second(plan, lake)
    read = {"pool": plan.pool, "path": f"/{plan.label}", "source": _SOURCE, "kind": "history", "record_id": 1}
    read |= {"size_bytes": 1, "read_bytes": 1, "chain_breaks": 0, "read_utc": plan.end_utc + 2 * DAY_S}
    # first: what is killed on its way is refused, not doubled
    append(lake, SOURCE_FILE, iter([in_columns(SOURCE_FILE, pa.Table.from_pylist([read]))]))


def append_jobs(plan: Plan, lake: Lake, first: int, last: int, progress: Callable[[int], None] | None = None) -> None:
    """Append the jobs with the numbers `first` to `last` - 1: from `plan.jobs` on they come after its last day."""
    for table, sql in _TABLES:
        append(lake, table, _made(table, sql, plan, range(first, last), progress))


def in_columns(table: Table, made: pa.Table) -> pa.Table:
    """Those rows in the columns of the table, in its order and types; null where they have none."""
    columns = [
        made.column(field.name).cast(field.type)
        if field.name in made.column_names
        else pa.nulls(made.num_rows, field.type)
        for field in table.arrow
    ]
    return pa.Table.from_arrays(columns, schema=table.arrow)


def _made(
    table: Table, sql: str, plan: Plan, jobs: range, progress: Callable[[int], None] | None
) -> Iterator[pa.Table]:
    """The table's rows of those jobs, some at a time."""
    values = {"pool": plan.pool, "label": plan.label, "domain": f".{plan.domain}", "aps": plan.access_points}
    values |= {
        "projects": plan.projects,
        "users": plan.projects * USERS_OF_PROJECT,
        "sites": plan.sites,
        "seed": plan.seed,
    }
    values |= {"begin_utc": plan.begin_utc, "days": plan.days, "jobs": plan.jobs}
    with duckdb.connect() as con:
        for first in range(jobs.start, jobs.stop, AT_A_TIME):
            chosen = {"first": first, "last": min(first + AT_A_TIME, jobs.stop)}
            yield in_columns(table, con.sql(f"WITH made AS ({_MADE}) {sql}", params=values | chosen).to_arrow_table())
            if progress and table is JOB:
                progress(chosen["last"])


def append(lake: Lake, table: Table, batches: Iterator[pa.Table]) -> None:
    """Append those rows to the table in one commit."""
    delta = lake.open(table)
    writer = PartWriter(lake.folder(table), table)
    for rows in batches:
        writer.write(rows)
    commit(delta, table, writer.close(), (), {ALL_APPENDS: delta.version() + 1})


def _refuse_a_second(plan: Plan, lake: Lake) -> None:
    named = lake.read(SOURCE_FILE, ["pool"]).column("pool").to_pylist()
    if plan.pool in named:
        raise LakeError(
            f"the lake {lake.root} has records of {plan.pool} already",
            "Name another pool with --label, or another lake.",
        )
