"""The records behind a month: which rows of the lake its jobs were made of, and which records were rejected then.

Only their ids and places: enough to tell later which are new, which were corrected and which are counted by now.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import duckdb

from pipeline.errors import LakeError
from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, JOB, REJECT, TABLES, USAGE_RECORD
from pipeline.workbench import mount

MADE_OF = (JOB, ATTEMPT_RECORD, USAGE_RECORD, REJECT)
"""Tables that are looked into."""
RECORDS = "closed_record"
REJECTS = "closed_reject"
TIDINGS = frozenset(
    """
    job attempt_record transfer slot_ad schedd_ad submitter_ad negotiator_ad accounting_ad queue_job queue_left
    usage_record archive reject coverage source_file
    """.split()  # noqa: SIM905
)
"""Tables of what daemons said and of what was read; all others say what names mean."""

# an attempt that only SPAWN records tell of is found by cluster and proc: those records name no GlobalJobId
RECORD_SQL = """
    SELECT pool, md5_number(concat_ws(chr(31), pool, ap, global_job_id)) AS job_id, 'JOB' AS what,
           record_id, source, offset_bytes, read_utc
    FROM lake_job
    UNION ALL
    SELECT pool, md5_number(concat_ws(chr(31), pool, ap, global_job_id)), concat(record_type, ' ', run_instance),
           record_id, source, offset_bytes, read_utc
    FROM lake_attempt_record
    WHERE global_job_id IS NOT NULL
    UNION ALL
    SELECT said.pool, attempt.job_id, concat(said.record_type, ' ', said.run_instance),
           said.record_id, said.source, said.offset_bytes, said.read_utc
    FROM lake_attempt_record AS said
    INNER JOIN {ledger}.attempt AS attempt
        ON attempt.pool = said.pool
        AND attempt.ap = said.ap
        AND attempt.cluster = said.cluster
        AND attempt.proc = said.proc
        AND attempt.run_instance = said.run_instance
    WHERE said.global_job_id IS NULL
    UNION ALL
    SELECT pool, md5_number(concat_ws(chr(31), pool, ap, global_job_id)), concat('usage ', record_type),
           record_id, source, offset_bytes, read_utc
    FROM lake_usage_record
"""
REJECT_SQL = "SELECT pool, source, offset_bytes, rule, record_id FROM lake_reject"


def mount_lake(con: duckdb.DuckDBPyConnection, lake: Lake, versions: Mapping[str, int]) -> None:
    """Views `lake_<table>` of the records' tables, at the versions of which a cube was built.

    Raises LakeError if their files are not there any more.
    """
    for table in MADE_OF:
        snapshot = lake.snapshot(table, versions.get(table.name))
        if not all(Path(file).exists() for file in snapshot.files):
            hint = "Run `htc-ledger build`, and this again."
            raise LakeError(f"files of table {table.name} that the cube was made of were removed since", hint)
        mount(con, snapshot)


def mapping_digest(lake: Lake, versions: Mapping[str, int]) -> str:
    """Digest of all tables that say what names mean (project, site, person), at those versions."""
    found = sha256()
    for table in TABLES:
        if table.name not in TIDINGS:
            snapshot = lake.snapshot(table, versions.get(table.name))
            for file in snapshot.files:
                found.update(f"{table.name} {Path(file).name}\n".encode())
    return found.hexdigest()
