"""The lake writes each record once, whoever brings it, and of two writers of one source one fails."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

import pipeline.lake
from pipeline.cube import Cube
from pipeline.errors import LakeError, LakeRace
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.schema import JOB, TABLES, Table
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows, small_ledger

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


def test_a_record_is_known_by_its_time_however_many_files_there_are(lake: Lake) -> None:
    for number in range(12):
        lake.writer(JOB).append(with_id(job("pool", "ap1", number, MIDNIGHT, MIDNIGHT + 100 * number), number), {})
    for number in range(12):
        known = with_id(job("pool", "ap1", number, MIDNIGHT, MIDNIGHT + 100 * number), number)
        assert lake.writer(JOB).append(known, {"again": 1}).known == 1


def test_only_files_of_the_time_in_question_are_opened(lake: Lake) -> None:
    for number in range(5):
        lake.writer(JOB).append(with_id(job("pool", "ap1", number, MIDNIGHT, MIDNIGHT + 100 * number), number), {})
    kept = sorted(lake.folder(JOB).glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    for path in (*kept[:3], kept[4]):
        path.unlink()
    known = with_id(job("pool", "ap1", 3, MIDNIGHT, MIDNIGHT + 300), 3)
    assert lake.writer(JOB).append(known, {"again": 1}).known == 1


def with_id(row: dict[str, object], record_id: int) -> pa.Table:
    """One row, with that id."""
    batch = rows(JOB, row)
    return batch.set_column(JOB.position["record_id"], "record_id", [[record_id]])


def bring_all(root: Path, source: str, start: Callable[[], object], records: int, conflicts: "object") -> None:
    """Append the records one by one, each until it is in the lake, as a collector does."""
    lake = Lake(root)
    start()
    for number in range(records):
        row = job("pool", "ap1", number, MIDNIGHT, MIDNIGHT + number) | {"source": source}
        for _ in range(200):
            try:
                lake.writer(JOB).append(with_id(row, number), {source: number + 1})
                break
            except LakeRace:
                with conflicts.get_lock():  # type: ignore[attr-defined]
                    conflicts.value += 1  # type: ignore[attr-defined]
        else:
            raise AssertionError("another writer was always faster")


def test_two_sources_that_bring_the_same_record_at_the_same_moment_give_one_row(lake: Lake) -> None:
    spawn = multiprocessing.get_context("spawn")
    together, conflicts, records = spawn.Barrier(2), spawn.Value("i", 0), 40
    processes = [
        spawn.Process(target=bring_all, args=(lake.root, source, together.wait, records, conflicts))
        for source in ("file", "remote")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    ids = lake.read(JOB, ["record_id"]).column("record_id").to_pylist()
    assert sorted(ids) == list(range(records))
    assert conflicts.value > 0, "they never met: the test proves nothing"
    writer = lake.writer(JOB)
    assert (writer.consumed("file"), writer.consumed("remote")) == (records, records)


NEW_COLUMNS = ("routed_to", "cluster_jobs", "at_ce")


@contextmanager
def schema_of_before(monkeypatch: pytest.MonkeyPatch, tables: tuple[Table, ...]) -> Iterator[None]:
    """A lake that is made meanwhile has those tables only, without the new columns."""
    with monkeypatch.context() as patch:
        patch.setattr(pipeline.lake, "TABLES", tables)
        patch.setattr(pipeline.lake, "_properties", lambda table: {})
        yield


def without(table: Table, *names: str) -> Table:
    """The table before it had those columns."""
    return replace(table, columns=tuple(column for column in table.columns if column.name not in names))


@pytest.fixture
def old_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A lake that a version made which knew fewer tables and columns, with one job in it."""
    before = without(JOB, *NEW_COLUMNS)
    lake = Lake(tmp_path / "old")
    with schema_of_before(monkeypatch, (before,)):
        lake.create()
        lake.writer(before).append(rows(JOB, ONE).select([column.name for column in before.columns]), {"a": 10})
    assert not set(NEW_COLUMNS) & {field.name for field in DeltaTable(lake.folder(JOB)).schema().fields}
    return lake


def test_an_older_lake_is_read_with_its_missing_columns_and_tables_unknown(old_lake: Lake) -> None:
    (row,) = old_lake.read(JOB).to_pylist()
    assert row["cluster"] == 1
    assert [row[name] for name in NEW_COLUMNS] == [None] * 3
    missing = next(table for table in TABLES if table is not JOB)
    assert (old_lake.count(missing), old_lake.snapshot(missing).version) == (0, -1)
    assert old_lake.read(missing).column_names == [column.name for column in missing.columns]


def test_an_older_lake_is_appended_to_with_todays_columns(old_lake: Lake) -> None:
    assert old_lake.writer(JOB).append(rows(JOB, ONE), {"a": 11}).known == 1
    new = with_id(TWO | {"cluster_jobs": 7, "at_ce": True}, 2)
    assert old_lake.writer(JOB).append(new, {"a": 12}).new == 1
    found = {row["cluster"]: (row["cluster_jobs"], row["at_ce"]) for row in old_lake.read(JOB).to_pylist()}
    assert found == {1: (None, None), 2: (7, True)}
    assert old_lake.writer(JOB).consumed("a") == 12


def test_create_brings_an_older_lake_up_to_date_and_loses_nothing(old_lake: Lake) -> None:
    old_lake.create()
    for table in TABLES:
        delta = DeltaTable(old_lake.folder(table))
        assert {field.name for field in delta.schema().fields} == {column.name for column in table.columns}
        assert delta.metadata().configuration["delta.dataSkippingStatsColumns"] == table.time
    assert old_lake.count(JOB) == 1
    assert old_lake.writer(JOB).consumed("a") == 10
    versions = [old_lake.snapshot(table).version for table in TABLES]
    old_lake.create()
    assert [old_lake.snapshot(table).version for table in TABLES] == versions, "nothing is left to do"


def make(root: Path, start: Callable[[], object]) -> None:
    start()
    Lake(root).create()


def test_processes_that_make_or_renew_a_lake_at_once_do_no_harm(old_lake: Lake, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    for root in (old_lake.root, tmp_path / "new"):
        together = spawn.Barrier(3)
        processes = [spawn.Process(target=make, args=(root, together.wait)) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0, 0]
        assert [Lake(root).writer(table).table for table in TABLES] == list(TABLES)
    assert old_lake.count(JOB) == 1


def test_a_writer_that_lost_a_race_leaves_no_file(lake: Lake) -> None:
    first, second = lake.writer(JOB), lake.writer(JOB)
    first.append(rows(JOB, ONE), {"a": 10})
    with pytest.raises(LakeRace):
        second.append(with_id(TWO, 2), {"b": 10})
    assert len(list(lake.folder(JOB).glob("*.parquet"))) == 1


@pytest.mark.parametrize("folder", ["two words", "Übersicht", "a#b", "o'clock", "50 % [new]*"])
def test_a_lake_is_written_and_built_in_a_folder_of_any_name(folder: str, tmp_path: Path) -> None:
    lake = Lake(tmp_path / folder)
    lake.create()
    small_ledger(lake)
    before = lake.count(JOB)
    small_ledger(lake)  # what is known is found in the files that are there
    assert lake.count(JOB) == before == 3
    publish(lake, Settings(lake=lake.root), lambda step: None)
    assert Cube.open(lake.root).usage(UsageQuery(metrics=("jobs",)), LOCAL).to_pylist() == [{"jobs": 3}]
