"""The parts of an access point's sheet as tables, for programs: downloads and the command line."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from pipeline.access_point_sheet import OUTCOMES, Day

Rows = Iterable[Mapping[str, Any]]
TEXT, COUNT, HOURS = pa.string(), pa.int64(), pa.float64()


def days_table(days: Iterable[Day]) -> pa.Table:
    """A row a day: submitted, and left by outcome; null where it is not known."""
    rows = [
        {"day": one.day.isoformat(), "submitted": one.submitted, **{name: one.left.get(name, 0) for name in OUTCOMES}}
        for one in days
    ]
    return _table(rows, {"day": TEXT, "submitted": COUNT, **dict.fromkeys(OUTCOMES, COUNT)})


def kinds_table(rows: Rows) -> pa.Table:
    """A row a kind of job."""
    return _table(rows, {"kind": TEXT, "jobs": COUNT, "succeeded": COUNT, "removed": COUNT, "wall_h": HOURS})


def outcomes_table(rows: Rows) -> pa.Table:
    """A row for each way in which attempts ended."""
    return _table(rows, {"outcome": TEXT, "attempts": COUNT, "wall_h": HOURS, "cpu_h": HOURS})


def transfers_table(by_bucket: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """A row a bucket of transfers."""
    return _table(by_bucket.values(), {"bucket": TEXT, "wall_h": HOURS, "cpu_h": HOURS})


def queue_table(rows: Rows) -> pa.Table:
    """Jobs in the queue by venue, status and hold code."""
    names = {
        "venue": TEXT,
        "status": TEXT,
        "hold_code": COUNT,
        "jobs": COUNT,
        "cores_asked": HOURS,
        "cores_held": HOURS,
    }
    return _table(rows, names | {"hold_reason": TEXT, "seen_utc": COUNT})


def schedd_table(schedd: Mapping[str, Any] | None) -> pa.Table:
    """One row, what the schedd's newest ad says; none where there is no ad."""
    counts = ("running", "idle", "held", "local_running", "scheduler_running", "users", "max_running")
    waiting = ("uploads_waiting", "downloads_waiting")
    names = {"ap": TEXT, "condor_version": TEXT, **dict.fromkeys((*counts, *waiting), COUNT), "seen_utc": COUNT}
    return _table([] if schedd is None else [schedd], names)


def incomplete_table(rows: Rows) -> pa.Table:
    """Ranges of days that are not complete, with the evidence."""
    texts = ("stream", "state", "first_day", "last_day", "evidence")
    return _table(rows, dict.fromkeys(texts, TEXT))


def _table(rows: Rows, columns: Mapping[str, pa.DataType]) -> pa.Table:
    kept = [{name: row[name] for name in columns} for row in rows]
    return pa.Table.from_pylist(kept, schema=pa.schema(list(columns.items())))
