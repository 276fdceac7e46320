"""What rejected records would have been: read off their bytes as well as it goes, for the one line of a bridge.

A final ad that breaks a bound is in no total. Others publish it; so the way to their total names it.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from pipeline.bridge.asked import BridgeQuery, Target
from pipeline.calendar import day_of
from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.receipt.lake_records import BYTES_LOOKED_AT
from pipeline.schema import JOB, REJECT

BATCH = 200
COLUMNS = ("pool", "ap", "record_id", "content")
FINAL_STATUSES = (3, 4)
"""Removed, completed: a record of a job that is in the queue still is nobody's total."""
_REJECTS = f"""
    SELECT pool, ap, record_id, content[1:{BYTES_LOOKED_AT}] AS content
    FROM {{rejects}}
    WHERE kind LIKE 'history%' OR (kind = 'per-job files' AND regexp_matches(path, '(^|/)history[.][^/]*$'))
    QUALIFY row_number() OVER (PARTITION BY pool, digest ORDER BY read_utc, record_id) = 1
"""


@dataclass(frozen=True)
class Rejected:
    """A rejected final ad: its labels, and what it says of its job; None: it does not say."""

    record_id: int
    labels: dict[str, str]
    end_utc: int | None
    is_final: bool
    is_completed: bool
    wall_s: int | None
    cores_milli: int | None
    requested_milli: int | None

    def mcore_s(self, target: Target) -> int | None:
        """What it would be by the target's rule; None if it does not say enough."""
        asked = self.requested_milli if target == "chtc" and self.requested_milli is not None else self.cores_milli
        if self.wall_s is None or asked is None or (target == "gracc" and not self.is_completed):
            return None
        return self.wall_s * asked


def rejected(lake: Lake, asked: BridgeQuery, zone: str) -> list[Rejected]:
    """Rejected final ads that end in the period and pass the filter."""
    files = list(lake.snapshot(REJECT).files)
    if not files or not PUBLISH_REJECTS[asked.target]:
        return []
    return [
        ad
        for ad in _all(files)
        if ad.is_final and asked.takes(ad.labels) and ad.end_utc is not None and _is_in(ad.end_utc, asked, zone)
    ]


def _all(files: list[str]) -> Iterator[Rejected]:
    """Every rejected record of a history file, once, whatever their number: a batch of their bytes at a time."""
    with lake_errors("table reject cannot be read"), duckdb.connect() as con:
        found = con.execute(_REJECTS.format(rejects=scan(REJECT, "$files")), {"files": files})
        while rows := found.fetchmany(BATCH):
            for row in rows:
                yield _read(dict(zip(COLUMNS, row, strict=True)))


PUBLISH_REJECTS: dict[Target, bool] = {"ended": False, "history": True, "gracc": True, "chtc": True}


def _is_in(end_utc: int, asked: BridgeQuery, zone: str) -> bool:
    try:
        return asked.includes(day_of(end_utc, zone))
    except (ValueError, OverflowError, OSError):  # a time that no calendar has
        return False


def _read(row: dict[str, Any]) -> Rejected:
    text = bytes(row["content"]).decode("utf-8", "replace")
    completed = _number(text, "completion_utc")
    is_completed = completed is not None and completed > 0
    return Rejected(
        record_id=row["record_id"],
        labels={
            "pool": row["pool"],
            "ap": row["ap"] or "unknown",
            "project": _text(text, "project") or "unmapped",
            "user": _text(text, "user") or "unknown",
            "site": "unattributed",
            "resource": "unattributed",
        },
        end_utc=completed if is_completed else _number(text, "status_utc"),
        is_final=_number(text, "status") in FINAL_STATUSES,
        is_completed=is_completed,
        wall_s=_number(text, "wall_s"),
        cores_milli=_first(_number(text, name) for name in ("cpus_milli", "request_cpus_milli", "slot_cpus_milli")),
        requested_milli=_number(text, "request_cpus_milli"),
    )


def _first(numbers: Iterable[int | None]) -> int | None:
    return next((number for number in numbers if number is not None), None)


def _number(ad: str, column: str) -> int | None:
    """The column's value in stored units; None where the ad does not say a plain number."""
    said = _said(ad, column)
    if said is None or not _NUMBER.fullmatch(said):
        return None
    number = float(said)
    return round(number * JOB.column(column).scale) if math.isfinite(number) else None


def _text(ad: str, column: str) -> str | None:
    said = _said(ad, column)
    return said[1:-1].replace('\\"', '"') if said is not None and _TEXT.fullmatch(said) else None


_NUMBER = re.compile(r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,3})?", re.ASCII)
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')


def _said(ad: str, column: str) -> str | None:
    """The last value that the ad gives the column's first attribute, as it stands there."""
    found = _line(column).findall(ad)
    return found[-1].rstrip("\r").rstrip().removesuffix(",") if found else None


@cache
def _line(column: str) -> re.Pattern[str]:
    name = re.escape(JOB.column(column).attributes[0])
    return re.compile(rf'(?im)^[ \t"]*{name}"?[ \t]*[=:][ \t]*([^\n]*)$')
