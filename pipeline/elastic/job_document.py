"""Jobs as documents: rows of `told.jobs` in, JSON out, and the mapping of its fields.

A document is the job's final ad under HTCondor's own names, as condor_adstash writes it, so that what was made for its
indices finds its fields, and `htc-ledger ingest-elastic` reads the job as it was. What the ledger makes of the job is
in the object `ledger`. What is not known is in no field.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from pipeline.elastic.rollup import KEYWORD, Fields
from pipeline.elastic.told import LEDGER
from pipeline.errors import LakeError
from pipeline.pools import is_simulated_pool
from pipeline.schema import JOB, Column
from pipeline.schema.job import OCTAL_PREFIX

ENDED = "RecordTime"
"""When it left the queue, in seconds, as condor_adstash calls it; the data stream wants the same as TIME."""
TIME = "@timestamp"
DIGEST = "digest"
_TYPES: Fields = {"text": KEYWORD, "flag": {"type": "boolean"}, "instant": {"type": "date", "format": "epoch_second"}}
_LEDGER: Fields = {
    "day": {"type": "date", "format": "strict_date"},
    "attempts": {"type": "long"},
    "simulated": {"type": "boolean"},
    **{name: {"type": "double"} for name in ("wall_h", "cpu_h", "gpu_h", "cpu_used_h", "wasted_h")},
}
_NOT_PLAIN = re.compile(rb"[\x80-\xff]|\\(?=[0-3][0-7]{2})")
_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class JobDocument:
    """One job: equal jobs have equal ids, whoever writes them; equal digests mean equal bodies (a JSON object)."""

    id: str
    digest: str
    body: bytes
    day: date


def mapping() -> Fields:
    """The fields of a job's document."""
    ledger = {name: _LEDGER.get(name, KEYWORD) for name in (*LEDGER, "simulated", DIGEST)}
    ads = {attribute(column): _type(column) for column in JOB.from_ads}
    times: Fields = {TIME: {"type": "date"}, ENDED: _TYPES["instant"]}
    return {**times, **ads, "ledger": {"properties": ledger}}


def attribute(column: Column) -> str:
    """The name under which a value of that column is written: one that a reader takes as it is, if there is one."""
    return next((name for name in column.attributes if not name.startswith(OCTAL_PREFIX)), column.attributes[0])


def documents(rows: pa.RecordBatch) -> Iterator[JobDocument]:
    """One for each row. Raises LakeError for a job whose ad the lake does not have any more."""
    if rows.column("ad_record_id").null_count:
        raise LakeError("the lake has not every ad of its jobs any more", "Run `htc-ledger build`, then this again.")
    ads = _rows(rows, {attribute(column): f"ad_{column.name}" for column in JOB.from_ads}, _written())
    ledgers = _rows(rows, {name: name for name in LEDGER}, {"day": str})
    days = rows.column("day").to_pylist()
    ends = rows.column("end_utc").to_pylist()
    for id_, day, end_utc, ad, ledger in zip(rows.column("id").to_pylist(), days, ends, ads, ledgers, strict=True):
        ledger["simulated"] = is_simulated_pool(ledger["pool"])
        times = {TIME: end_utc * 1000, ENDED: end_utc}
        told = _json({**times, **ad, "ledger": ledger}).encode("utf-8")
        digest = blake2b(told, digest_size=8).hexdigest()
        # the digest is the last field of the last object
        yield JobDocument(id_, digest, told[:-2] + f',"{DIGEST}":"{digest}"}}}}'.encode(), day)


def _rows(
    rows: pa.RecordBatch, names: dict[str, str], written: dict[str, Callable[[Any], Any]]
) -> Iterator[dict[str, Any]]:
    """Of each row the values that are known: field -> column, and how a field's value is written where not as it is."""
    found = {name: rows.column(column) for name, column in names.items()}
    columns = [
        [None if value is None else write(value) for value in column.to_pylist()]
        if (write := written.get(name))
        else column.to_pylist()
        for name, column in found.items()
        if column.null_count < rows.num_rows
    ]
    known = [name for name, column in found.items() if column.null_count < rows.num_rows]
    if not columns:
        return iter([{} for _ in range(rows.num_rows)])
    return ({n: v for n, v in zip(known, row, strict=True) if v is not None} for row in zip(*columns, strict=True))


def _written() -> dict[str, Callable[[Any], Any]]:
    """How those attributes are written whose stored value is another than the ad's."""
    scaled = {attribute(column): _unscaled(column.scale) for column in JOB.from_ads if column.scale != 1}
    texts = [attribute(column) for column in JOB.from_ads if column.type == "text"]
    return scaled | {name: _octal for name in texts if name.startswith(OCTAL_PREFIX)}


def _unscaled(scale: int) -> Callable[[int], int | float]:
    return lambda stored: stored / scale if stored % scale else stored // scale


def _octal(text: str) -> str:
    """A startd's string as HTCondor writes it: a reader turns octal digits into the bytes that they stand for."""
    return _NOT_PLAIN.sub(lambda found: b"\\%03o" % found[0][0], text.encode("utf-8")).decode("ascii")


def _type(column: Column) -> dict[str, Any]:
    if column.type == "int":  # numbers are added up, and seldom looked for: that goes without an index, only slower
        return {"type": "long" if column.scale == 1 else "double", "index": False}
    return _TYPES[column.type]
