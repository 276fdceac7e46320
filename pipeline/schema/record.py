"""Columns that every lake table has: whose record it is, and where it was found."""

from pipeline.schema.column import Column, count, flag, instant, text

OWNER: tuple[Column, ...] = (
    text("pool", doc="Pool that the record belongs to. Simulated pools are pools of their own."),
    text("ap", doc="Access point (schedd): from GlobalJobId, or as named by the operator."),
)

FOUND: tuple[Column, ...] = (
    text("record_type", doc="What kind of record this is: JOB, EPOCH, SPAWN, STARTD, INPUT, OUTPUT, SLOT, ..."),
    count("record_id", doc="64-bit hash over key and all values read from the ad: equal records have equal ids."),
    text("source", doc="Stream that it was read from: kind and identity of the file or daemon."),
    count("offset_bytes", doc="Where the record begins in its source.", unit="B"),
    instant("read_utc", doc="When the collector read it."),
    flag("at_ce", doc="Read at a CE: its jobs are pilots, whatever they say of themselves."),
)
