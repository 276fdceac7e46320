"""Rejected records as people ask for them: by rule, one by one, and one with its bytes; and what to do about each rule.

An id is shown in 16 hexadecimal digits.
"""

import re
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.schema import REJECT

_ID = "lpad(lower(hex(record_id)), 16, '0')"
_NEWEST = "strftime(make_timestamp(max(read_utc) * 1000000), '%Y-%m-%dT%H:%M:%SZ')"
_READ = "strftime(make_timestamp(read_utc * 1000000), '%Y-%m-%dT%H:%M:%SZ')"
_BY_RULE = f"""
    SELECT rule,
           count(*) AS records,
           {_NEWEST} AS newest,
           arg_max({_ID}, (read_utc, record_id)) AS example,
           arg_max(reason, (read_utc, record_id)) AS reason
    FROM {{rejects}}
    WHERE {{chosen}}
    GROUP BY rule
    ORDER BY records DESC, rule
"""
_EACH = f"""
    SELECT {_ID} AS id, rule, pool, ap, {_READ} AS read, path, offset_bytes, length_bytes, reason
    FROM {{rejects}}
    WHERE {{chosen}}
    ORDER BY read_utc DESC, path, offset_bytes
    LIMIT $limit
"""

_RAISE_SLOT = (
    "If there is such a slot, raise largest_slot_cpus in ledger.toml and run `htc-ledger rejects replay --rule {rule}`."
    " Else it is a user's or a daemon's mistake: it stays out of the totals."
)
_WRONG = "No setting makes it right: the daemon that wrote it was wrong. It stays kept here, and in no total."
_REPLAY = "After an update of HTC Ledger try `htc-ledger rejects replay --rule {rule}`; else report it with the record."
_SOURCE = "Have its source write it again, mended, and import that. It stays kept here, and in no total."
_WAIT = "Nothing is lost: it is counted once its final record is read from the history file."
ADVICE = {
    "cpus-bound": _RAISE_SLOT,
    "gpus-bound": _RAISE_SLOT,
    "memory-bound": _WRONG,
    "time-bound": "A clock was wrong: set it right where the record comes from. " + _WRONG,
    "end-before-start": _WRONG,
    "cpu-time-bound": _WRONG,
    "wall-bound": _WRONG,
    "unreadable": _REPLAY,
    "false-banner": "The file was cut or edited, or a user's text looks like a banner. " + _REPLAY,
    "oversize": "Only its first 64 KiB are kept: the record itself is in its file, at the place named.",
    "no-owner": "Name the access point: `htc-ledger rejects replay --rule no-owner --ap NAME`.",
    "no-job-id": "Read the record again with all of its attributes (no -attributes, no projection).",
    "unfinished": "Read the record again with all of its attributes (no -attributes, no projection).",
    "not-final": _WAIT,
    "no-usage": "Nothing is lost: it tells of no hours. If it should, have its source write it again, and import that.",
    "no-time": _SOURCE,
    "no-record-id": _SOURCE,
    "span-bound": _SOURCE,
    "amount-bound": _SOURCE,
    "jobs-bound": _SOURCE,
    "core-time-bound": _SOURCE,
    "memory-time-bound": _SOURCE,
}
_OTHERWISE = "It is kept whole, and in no total. `htc-ledger rejects replay --rule {rule}` reads it again."


@dataclass(frozen=True)
class Asked:
    """Which rejects are asked for; None: all."""

    rule: str | None = None
    pool: str | None = None
    ap: str | None = None

    @property
    def given(self) -> dict[str, str]:
        """The restrictions by column."""
        return {name: value for name, value in vars(self).items() if value is not None}


def advice(rule: str) -> str:
    """What to do about records that a rule refuses."""
    return ADVICE.get(rule, _OTHERWISE).format(rule=rule)


def by_rule(lake: Lake, asked: Asked) -> pa.Table:
    """One row per rule, most records first: rule, records, newest (UTC), example (an id), reason (that one's)."""
    return _ask(lake, _BY_RULE, asked)


def each(lake: Lake, asked: Asked, limit: int) -> pa.Table:
    """One row per record, newest first: id, rule, pool, ap, read (UTC), path, offset_bytes, length_bytes, reason."""
    return _ask(lake, _EACH, asked, limit=limit)


def one(lake: Lake, record_id: str) -> dict[str, Any]:
    """The reject of that id with all its columns. Raises UsageError if there is none."""
    wanted = number_of(record_id)
    files = list(lake.snapshot(REJECT).files)
    names = ", ".join(f'"{column.name}"' for column in REJECT.columns)
    sql = f"SELECT {names} FROM {scan(REJECT, '$files')} WHERE record_id = $id LIMIT 1"
    found: list[dict[str, Any]] = []
    if files:
        with lake_errors("table reject cannot be read"), duckdb.connect() as con:
            found = con.sql(sql, params={"files": files, "id": wanted}).to_arrow_table().to_pylist()
    if not found:
        raise UsageError(f"no reject has the id {record_id}", "`htc-ledger rejects list --each` shows them.")
    return found[0]


def number_of(record_id: str) -> int:
    """The id as the lake holds it. Raises UsageError for anything but 16 hexadecimal digits."""
    if not re.fullmatch("[0-9a-fA-F]{16}", record_id):
        hint = "It has 16 digits; `htc-ledger rejects list` shows them."
        raise UsageError(f"{record_id!r} is no id of a reject", hint)
    number = int(record_id, 16)
    return number - (1 << 64) if number >= 1 << 63 else number


def _ask(lake: Lake, sql: str, asked: Asked, **more: int) -> pa.Table:
    files = list(lake.snapshot(REJECT).files)
    chosen = " AND ".join(["true", *(f"{name} = ${name}" for name in asked.given)])
    rejects = scan(REJECT, "$files" if files else None)
    params = {**asked.given, **more} | ({"files": files} if files else {})
    with lake_errors("table reject cannot be read"), duckdb.connect() as con:
        return con.sql(sql.format(rejects=rejects, chosen=chosen), params=params).to_arrow_table()
