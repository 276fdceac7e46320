"""A file's rows are read a few at a time with today's columns; files are replaced at once, or nothing is left."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import rewrite as module
from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.rewrite import Rewrite, rows_of
from pipeline.schema import ARCHIVE, JOB
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows

JOBS = rows(JOB, *(job("pool", "ap1", number, MIDNIGHT, MIDNIGHT + number) for number in range(1, 6)))


def test_rows_come_a_few_at_a_time_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(JOBS, tmp_path / "file")
    monkeypatch.setattr(module, "_ROWS_AT_A_TIME", 2)
    found = list(rows_of(tmp_path / "file", JOB))
    assert [some.num_rows for some in found] == [2, 2, 1]
    assert pa.concat_tables(found) == JOBS


def test_columns_that_the_file_lacks_are_unknown_and_others_are_left_out(tmp_path: Path) -> None:
    old = JOBS.drop_columns(["cluster_jobs"]).append_column("of_a_later_version", pa.array(range(5)))
    pq.write_table(old.select(sorted(old.column_names)), tmp_path / "file")
    (found,) = rows_of(tmp_path / "file", JOB)
    assert found.schema == JOB.arrow
    assert found.column("cluster_jobs").to_pylist() == [None] * 5
    assert found.column("cluster").to_pylist() == [1, 2, 3, 4, 5]


def test_only_the_columns_that_are_wanted_are_read(tmp_path: Path) -> None:
    pq.write_table(rows(ARCHIVE, {"made": "job", "content": b"x"}).drop_columns(["made"]), tmp_path / "file")
    (found,) = rows_of(tmp_path / "file", ARCHIVE, ["read_utc", "made"])
    assert found.to_pylist() == [{"read_utc": None, "made": None}]


def test_files_are_replaced_in_one_commit(lake: Lake) -> None:
    lake.writer(JOB).append(JOBS, {"source": 5})
    rewrite = Rewrite(lake, JOB)
    rewrite.replace(rewrite.files, [JOBS.slice(1, 2)], is_new=True)
    assert sorted(lake.read(JOB, ["cluster"]).column(0).to_pylist()) == [2, 3]
    assert lake.snapshot(JOB).version == rewrite.version + 1
    assert lake.writer(JOB).consumed("source") == 5


def test_who_loses_the_race_leaves_nothing(lake: Lake) -> None:
    lake.writer(JOB).append(JOBS, {})
    first, second = Rewrite(lake, JOB), Rewrite(lake, JOB)
    first.replace(first.files, [JOBS], is_new=False)
    there = sorted(lake.folder(JOB).glob("*.parquet"))
    with pytest.raises(LakeRace):
        second.replace(second.files, [JOBS], is_new=False)
    assert sorted(lake.folder(JOB).glob("*.parquet")) == there


def test_an_interruption_while_writing_leaves_nothing(lake: Lake) -> None:
    def interrupted() -> Iterator[pa.Table]:
        yield JOBS
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Rewrite(lake, JOB).write(interrupted())
    assert list(lake.folder(JOB).glob("*.parquet")) == []


def test_rows_that_are_others_exclude_appends_only_where_that_is_asked(lake: Lake) -> None:
    lake.writer(JOB).append(JOBS.slice(0, 1), {})
    for before_appends in (True, False):
        rewrite = Rewrite(lake, JOB)
        again = JOBS.slice(1 + before_appends, 1)
        lake.writer(JOB).append(again, {})
        parts = rewrite.write([JOBS.slice(0, 1)])
        if before_appends:
            with pytest.raises(LakeRace):
                rewrite.commit(rewrite.files, parts, is_new=True, before_appends=True)
            rewrite.forget(parts)
        else:
            rewrite.commit(rewrite.files, parts, is_new=True)
