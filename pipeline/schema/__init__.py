"""Every column of the lake, once: ClassAd attributes -> name, type, unit, doc. One file per table."""

from pipeline.schema.attempt_record import ATTEMPT_RECORD
from pipeline.schema.bookkeeping import ARCHIVE, COVERAGE, REJECT, SOURCE_FILE
from pipeline.schema.column import Column, Table
from pipeline.schema.desk import FINDING_ACT, OPTED, SENT
from pipeline.schema.elastic import ELASTIC_DAY
from pipeline.schema.exported import EXPORTED
from pipeline.schema.job import JOB
from pipeline.schema.metadata import METADATA
from pipeline.schema.pool_ads import ACCOUNTING_AD, NEGOTIATOR_AD, SCHEDD_AD, SLOT_AD, SUBMITTER_AD
from pipeline.schema.queue import QUEUE_JOB, QUEUE_LEFT
from pipeline.schema.rights import API_TOKEN, GRANTED
from pipeline.schema.transfer import TRANSFER
from pipeline.schema.usage_record import USAGE_RECORD

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
    USAGE_RECORD,
    ARCHIVE,
    REJECT,
    COVERAGE,
    SOURCE_FILE,
    METADATA,
)
"""What cubes are made of."""

BESIDE: tuple[Table, ...] = (FINDING_ACT, SENT, OPTED, EXPORTED, ELASTIC_DAY, GRANTED, API_TOKEN)
"""What people and this program did: kept in the lake, and in no cube. Made when they are first written to."""

__all__ = [
    "ACCOUNTING_AD",
    "API_TOKEN",
    "ARCHIVE",
    "ATTEMPT_RECORD",
    "BESIDE",
    "COVERAGE",
    "ELASTIC_DAY",
    "EXPORTED",
    "FINDING_ACT",
    "GRANTED",
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
    "USAGE_RECORD",
    "Column",
    "Table",
]
