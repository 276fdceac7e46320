"""Ids of rows that are on their way are written down before a table changes, and forgotten when all have."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import made_ids
from pipeline.made_ids import MadeIds


def test_they_outlive_the_process_that_wrote_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_ids, "_MOST_HELD", 2)
    before = MadeIds(tmp_path / "ids")
    for number in range(3):
        before.add("job", number, "attempt_record", 10 + number)
    assert len(before.written()) == 2
    after = MadeIds(tmp_path / "ids")
    after.add("job", 7, "job", 17)
    files = after.written()
    rows = [row for file in files for row in pq.read_table(file).to_pylist()]
    assert sorted((row["record_id"], row["archived_id"]) for row in rows) == [(0, 10), (1, 11), (2, 12), (7, 17)]
    after.forget()
    assert MadeIds(tmp_path / "ids").written() == []


def test_a_file_that_was_not_finished_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "ids").mkdir()
    (tmp_path / "ids" / "half.new").write_bytes(b"PAR1")
    assert MadeIds(tmp_path / "ids").written() == []


def test_without_ids_there_is_no_folder(tmp_path: Path) -> None:
    assert MadeIds(tmp_path / "ids").written() == []
    assert list(tmp_path.iterdir()) == []
