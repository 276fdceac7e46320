"""A file that fails while it is read keeps what was read, and the error is the file's, never the lake's."""

import errno
from pathlib import Path

import pytest

from collectors import batch
from collectors.classads import text
from pipeline.errors import LakeError
from pipeline.lake import Lake, TableWriter
from pipeline.schema import JOB, SOURCE_FILE
from tests.collectors.conftest import Ingest
from tests.collectors.records import history, job_ad, write


def test_records_before_an_error_of_the_disk_are_kept(
    read: Ingest, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = history(*(job_ad(number) for number in range(1, 101)))
    path = write(tmp_path / "history", content)
    monkeypatch.setattr(text, "CHUNK", len(content) // 2)
    more = text.RecordReader._more
    left = [3]  # one to learn the stream's name, one for its first half, and then the disk fails

    def failing(self: text.RecordReader) -> bool:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.EIO, "Input/output error")
        return more(self)

    monkeypatch.setattr(text.RecordReader, "_more", failing)
    report = read(path)
    assert [what.removeprefix(f"{path}: ") for what, _ in report.unread] == ["reading failed: Input/output error"]
    kept = lake.count(JOB)
    assert 40 < kept < 60
    monkeypatch.undo()
    assert read(path).of("history").new == 100 - kept
    ends = lake.read(SOURCE_FILE, ["read_bytes"]).column("read_bytes").to_pylist()
    assert max(ends) == len(content)


def test_an_error_of_the_lake_while_a_file_is_read_is_the_lakes(
    read: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "history", history(*(job_ad(number) for number in range(1, 30))))
    monkeypatch.setattr(batch, "MOST_ROWS", 10)

    def full(*_: object) -> None:
        raise LakeError("no room")

    monkeypatch.setattr(TableWriter, "append", full)
    with pytest.raises(LakeError, match="no room"):
        read(path)
