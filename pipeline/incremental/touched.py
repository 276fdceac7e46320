"""Which jobs the new records can have changed.

A job is its GlobalJobId and its cluster and proc on its access point: records name one or the other, so both are
followed until nothing is added. Besides its own records, a job depends on the queue's picture of it, and on the job
that a CE made of it.
"""

import duckdb

from pipeline.incremental.plan import Changed, Plan
from pipeline.lake import listed, scan
from pipeline.reads import RECORDS, read_by_job
from pipeline.schema import QUEUE_JOB, Table

OF_QUEUE = (
    'pool, ap, global_job_id, cluster, proc, submit_utc, project, "user", universe, routed_from, at_ce, '
    "cluster_jobs, materialized_utc, made_jobs"
)
_NAMELESS = "(cluster IS NULL OR proc IS NULL)"
OF_RECORD = "pool, ap, global_job_id, cluster, proc, record_id, at_ce"


def find(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Tables `touched_id` (pool, ap, global_job_id), `touched_place` (pool, ap, cluster, proc), `touched_job` (job_id).

    `touched_nameless` has the ids of records that do not say their place, which no collector writes.
    Schema `entire` holds the lake and `routed_job` of now, the database `cube` the cube before.
    """
    con.execute("SET search_path = 'work.main'")
    con.execute("CREATE TABLE touched_id (pool VARCHAR, ap VARCHAR, global_job_id VARCHAR)")
    con.execute("CREATE TABLE touched_nameless (pool VARCHAR, ap VARCHAR, global_job_id VARCHAR)")
    con.execute("CREATE TABLE touched_place (pool VARCHAR, ap VARCHAR, cluster BIGINT, proc BIGINT)")
    for table in RECORDS:
        if table.name in plan.changed:
            _add_difference(con, table, plan.changed[table.name], OF_QUEUE if table is QUEUE_JOB else OF_RECORD)
    _add_routed(con)
    _follow(con)
    con.execute(
        """
        CREATE TABLE touched_job AS
        SELECT DISTINCT md5_number(concat_ws(chr(31), pool, ap, global_job_id)) AS job_id FROM touched_id
        UNION
        SELECT md5_number(concat_ws(chr(31), pool, ap, concat(cluster, '.', proc))) FROM touched_place
        """
    )


def _add_difference(con: duckdb.DuckDBPyConnection, table: Table, changed: Changed, columns: str) -> None:
    """Rows that are in the new files and were not in those that are gone, and the reverse; a merge of files is none."""
    sides = [f"SELECT {columns} FROM {scan(table, listed(files))}" for files in (changed.gone, changed.added)]
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE difference AS
        (({sides[0]}) EXCEPT ({sides[1]})) UNION ALL (({sides[1]}) EXCEPT ({sides[0]}))
        """
    )
    _touch(con, "difference")


def _touch(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Add what those rows name and was not touched before; that alone is then `new_id` and `new_place`."""
    for name, columns, known in (
        ("id", "pool, ap, global_job_id", "global_job_id IS NOT NULL"),
        ("place", "pool, ap, cluster, proc", "cluster IS NOT NULL AND proc IS NOT NULL"),
    ):
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE new_{name} AS
            SELECT DISTINCT {columns} FROM {rows} WHERE {known}
            EXCEPT FROM touched_{name}
            """
        )
        con.execute(f"INSERT INTO touched_{name} FROM new_{name}")


def _add_routed(con: duckdb.DuckDBPyConnection) -> None:
    """Jobs that are routed now and were not, or the reverse: `entire.routed_job` is the new one."""
    con.execute(
        """
        INSERT INTO touched_id
        SELECT pool, ap, global_job_id
        FROM (
            (FROM entire.routed_job EXCEPT FROM cube.routed_job)
            UNION
            (FROM cube.routed_job EXCEPT FROM entire.routed_job)
        )
        """
    )


def _follow(con: duckdb.DuckDBPyConnection) -> None:
    """Add what shares an id or a place with what is touched, and what shares one with that, until nothing is added."""
    con.execute("CREATE OR REPLACE TEMP TABLE new_id AS FROM touched_id")
    con.execute("CREATE OR REPLACE TEMP TABLE new_place AS FROM touched_place")
    names = "pool, ap, global_job_id, cluster, proc"
    sharing = " UNION ALL ".join(
        f"SELECT {names} FROM entire.lake_{table.name} SEMI JOIN new_id USING (pool, ap, global_job_id) "
        f"UNION ALL {at_places(table, names, 'new_place')}"
        for table in RECORDS
    )
    while con.execute("SELECT EXISTS (FROM new_id) OR EXISTS (FROM new_place)").fetchall() == [(True,)]:
        con.execute(f"CREATE OR REPLACE TEMP TABLE difference AS {sharing}")
        con.execute(f"INSERT INTO touched_nameless SELECT pool, ap, global_job_id FROM difference WHERE {_NAMELESS}")
        _touch(con, "difference")


def records(con: duckdb.DuckDBPyConnection, table: Table) -> str:
    """SQL of the touched jobs' records, with the columns that models of jobs read."""
    names = ", ".join(f'"{name}"' for name in read_by_job(table))
    named = at_places(table, names, "touched_place")
    if not con.execute("FROM touched_nameless LIMIT 1").fetchall():
        return named
    nameless = (
        f"SELECT {names} FROM entire.lake_{table.name} SEMI JOIN touched_nameless USING (pool, ap, global_job_id)"
    )
    return f"{named} UNION ALL {nameless} WHERE {_NAMELESS}"


def at_places(table: Table, names: str, places: str) -> str:
    """Records of those places; naming the clusters apart lets whole row groups be passed over, which a join reads."""
    return (
        f"SELECT {names} FROM entire.lake_{table.name} SEMI JOIN {places} USING (pool, ap, cluster, proc) "
        f"WHERE cluster IN (SELECT DISTINCT cluster FROM {places})"
    )
