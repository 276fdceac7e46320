"""Which jobs the new records can have changed.

A job is its GlobalJobId and its cluster and proc on its access point: records name one or the other, so both are
followed until nothing is added. Besides its own records, a job depends on the queue's picture of it, and on the job
that a CE made of it.
"""

import duckdb

from pipeline.build import listed
from pipeline.incremental.plan import Changed, Plan
from pipeline.incremental.reads import RECORDS
from pipeline.lake import scan
from pipeline.schema import QUEUE_JOB, Table

OF_QUEUE = "pool, ap, global_job_id, cluster, proc, submit_utc, project, user, universe, routed_from, at_ce"
OF_RECORD = "pool, ap, global_job_id, cluster, proc, record_id, at_ce"


def find(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Tables `touched_id` (pool, ap, global_job_id), `touched_place` (pool, ap, cluster, proc), `touched_job` (job_id).

    Schema `entire` holds the lake and `routed_job` of now, the database `cube` the cube before.
    """
    con.execute("SET search_path = 'work.main'")
    con.execute("CREATE TABLE touched_id (pool VARCHAR, ap VARCHAR, global_job_id VARCHAR)")
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
    quoted = columns.replace("user", '"user"')
    sides = [f"SELECT {quoted} FROM {scan(table, listed(files))}" for files in (changed.gone, changed.added)]
    con.execute(
        f"""
        CREATE OR REPLACE TABLE difference AS
        (({sides[0]}) EXCEPT ({sides[1]})) UNION ALL (({sides[1]}) EXCEPT ({sides[0]}))
        """
    )
    _touch(con, "difference")


def _touch(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    con.execute(
        f"""
        INSERT INTO touched_id
        SELECT DISTINCT pool, ap, global_job_id FROM {rows} WHERE global_job_id IS NOT NULL
        EXCEPT FROM touched_id
        """
    )
    con.execute(
        f"""
        INSERT INTO touched_place
        SELECT DISTINCT pool, ap, cluster, proc FROM {rows} WHERE cluster IS NOT NULL AND proc IS NOT NULL
        EXCEPT FROM touched_place
        """
    )


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
    """Add what shares an id or a place with what is touched, until nothing is added."""
    size = -1
    while size != (size := _size(con)):
        for table in RECORDS:
            con.execute(
                f"""
                CREATE OR REPLACE TABLE difference AS
                SELECT DISTINCT pool, ap, global_job_id, cluster, proc
                FROM entire.lake_{table.name}
                LEFT JOIN (SELECT DISTINCT *, true AS has_id FROM touched_id) AS by_id
                    USING (pool, ap, global_job_id)
                LEFT JOIN (SELECT DISTINCT *, true AS has_place FROM touched_place) AS by_place
                    USING (pool, ap, cluster, proc)
                WHERE has_id OR has_place
                """
            )
            _touch(con, "difference")


def _size(con: duckdb.DuckDBPyConnection) -> int:
    found = con.execute("SELECT (SELECT count(*) FROM touched_id) + (SELECT count(*) FROM touched_place)")
    return int(found.fetchall()[0][0])
