"""Tables about the collection itself.

`archive` (the bytes of what was read), `reject` (what was not counted, and why), `source_file` (how far each stream
was read) and `coverage` (for which times that reading is proven whole, or is known not to be).
"""

from pipeline.schema.column import Column, Table, count, flag, instant, text
from pipeline.schema.record import OWNER

ARCHIVE = Table(
    name="archive",
    grain="one row per record that became rows, with its bytes as they were read",
    doc="What the typed columns were made of: for receipts, and for `replay` after a change of schema or rules.",
    columns=(
        *OWNER,
        text("made", doc="Table of the rows that were made of it."),
        text("record_type", doc="What kind of record it is."),
        text("form", doc="How its bytes are to be parsed: banners, long, json or json lines."),
        Column("content", "blob", (), "The record's bytes, its banner included."),
        count("record_id", doc="Id of the (first) row that was made of it."),
        text("source", doc="Stream that it was read from."),
        count("offset_bytes", doc="Where the record begins in its source.", unit="B"),
        flag("at_ce", doc="Read at a CE."),
        instant("record_utc", doc="Time of that row."),
        instant("read_utc", doc="When the collector read it."),
    ),
    key=("pool", "made", "record_id"),
    time="record_utc",
)

REJECT = Table(
    name="reject",
    grain="one row per record that could not be read or breaks a bound",
    doc="The record's bytes, its place and the reason, to be replayed once rule or record is mended.",
    columns=(
        *OWNER,
        text("path", doc="File that it was found in."),
        text("source", doc="Stream that it was read from."),
        text("kind", doc="What the file was recognised as."),
        text("form", doc="How its bytes are to be parsed: banners, long, json or json lines."),
        count("offset_bytes", doc="Where the record begins.", unit="B"),
        count("length_bytes", doc="Length of the record; `content` may be shorter.", unit="B"),
        text("rule", doc="Short name of what was broken: unreadable, no-owner, cpus-bound, ..."),
        text("reason", doc="One sentence: what was wrong, and what to do."),
        text("digest", doc="BLAKE2b-128 of the whole record, in hex."),
        Column("content", "blob", (), "The record's bytes; the first 64 KiB of one that is larger than 64 MiB."),
        count("record_id", doc="64-bit hash over pool, source, place, rule and digest."),
        instant("read_utc", doc="When the collector read it."),
        flag("at_ce", doc="Read at a CE."),
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

COVERAGE = Table(
    name="coverage",
    grain="one row per statement about a span of time in which a stream of records was, or was not, read whole",
    doc="Evidence of completeness over time: a day that `proven` spans cover is complete, one with a `gap` is not.",
    columns=(
        *OWNER,
        text("source", doc="What was polled: a name for people, the same for every poll."),
        text("stream", doc="Which records: history, epochs, startd, or pool."),
        text("state", doc="proven (all that was written in that time was read) or gap (some of it is lost)."),
        instant("from_utc", doc="Begin of the span in which records were written."),
        instant("to_utc", doc="End of the span."),
        text("evidence", doc="One sentence: how it is known; of a gap also what to do."),
        text("mark", doc="Where the next poll takes the proof up again."),
        count("record_id", doc="64-bit hash over pool, source, stream, state and span."),
        instant("read_utc", doc="When it was found."),
    ),
    key=("pool", "source", "stream", "state", "from_utc", "to_utc"),
    time="read_utc",
)
