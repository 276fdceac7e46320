"""A part is a whole Parquet file with its span of time, or it is not there."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import part
from pipeline.part import PartWriter
from pipeline.schema import ARCHIVE, JOB
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows

JOBS = rows(JOB, *(job("pool", "ap1", number, MIDNIGHT, MIDNIGHT + number) for number in range(1, 11)))


def archived(*contents: bytes) -> pa.Table:
    return rows(ARCHIVE, *({"pool": "pool", "made": "job", "content": content} for content in contents))


def test_a_part_knows_its_rows_and_the_span_of_their_times(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, JOB)
    writer.write(JOBS)
    writer.write(rows(JOB, job("pool", "ap1", 11, MIDNIGHT, MIDNIGHT) | {"status_utc": None}))
    (made,) = writer.close()
    assert (made.rows, made.first, made.last, made.timeless) == (11, MIDNIGHT + 1, MIDNIGHT + 10, 1)
    assert made.size == (tmp_path / made.name).stat().st_size
    assert pq.read_table(tmp_path / made.name).num_rows == 11
    said = json.loads(made.added(JOB, is_new=True).stats)
    assert said == {
        "numRecords": 11,
        "minValues": {"status_utc": MIDNIGHT + 1},
        "maxValues": {"status_utc": MIDNIGHT + 10},
        "nullCount": {"status_utc": 1},
    }


def test_without_rows_there_is_no_part(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, JOB)
    writer.write(JOB.arrow.empty_table())
    assert writer.close() == []
    assert list(tmp_path.iterdir()) == []


def test_a_large_part_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "LARGEST_PART", 1)
    monkeypatch.setattr(part, "_ROWS_OF_GROUP", 4)
    writer = PartWriter(tmp_path, JOB)
    for row in range(JOBS.num_rows):
        writer.write(JOBS.slice(row, 1))
    made = writer.close()
    assert [(one.rows, one.first, one.last) for one in made] == [
        (4, MIDNIGHT + 1, MIDNIGHT + 4),
        (4, MIDNIGHT + 5, MIDNIGHT + 8),
        (2, MIDNIGHT + 9, MIDNIGHT + 10),
    ]


def test_rows_are_held_by_their_bytes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "_BYTES_HELD", 1_000)
    writer = PartWriter(tmp_path, ARCHIVE)
    for _ in range(4):
        writer.write(archived(b"x" * 600))
    (made,) = writer.close()
    assert pq.ParquetFile(tmp_path / made.name).num_row_groups == 2


def test_what_is_abandoned_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "LARGEST_PART", 1)
    monkeypatch.setattr(part, "_ROWS_OF_GROUP", 4)
    writer = PartWriter(tmp_path, JOB)
    writer.write(JOBS.slice(0, 4))
    writer.write(JOBS.slice(4, 3))
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


def test_records_are_compressed_together_and_not_counted_by_value(tmp_path: Path) -> None:
    ad = b"".join(b"Attribute%d = %d\n" % (number, number * number) for number in range(200))
    writer = PartWriter(tmp_path, ARCHIVE)
    writer.write(archived(*(ad + b"ClusterId = %d\n" % number for number in range(500))))
    (made,) = writer.close()
    content = pq.ParquetFile(tmp_path / made.name).metadata.row_group(0).column(ARCHIVE.position["content"])
    assert made.size < 500 * len(ad) / 50
    assert content.compression == "ZSTD"
    assert content.statistics is None
    assert content.has_dictionary_page is False
