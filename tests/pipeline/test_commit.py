"""A commit is in force as a whole or not at all, and its files are removed only if it is not."""

import pytest

from pipeline.commit import ALL_APPENDS, ALL_REWRITES, commit, forget, stored_files
from pipeline.errors import LakeError, LakeRace
from pipeline.lake import Lake, write_parts
from pipeline.part import Part
from pipeline.schema import JOB
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows


def parts(lake: Lake, number: int) -> list[Part]:
    """A file with one job that no commit names."""
    batch = rows(JOB, job("pool", "ap1", number, MIDNIGHT, MIDNIGHT + number))
    return write_parts(lake.folder(JOB), JOB, batch)


def clusters(lake: Lake) -> list[int]:
    return sorted(lake.read(JOB, ["cluster"]).column(0).to_pylist())


def test_files_come_and_go_in_one_commit(lake: Lake) -> None:
    commit(lake.open(JOB), JOB, parts(lake, 1), (), {"a": 1})
    table = lake.open(JOB)
    (stored,) = stored_files(table, JOB)
    assert stored.first == MIDNIGHT + 1
    assert stored.size == (lake.folder(JOB) / stored.name).stat().st_size
    commit(table, JOB, parts(lake, 2), [stored], {"a": 2})
    assert clusters(lake) == [2]
    assert lake.snapshot(JOB).version == 2
    assert lake.writer(JOB).consumed("a") == 2


@pytest.mark.parametrize("mark", [ALL_APPENDS, ALL_REWRITES, "a source"])
def test_of_two_commits_with_the_same_mark_from_the_same_version_one_fails(lake: Lake, mark: str) -> None:
    first, second = lake.open(JOB), lake.open(JOB)
    commit(first, JOB, parts(lake, 1), (), {mark: 1})
    with pytest.raises(LakeRace):
        commit(second, JOB, parts(lake, 2), (), {mark: 1})
    assert clusters(lake) == [1]


def test_commits_with_different_marks_are_both_in_force(lake: Lake) -> None:
    first, second = lake.open(JOB), lake.open(JOB)
    commit(first, JOB, parts(lake, 1), (), {ALL_APPENDS: 1})
    commit(second, JOB, parts(lake, 2), (), {ALL_REWRITES: 1}, is_new=False)
    assert clusters(lake) == [1, 2]


def test_files_of_a_commit_that_failed_are_removed(lake: Lake) -> None:
    added = parts(lake, 1)
    forget(lake.folder(JOB), JOB, added)
    assert list(lake.folder(JOB).glob("*.parquet")) == []


def test_files_that_are_in_force_stay_even_if_an_error_came_after(lake: Lake) -> None:
    added = parts(lake, 1)
    commit(lake.open(JOB), JOB, added, (), {})
    forget(lake.folder(JOB), JOB, added)
    assert clusters(lake) == [1]


def test_files_stay_where_nobody_can_tell_whether_they_are_in_force(lake: Lake) -> None:
    added = parts(lake, 1)
    (lake.folder(JOB) / "_delta_log" / f"{1:020}.json").write_text("{")
    forget(lake.folder(JOB), JOB, added)
    assert len(list(lake.folder(JOB).glob("*.parquet"))) == 1


def test_a_log_that_cannot_be_written_is_an_error_of_the_lake(lake: Lake) -> None:
    table, added = lake.open(JOB), parts(lake, 1)
    log = lake.folder(JOB) / "_delta_log"
    log.rename(log.with_name("elsewhere"))
    log.write_text("no folder")
    with pytest.raises(LakeError, match="cannot be written"):
        commit(table, JOB, added, (), {})
