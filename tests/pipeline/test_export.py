"""Answers as bytes: unknown stays unknown, equal tables give equal bytes, no cell is a formula."""

import csv
import io
import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export import FORMULA_START, to_csv, to_json, to_parquet

TABLE = pa.table(
    {"project": ["=1+1", 'a "b", c', "<b>ü</b>"], "cpu_h": [1.5, None, 0.1], "day": [date(2026, 11, 1)] * 3}
)


def test_json_is_a_list_of_objects_with_null_for_unknown() -> None:
    assert json.loads(to_json(TABLE))[1] == {"project": 'a "b", c', "cpu_h": None, "day": "2026-11-01"}
    assert json.loads(to_json(TABLE.slice(0, 0))) == []


def test_csv_has_a_header_and_leaves_unknown_empty() -> None:
    rows = list(csv.reader(io.StringIO(to_csv(TABLE).decode())))
    assert rows == [
        ["project", "cpu_h", "day"],
        ["'=1+1", "1.5", "2026-11-01"],
        ['a "b", c', "", "2026-11-01"],
        ["<b>ü</b>", "0.1", "2026-11-01"],
    ]


def test_parquet_holds_the_same_table() -> None:
    assert pq.read_table(io.BytesIO(to_parquet(TABLE))).equals(TABLE)


@pytest.mark.parametrize("encode", [to_csv, to_json, to_parquet])
def test_equal_tables_give_equal_bytes(encode) -> None:  # type: ignore[no-untyped-def]
    assert encode(TABLE) == encode(pa.table(TABLE.to_pydict()))


@given(st.text())
def test_no_text_is_a_formula_in_a_spreadsheet(name: str) -> None:
    cells = list(csv.reader(io.StringIO(to_csv(pa.table({"project": [name]})).decode(), newline="")))[1:]
    assert not cells or not cells[0] or not cells[0][0].startswith(FORMULA_START)
