"""Small files become few, rows stay the same, and no row is written anew again and again."""

import random

import pyarrow.parquet as pq
import pytest

from pipeline.commit import Stored
from pipeline.compaction import FEW, LARGE, SMALLEST_CLASS, compact, crowd
from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.rewrite import Rewrite
from pipeline.schema import ARCHIVE, JOB, Table
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows


def append_each(lake: Lake, table: Table, *given: dict[str, object]) -> None:
    """Append each row by itself: a file each."""
    for number, row in enumerate(given):
        batch = rows(table, row)
        ids = batch.set_column(table.position["record_id"], "record_id", [[number]])
        lake.writer(table).append(ids, {"source": number + 1})


def by_id(lake: Lake, table: Table) -> list[dict[str, object]]:
    return sorted(lake.read(table).to_pylist(), key=lambda row: row["record_id"])


def stored(*sizes: int) -> list[Stored]:
    return [Stored(f"part-{number:03}", size, number) for number, size in enumerate(sizes)]


def test_few_files_are_left_as_they_are() -> None:
    assert crowd(stored(*[1000] * (FEW - 1))) == ()


def test_eight_of_a_class_are_a_crowd_and_the_smallest_class_comes_first() -> None:
    small, larger = stored(*[1000] * FEW), [Stored(f"larger-{n}", FEW * SMALLEST_CLASS, n) for n in range(FEW)]
    assert crowd([*larger, *small]) == tuple(small)
    assert crowd(larger) == tuple(larger)


def test_large_files_are_left_alone() -> None:
    assert crowd(stored(*[LARGE] * 50)) == ()


def test_files_come_by_time_and_those_of_unknown_time_last() -> None:
    files = [Stored("c", 1, None), Stored("b", 1, 7), Stored("a", 1, 9), *stored(*[1] * 5)]
    assert [file.name for file in crowd(files)][-3:] == ["b", "a", "c"]


def test_however_many_files_come_one_by_one_few_remain_and_no_row_is_rewritten_often() -> None:
    files: list[Stored] = []
    written = 0
    for number in range(5_000):
        files.append(Stored(f"{number}", 20_000, number))
        while group := crowd(files):
            size = sum(file.size for file in group)
            written += size
            files = [file for file in files if file not in group] + [Stored(f"merged-{number}-{size}", size, number)]
    assert len(files) < 4 * FEW
    assert written < 5 * 5_000 * 20_000


def test_merged_rows_are_the_same_rows_by_time(lake: Lake) -> None:
    chance = random.Random(5)
    ends = [MIDNIGHT + chance.randrange(100_000) for _ in range(9)]
    timeless = job("pool", "ap2", 77, MIDNIGHT, MIDNIGHT + 5) | {"status_utc": None}
    append_each(lake, JOB, timeless, *(job("pool", "ap1", n, MIDNIGHT, end) for n, end in enumerate(ends)))
    before = by_id(lake, JOB)
    rewrite = Rewrite(lake, JOB)
    compact(rewrite, crowd(rewrite.files))
    assert len(lake.snapshot(JOB).files) == 1
    assert by_id(lake, JOB) == before
    times = lake.read(JOB, ["status_utc"]).column(0).to_pylist()
    assert times == [*sorted(ends), None]


def test_records_with_their_bytes_are_merged_too(lake: Lake) -> None:
    records = [{"pool": "pool", "made": "job", "content": bytes([n]) * 1000, "record_utc": MIDNIGHT} for n in range(9)]
    append_each(lake, ARCHIVE, *records)
    before = by_id(lake, ARCHIVE)
    rewrite = Rewrite(lake, ARCHIVE)
    compact(rewrite, crowd(rewrite.files))
    assert (len(lake.snapshot(ARCHIVE).files), by_id(lake, ARCHIVE)) == (1, before)


def test_offsets_survive_and_what_is_known_stays_known(lake: Lake) -> None:
    given = [job("pool", "ap1", n, MIDNIGHT, MIDNIGHT + n) for n in range(9)]
    append_each(lake, JOB, *given)
    rewrite = Rewrite(lake, JOB)
    compact(rewrite, crowd(rewrite.files))
    writer = Lake(lake.root).writer(JOB)
    assert writer.consumed("source") == 9
    again = rows(JOB, given[4]).set_column(JOB.position["record_id"], "record_id", [[4]])
    assert writer.append(again, {"source": 10}).known == 1


def test_an_append_meanwhile_is_kept(lake: Lake) -> None:
    append_each(lake, JOB, *(job("pool", "ap1", n, MIDNIGHT, MIDNIGHT + n) for n in range(9)))
    rewrite, late = Rewrite(lake, JOB), lake.writer(JOB)
    more = rows(JOB, job("pool", "ap1", 99, MIDNIGHT, MIDNIGHT + 99))
    one = more.set_column(JOB.position["record_id"], "record_id", [[99]])
    two = more.set_column(JOB.position["record_id"], "record_id", [[100]])
    lake.writer(JOB).append(one, {})
    compact(rewrite, crowd(rewrite.files))
    with pytest.raises(LakeRace):
        late.append(two, {})  # it began before the other append
    lake.writer(JOB).append(two, {})
    assert [row["record_id"] for row in by_id(lake, JOB)] == [*range(9), 99, 100]


def test_an_append_that_began_before_a_merge_is_not_disturbed(lake: Lake) -> None:
    append_each(lake, JOB, *(job("pool", "ap1", n, MIDNIGHT, MIDNIGHT + n) for n in range(9)))
    late, rewrite = lake.writer(JOB), Rewrite(lake, JOB)
    compact(rewrite, crowd(rewrite.files))
    more = rows(JOB, job("pool", "ap1", 99, MIDNIGHT, MIDNIGHT + 99), job("pool", "ap1", 4, MIDNIGHT, MIDNIGHT + 4))
    ids = more.set_column(JOB.position["record_id"], "record_id", [[99, 4]])
    assert (late.append(ids, {}).new, lake.count(JOB)) == (1, 10)


def test_of_two_merges_of_the_same_files_one_fails_and_leaves_nothing(lake: Lake) -> None:
    append_each(lake, JOB, *(job("pool", "ap1", n, MIDNIGHT, MIDNIGHT + n) for n in range(9)))
    first, second = Rewrite(lake, JOB), Rewrite(lake, JOB)
    compact(first, crowd(first.files))
    there = sorted(lake.folder(JOB).glob("*.parquet"))
    with pytest.raises(LakeRace):
        compact(second, crowd(second.files))
    assert sorted(lake.folder(JOB).glob("*.parquet")) == there
    assert lake.count(JOB) == 9


def test_a_merge_of_files_of_before_and_after_a_new_column(lake: Lake) -> None:
    append_each(lake, JOB, *(job("pool", "ap1", n, MIDNIGHT, MIDNIGHT + n) | {"cluster_jobs": n} for n in range(8)))
    for path in list(lake.folder(JOB).glob("*.parquet"))[:4]:
        old = pq.read_table(path).drop_columns(["cluster_jobs"])
        pq.write_table(old, path)
    expected = by_id(lake, JOB)
    assert sum(row["cluster_jobs"] is None for row in expected) == 4
    rewrite = Rewrite(lake, JOB)
    compact(rewrite, crowd(rewrite.files))
    assert by_id(lake, JOB) == expected
