"""Every column of the lake, once: ClassAd attributes -> name, type, unit, doc. One file per table."""

from pipeline.schema.attempt_record import ATTEMPT_RECORD
from pipeline.schema.bookkeeping import REJECT, SOURCE_FILE
from pipeline.schema.column import Column, Table
from pipeline.schema.job import JOB
from pipeline.schema.pool_ads import SCHEDD_AD, SLOT_AD, SUBMITTER_AD
from pipeline.schema.transfer import TRANSFER

TABLES: tuple[Table, ...] = (
    JOB,
    ATTEMPT_RECORD,
    TRANSFER,
    SLOT_AD,
    SCHEDD_AD,
    SUBMITTER_AD,
    REJECT,
    SOURCE_FILE,
)

__all__ = [
    "ATTEMPT_RECORD",
    "JOB",
    "REJECT",
    "SCHEDD_AD",
    "SLOT_AD",
    "SOURCE_FILE",
    "SUBMITTER_AD",
    "TABLES",
    "TRANSFER",
    "Column",
    "Table",
]
