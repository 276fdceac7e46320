"""The lake writes each record once, whoever brings it, and of two writers of one source one fails."""

from pathlib import Path

import pytest

from pipeline.errors import LakeError, LakeRace
from pipeline.lake import Lake
from pipeline.schema import JOB, TABLES
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows

ONE = job("pool", "ap1", 1, MIDNIGHT, MIDNIGHT + 10)
TWO = job("pool", "ap1", 2, MIDNIGHT, MIDNIGHT + 20)


def test_a_new_lake_has_every_table_empty(lake: Lake) -> None:
    lake.require()
    assert [lake.read(table).num_rows for table in TABLES] == [0] * len(TABLES)


def test_a_record_that_the_lake_has_is_not_written_again(lake: Lake) -> None:
    assert lake.writer(JOB).append(rows(JOB, ONE), {"a": 10}).new == 1
    again = lake.writer(JOB).append(rows(JOB, ONE, TWO), {"b": 10})
    assert (again.new, again.known) == (1, 1)
    assert lake.read(JOB).num_rows == 2


def test_a_record_that_is_twice_in_a_batch_is_written_once(lake: Lake) -> None:
    batch = rows(JOB, ONE, ONE | {"status_utc": None})
    twice = batch.set_column(batch.column_names.index("record_id"), "record_id", [[7, 7]])
    assert lake.writer(JOB).append(twice, {}).new == 1


def test_a_record_without_a_time_is_known_again_too(lake: Lake) -> None:
    timeless = rows(JOB, ONE | {"status_utc": None})
    lake.writer(JOB).append(timeless, {"a": 1})
    assert lake.writer(JOB).append(timeless, {"b": 1}).known == 1


def test_offsets_are_kept_per_source_and_survive_reopening(lake: Lake) -> None:
    lake.writer(JOB).append(rows(JOB, ONE), {"a": 10, "b": 20})
    writer = Lake(lake.root).writer(JOB)
    assert [writer.consumed(source) for source in ("a", "b", "c")] == [10, 20, 0]


def test_offsets_move_on_without_rows(lake: Lake) -> None:
    lake.writer(JOB).append(rows(JOB), {"a": 30})
    assert lake.writer(JOB).consumed("a") == 30


def test_of_two_writers_of_one_source_the_second_fails(lake: Lake) -> None:
    first, second = lake.writer(JOB), lake.writer(JOB)
    first.append(rows(JOB, ONE), {"a": 10})
    with pytest.raises(LakeRace):
        second.append(rows(JOB, TWO), {"a": 10})
    assert lake.read(JOB).num_rows == 1


def test_a_missing_lake_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LakeError) as raised:
        Lake(tmp_path / "none").read(JOB)
    assert "ingest" in raised.value.hint


def test_a_lake_in_a_place_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LakeError):
        Lake(tmp_path / "file").create()
