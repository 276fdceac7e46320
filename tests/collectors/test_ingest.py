"""Files become rows, each record once, however often, in whatever order and in however many pieces they are read."""

import multiprocessing
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from collectors import batch
from collectors.ingest import ingest as ingest_files
from collectors.report import Report
from pipeline.errors import LakeRace, SettingsError
from pipeline.lake import Lake, TableWriter
from pipeline.schema import ATTEMPT_RECORD, JOB, REJECT, SOURCE_FILE
from pipeline.settings import Settings
from tests.collectors.conftest import Ingest
from tests.collectors.records import START, contents, epoch_ad, history, job_ad, write
from tests.ingesting import NOW, ingest

BAD = job_ad(3, 0, "ap1.example.org", "RequestCpus = 1073741824")
SPAWN = (
    f'ClusterId = 1\nProcId = 0\nOwner = "ann"\nRunInstanceID = 0\nShadowBday = {START}\nEpochWriteDate = {START}\n'
    f'*** SPAWN ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={START}\n'
)
EPOCH = epoch_ad(1, 0) + f'*** EPOCH ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={START + 60}\n'


def jobs(lake: Lake) -> list[int]:
    return sorted(lake.read(JOB, ["cluster"]).column("cluster").to_pylist())


def totals(report: Report) -> tuple[int, int, int]:
    """Rows new, rows known, rejects."""
    tallies = report.kinds.values()
    return sum(t.new for t in tallies), sum(t.known for t in tallies), sum(t.rejects for t in tallies)


