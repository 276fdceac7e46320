"""Tables about the collection itself: `reject` (what was not counted, and why) and `source_file` (what was read)."""

from pipeline.schema.column import Column, Table, count, instant, text
from pipeline.schema.record import OWNER

REJECT = Table(
    name="reject",
    grain="one row per record that could not be read or breaks a bound",
    doc="The record's bytes, its place and the reason, to be replayed once rule or record is mended.",
    columns=(
        *OWNER,
        text("path", doc="File that it was found in."),
        text("source", doc="Stream that it was read from."),
        text("kind", doc="What the file was recognised as."),
        count("offset_bytes", doc="Where the record begins.", unit="B"),
        count("length_bytes", doc="Length of the record; `content` may be shorter.", unit="B"),
        text("rule", doc="Short name of what was broken: unreadable, no-owner, cpus-bound, ..."),
        text("reason", doc="One sentence: what was wrong, and what to do."),
        text("digest", doc="BLAKE2b-128 of the whole record, in hex."),
        Column("content", "blob", (), "The record's bytes; the first 64 KiB of one that is larger than 64 MiB."),
        count("record_id", doc="64-bit hash over pool, source, place, rule and digest."),
        instant("read_utc", doc="When the collector read it."),
    ),
    key=("pool", "source", "offset_bytes", "rule", "digest"),
    time="read_utc",
)

SOURCE_FILE = Table(
    name="source_file",
    grain="one row per file and reading of it that found something new",
    doc="Evidence of completeness: how far each file was read, whether its chain of banner offsets is unbroken.",
    columns=(
        *OWNER,
        text("path", doc="File."),
        text("source", doc="Kind and identity of the file: the same for a longer version of it."),
        text("kind", doc="What the file was recognised as."),
        count("size_bytes", doc="Size of the file when it was read.", unit="B"),
        count("read_bytes", doc="Consumed up to here: the end of the last whole record.", unit="B"),
        text("prefix_digest", doc="BLAKE2b-128 of the bytes consumed, in hex."),
        count("ads", doc="Whole records found in this reading.", unit="records"),
        count("rows", doc="Rows that were new to the lake.", unit="rows"),
        count("known", doc="Rows that the lake had already.", unit="rows"),
        count("rejects", doc="Records rejected.", unit="records"),
        count("skipped", doc="Records of a type that is not kept.", unit="records"),
        count("chain_breaks", doc="Banners whose offset does not point at the banner before: something is missing."),
        instant("first_utc", doc="Earliest time of a record of this reading."),
        instant("last_utc", doc="Latest time of a record of this reading."),
        count("record_id", doc="64-bit hash over pool, source and read_bytes."),
        instant("read_utc", doc="When the collector read it."),
    ),
    key=("pool", "source", "read_bytes"),
    time="read_utc",
)
