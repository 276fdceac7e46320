"""Rows of any table are staged in files of their own, and nothing of it outlives its use."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from collectors import batch
from collectors.rows import Row
from collectors.staging import Staging
from pipeline.schema import JOB, TRANSFER, Table


def row(table: Table, cluster: int) -> Row:
    return Row(table, [cluster if column.name == "cluster" else None for column in table.columns], None)


def test_rows_come_out_by_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_ROWS", 2)
    with Staging(tmp_path / "staged") as staging:
        for cluster in range(5):
            staging.add(row(JOB, cluster))
            staging.add(row(TRANSFER, 10 * cluster))
        files = staging.files()
        assert set(files) == {"job", "transfer"}
        found = [cluster for file in files["job"] for cluster in pq.read_table(file).column("cluster").to_pylist()]
        assert found == [0, 1, 2, 3, 4]
    assert not (tmp_path / "staged").exists()


def test_what_a_killed_process_left_goes_first(tmp_path: Path) -> None:
    (tmp_path / "staged" / "job").mkdir(parents=True)
    (tmp_path / "staged" / "job" / "part-old.parquet").write_bytes(b"old")
    with Staging(tmp_path / "staged") as staging:
        assert staging.files() == {}


def fail(folder: Path) -> None:
    with Staging(folder) as staging:
        staging.add(row(JOB, 1))
        staging.files()
        raise ZeroDivisionError


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        fail(tmp_path / "staged")
    assert list(tmp_path.iterdir()) == []
