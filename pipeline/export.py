"""Answers as bytes for programs: JSON, CSV and Parquet. Equal tables give equal bytes."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula; names in job records are chosen by strangers."""


def to_json(table: pa.Table) -> bytes:
    """A list of objects, one line per row, keyed by the columns' names; unknown is null."""
    rows = (json.dumps(_plain(row), ensure_ascii=False, allow_nan=False) for row in table.to_pylist())
    return ("[\n" + ",\n".join(rows) + "\n]\n").encode("utf-8") if table.num_rows else b"[]\n"


def to_csv(table: pa.Table) -> bytes:
    """RFC 4180 with a header and `\\n` line ends; unknown is empty; text that a spreadsheet would run gets a quote."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([neutral(value) for value in row.values()])
    return out.getvalue().encode("utf-8")


def to_parquet(table: pa.Table) -> bytes:
    """One Parquet file, Zstandard."""
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def neutral(value: Any) -> Any:
    """The cell as a spreadsheet may see it: text that begins like a formula is led by an apostrophe."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_START) else value


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return dict(_dated(row.items()))


def _dated(items: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    for name, value in items:
        yield name, value.isoformat() if isinstance(value, date) else value
