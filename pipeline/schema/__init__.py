"""Every column of the lake, once: ClassAd attributes -> name, type, unit, doc. One file per table."""

from pipeline.schema.attempt_record import ATTEMPT_RECORD
from pipeline.schema.bookkeeping import ARCHIVE, COVERAGE, REJECT, SOURCE_FILE
from pipeline.schema.column import Column, Table
from pipeline.schema.desk import FINDING_ACT, OPTED, SENT
from pipeline.schema.job import JOB
from pipeline.schema.metadata import METADATA
from pipeline.schema.pool_ads import ACCOUNTING_AD, NEGOTIATOR_AD, SCHEDD_AD, SLOT_AD, SUBMITTER_AD
from pipeline.schema.queue import QUEUE_JOB, QUEUE_LEFT
from pipeline.schema.transfer import TRANSFER

TABLES: tuple[Table, ...] = (
    JOB,
    ATTEMPT_RECORD,
    TRANSFER,
    SLOT_AD,
    SCHEDD_AD,
    SUBMITTER_AD,
    NEGOTIATOR_AD,
    ACCOUNTING_AD,
    QUEUE_JOB,
    QUEUE_LEFT,
    ARCHIVE,
    REJECT,
    COVERAGE,
    SOURCE_FILE,
    METADATA,
)
"""What cubes are made of."""

BESIDE: tuple[Table, ...] = (FINDING_ACT, SENT, OPTED)
"""What people and this program did: kept in the lake, and in no cube. Made when they are first written to."""

__all__ = [
    "ACCOUNTING_AD",
    "ARCHIVE",
    "ATTEMPT_RECORD",
    "BESIDE",
    "COVERAGE",
    "FINDING_ACT",
    "JOB",
    "METADATA",
    "NEGOTIATOR_AD",
    "OPTED",
    "QUEUE_JOB",
    "QUEUE_LEFT",
    "REJECT",
    "SCHEDD_AD",
    "SENT",
    "SLOT_AD",
    "SOURCE_FILE",
    "SUBMITTER_AD",
    "TABLES",
    "TRANSFER",
    "Column",
    "Table",
]
