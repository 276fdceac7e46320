"""Table `transfer`: files moved by URL plugins, from the epoch file's INPUT, OUTPUT, CHECKPOINT and COMMON records.

Each record lists the plugin's results (`InputPluginResultList`, ...), each a nested ad: one row per file.
A record without results (the plugin died) is one row whose file columns are null.

Pelican's plugin tells of each try of a file in an ad within that ad, in attributes with the try's number behind their
names: the last try is the one that counts, and is read as if it were the first.
"""

from pipeline.schema.attempt_record import RUN
from pipeline.schema.column import Column, Table, count, flag, instant, micros, text
from pipeline.schema.job import IDENTITY
from pipeline.schema.record import FOUND, OWNER

RESULT_LISTS = (
    "InputPluginResultList",
    "OutputPluginResultList",
    "CheckpointPluginResultList",
    "CommonPluginResultList",
)
"""Attributes of a transfer record that list one nested ad per file; the FILE columns are read from those."""

TRIES = "DeveloperData"
"""Attribute of a file's ad that holds the ad about its tries."""

FILE: tuple[Column, ...] = (
    text("url", "TransferUrl", doc="What was moved."),
    text("file_name", "TransferFileName", doc="Name on the execution point."),
    text("direction", "TransferType", doc="download or upload."),
    text("protocol", "TransferProtocol", doc="osdf, http, ..."),
    text("endpoint", "TransferHostName", "Endpoint0", doc="Cache or server that answered, at the last try."),
    flag("success", "TransferSuccess", doc="The file arrived."),
    text("error", "TransferError", doc="The plugin's error."),
    count("file_bytes", "TransferFileBytes", doc="Size of the file.", unit="B"),
    count("moved_bytes", "TransferTotalBytes", doc="Bytes on the wire.", unit="B"),
    instant("file_start_utc", "TransferStartTime", doc="Transfer began."),
    instant("file_end_utc", "TransferEndTime", doc="Transfer ended."),
    micros("cache_age_us", "DataAge0", doc="How long the endpoint had held it; 0: fetched for this; null: unknown."),
    micros("connect_us", "ConnectionTimeSeconds", doc="Time until the connection stood."),
)

TRANSFER = Table(
    name="transfer",
    grain="one row per file of a transfer record",
    doc="File transfers through URL plugins; HTCondor's own file transfer is in the job and epoch ads.",
    columns=(
        *OWNER,
        *RUN[:2],
        *IDENTITY,
        text("user", "User", doc="Account with its domain."),
        text("project", "ProjectName", doc="Project that the job is charged to."),
        text("slot", "RemoteHost", doc="Slot of the run."),
        count("file_index", doc="Place of the file in the record; null where the record lists none."),
        *FILE,
        *FOUND,
    ),
    key=("pool", "ap", "global_job_id", "run_instance", "record_type", "write_utc", "file_index"),
    time="write_utc",
)