def test_a_file_read_twice_changes_nothing(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    path = write(tmp_path / "history", history(job_ad(1), job_ad(2), BAD))
    assert totals(read(path)) == (2, 0, 1)
    before = contents(lake)
    again = read(path)
    assert totals(again) == (0, 0, 0)
    assert again.of("history").unchanged == 1
    assert contents(lake) == before


def test_a_longer_version_adds_only_what_is_new(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    ads = [job_ad(cluster) for cluster in range(1, 6)]
    for size, new in ((2, 2), (2, 0), (4, 2), (5, 1)):
        report = read(write(tmp_path / "history", history(*ads[:size])))
        assert report.of("history").ads == new
        assert totals(report) == (new, 0, 0)
        assert report.of("history").chain_breaks == 0
    assert jobs(lake) == [1, 2, 3, 4, 5]
    assert len(set(lake.read(SOURCE_FILE, ["source"]).column("source").to_pylist())) == 1


def test_partial_tail_is_read_when_its_banner_is_there(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    whole = history(job_ad(1), job_ad(2))
    for size in (len(whole) - 1, len(whole) - 100, len(whole) // 2 + 30):
        report = read(write(tmp_path / "history", whole[:size]))
        assert report.of("history").tails == 1
        assert jobs(lake) == [1]
    assert totals(read(write(tmp_path / "history", whole))) == (1, 0, 0)


def test_a_rotated_file_is_the_file_that_it_was(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    path = write(tmp_path / "history", history(job_ad(1)))
    read(path)
    rotated = path.rename(tmp_path / "history.20261101T000000")
    write(tmp_path / "history", history(job_ad(2)))
    report = read(rotated, tmp_path / "history")
    assert (totals(report), report.of("history").unchanged) == ((1, 0, 0), 1)


def test_files_that_begin_alike_are_both_read_whole(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    one = write(tmp_path / "one", history(job_ad(1), job_ad(2), job_ad(3)))
    other = write(tmp_path / "other", history(job_ad(1), job_ad(4), job_ad(5), job_ad(6)))
    shorter = write(tmp_path / "shorter", history(job_ad(1), job_ad(7)))
    assert totals(read(one)) == (3, 0, 0)
    assert totals(read(other)) == (3, 1, 0)
    assert totals(read(shorter)) == (1, 1, 0)
    assert totals(read(one, other, shorter)) == (0, 0, 0)
    assert jobs(lake) == [1, 2, 3, 4, 5, 6, 7]
    longer = write(tmp_path / "other", other.read_bytes() + job_ad(8).encode() + b"***\n")
    assert read(longer).of("history").ads == 1


def test_a_copy_in_another_form_adds_no_row(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    read(write(tmp_path / "history", history(job_ad(1), job_ad(2))))
    copies = [
        write(tmp_path / "history.1.0", job_ad(1)),
        write(tmp_path / "long", f"{job_ad(1)}\n{job_ad(2)}"),
        write(tmp_path / "without facts", job_ad(1) + "***\n"),
    ]
    assert totals(read(*copies)) == (0, 4, 0)


def test_a_job_with_two_final_ads_keeps_both(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    again = job_ad(1, 0, "ap1.example.org", "RemoteWallClockTime = 3.0", "NumShadowStarts = 2")
    read(write(tmp_path / "history", history(job_ad(1)) + again.encode() + b"***\n"))
    assert jobs(lake) == [1, 1]


def test_another_owner_is_another_stream(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    path = write(tmp_path / "history", history(job_ad(1)))
    assert totals(read(path)) == (1, 0, 0)
    assert totals(read(path, pool="prairie")) == (1, 0, 0)
    assert totals(read(path, ap="ap9")) == (1, 0, 0)
    assert totals(read(path, ap="ap9")) == (0, 0, 0)


def test_a_rejected_record_is_kept_whole_with_its_place(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    good, bad = history(job_ad(1)), b"RequestCpus In = 5\n" + job_ad(3).encode() + b"***\n"
    path = write(tmp_path / "history", good + bad + history(job_ad(4)))
    report = read(path)
    assert report.rejects == {"unreadable": 1}
    assert "RequestCpus In" in report.reasons["unreadable"]
    (row,) = lake.read(REJECT).to_pylist()
    assert (row["offset_bytes"], row["length_bytes"], row["content"]) == (len(good), len(bad), bad)
    assert (row["path"], row["kind"], row["pool"], row["rule"]) == (str(path), "history", "pool", "unreadable")
    assert jobs(lake) == [1, 4]


def test_rejects_are_counted_once_even_after_a_crash_between_commits(
    read: Ingest, lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "history", history(job_ad(1), job_ad(2), BAD))
    append = TableWriter.append

    def fail(self: TableWriter, *given: object) -> object:
        if self.table is SOURCE_FILE:
            raise KeyboardInterrupt
        return append(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(TableWriter, "append", fail)
    with pytest.raises(KeyboardInterrupt):
        read(path)
    monkeypatch.undo()
    assert lake.read(REJECT).num_rows == 1
    report = ingest_files([path], lake, settings, NOW + timedelta(hours=1))
    assert (totals(report), lake.read(REJECT).num_rows, jobs(lake)) == ((0, 2, 1), 1, [1, 2])


def test_a_simulated_file_counts_its_rejects_in_its_own_pool(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    content = b"junk\n***\n" + history(job_ad(1, 0, "ap1.prairie.simulated")) + b"junk\n***\n"
    read(write(tmp_path / "history", b"A = 5\n" + content))
    assert lake.read(REJECT, ["pool"]).column("pool").to_pylist() == ["prairie (simulated)"] * 2
    assert lake.read(SOURCE_FILE, ["pool"]).column("pool").to_pylist() == ["prairie (simulated)"]


def test_a_record_larger_than_memory_is_kept_by_place_and_digest(
    read: Ingest, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.classads.text.LARGEST_RECORD", 3_000_000)
    large = job_ad(2, 0, "ap1.example.org", f'X = "{"y" * 6_000_000}"')
    path = write(tmp_path / "history", history(job_ad(1), large, job_ad(3)))
    report = read(path)
    assert (report.rejects, report.of("history").chain_breaks) == ({"oversize": 1}, 0)
    (row,) = lake.read(REJECT).to_pylist()
    assert (row["length_bytes"] > 6_000_000, len(row["content"])) == (True, 64 << 10)
    assert jobs(lake) == [1, 3]


def test_a_missing_record_is_a_break_of_the_chain(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    one, two, three = history(job_ad(1)), history(job_ad(1), job_ad(2)), history(job_ad(1), job_ad(2), job_ad(3))
    gone = three[: len(one)] + three[len(two) :]
    assert read(write(tmp_path / "history", gone)).of("history").chain_breaks == 1
    assert lake.read(SOURCE_FILE, ["chain_breaks"]).column("chain_breaks").to_pylist() == [1]


def test_spawn_records_take_the_access_point_of_the_records_around_them(
    read: Ingest, lake: Lake, tmp_path: Path
) -> None:
    read(write(tmp_path / "epoch_history", SPAWN + EPOCH))
    found = lake.read(ATTEMPT_RECORD, ["ap", "record_type"]).to_pylist()
    assert {(row["ap"], row["record_type"]) for row in found} == {
        ("ap1.example.org", "SPAWN"),
        ("ap1.example.org", "EPOCH"),
    }


def test_records_that_no_access_point_can_be_told_of_yet_wait_for_the_file_to_grow(
    read: Ingest, lake: Lake, tmp_path: Path
) -> None:
    path = write(tmp_path / "epoch_history", SPAWN)
    waiting = read(path)
    assert (totals(waiting), waiting.of("epoch history").tails) == ((0, 0, 0), 1)
    assert "--ap NAME" in waiting.notes[0]
    assert totals(read(write(path, SPAWN + EPOCH))) == (2, 0, 0)


def test_files_that_are_written_at_once_do_not_wait(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    line = f'{{"EpochAdType": "SPAWN", "ClusterId": 1, "ProcId": 0, "RunInstanceID": 0, "EpochWriteDate": {START}}}\n'
    path = write(tmp_path / "spawn.jsonl", line)
    assert read(path).rejects == {"no-owner": 1}
    assert totals(read(path, ap="ap1")) == (1, 0, 0)


def test_many_small_files_are_few_commits(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    paths = [write(tmp_path / f"history.{number}.0", job_ad(number)) for number in range(1, 301)]
    report = read(*paths)
    assert (report.of("ads").files, totals(report)) == (300, (300, 0, 0))
    assert lake.snapshot(JOB).version == lake.snapshot(SOURCE_FILE).version == 1
    assert read(*paths).of("ads").unchanged == 300
    assert lake.snapshot(JOB).version == 1


def test_one_file_named_twice_is_read_once(read: Ingest, tmp_path: Path) -> None:
    path = write(tmp_path / "history", history(job_ad(1)))
    copy = Path(shutil.copy(path, tmp_path / "copy"))
    report = read(path, path, copy)
    assert (report.of("history").files, report.of("history").unchanged, totals(report)) == (3, 2, (1, 0, 0))


def test_a_large_file_is_committed_in_pieces(
    read: Ingest, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MOST_ROWS", 10)
    read(write(tmp_path / "history", history(*(job_ad(number) for number in range(1, 36)))))
    rows = sorted(lake.read(SOURCE_FILE).to_pylist(), key=lambda row: row["read_bytes"])
    assert [row["ads"] for row in rows] == [10, 10, 10, 5]
    assert [row["rows"] for row in rows] == [10, 10, 10, 5]
    assert rows[-1]["read_bytes"] == rows[-1]["size_bytes"]
    assert len(jobs(lake)) == 35


def test_a_file_that_cannot_be_read_does_not_keep_others_from_being_read(
    read: Ingest, lake: Lake, tmp_path: Path
) -> None:
    empty, good = write(tmp_path / "empty", b""), write(tmp_path / "history", history(job_ad(1)))
    report = read(empty, tmp_path / "none", good)
    assert [what.split(": ")[1] for what, _ in report.unread] == ["is empty", "cannot be read"]
    assert jobs(lake) == [1]


def test_a_name_that_is_no_text_is_shown_with_its_bytes_escaped(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9")
    read(write(path, history(job_ad(1), BAD)))
    assert lake.read(REJECT, ["path"]).column("path").to_pylist()[0].endswith("caf\\xe9")


def test_real_records_never_land_in_a_simulated_pool(read: Ingest, lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        read(write(tmp_path / "history", history(job_ad(1))), pool="prairie (simulated)")
    assert jobs(lake) == []


def test_after_a_race_the_slower_writer_tries_again(
    read: Ingest, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "history", history(job_ad(1), BAD))
    append = TableWriter.append
    raced: list[str] = []

    def race(self: TableWriter, rows: pa.Table, consumed: dict[str, int]) -> object:
        if raced.count(self.table.name) < 1:
            raced.append(self.table.name)
            raise LakeRace("another was faster")
        return append(self, rows, consumed)

    monkeypatch.setattr(TableWriter, "append", race)
    assert totals(read(path)) == (1, 0, 1)
    assert raced == ["reject", "archive", "job", "source_file"]


def test_who_was_slower_does_not_set_a_stream_back(lake: Lake) -> None:
    for consumed in (100, 50, 150):
        reading = batch.Reading("history:1", "history", "history", "pool", None, 200, START, consumed)
        batch.commit(lake, batch.Batch(readings=[reading]))
    assert lake.writer(SOURCE_FILE).consumed("history:1") == 150
    ends = lake.read(SOURCE_FILE, ["read_bytes"]).column("read_bytes").to_pylist()
    assert sorted(ends) == [100, 150]


def test_a_race_without_end_is_an_error(read: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def race(self: TableWriter, rows: pa.Table, consumed: dict[str, int]) -> object:
        raise LakeRace("another was faster")

    monkeypatch.setattr(TableWriter, "append", race)
    monkeypatch.setattr(batch, "_LONGEST_PAUSE_S", 0)
    with pytest.raises(LakeRace):
        read(write(tmp_path / "history", history(job_ad(1))))


def _ingest_all(root: Path, paths: list[Path]) -> None:
    batch.MOST_ROWS = 20
    ingest(paths, Settings(lake=root))


def test_processes_that_read_the_same_files_at_once_bring_each_record_once(lake: Lake, tmp_path: Path) -> None:
    paths = [
        write(
            tmp_path / f"history.{name}", history(*(job_ad(n, 0, f"ap{name}.example.org") for n in range(1, 101)), BAD)
        )
        for name in range(3)
    ]
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_ingest_all, args=(lake.root, paths)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    ids = lake.read(JOB, ["record_id"]).column("record_id").to_pylist()
    assert (len(ids), len(set(ids))) == (300, 300)
    assert lake.read(REJECT).num_rows == 3
    ends = lake.read(SOURCE_FILE, ["source", "read_bytes"]).to_pylist()
    assert len({(row["source"], row["read_bytes"]) for row in ends}) == len(ends)
