"""Folders with a file per job: witnesses of the history, read once, and cheap however many there are."""

from pathlib import Path

import pytest

from collectors import batch
from collectors.sources import per_job
from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, JOB, REJECT, SOURCE_FILE
from tests.collectors.records import START, epoch_ad, job_ad, write
from tests.collectors.sources.conftest import FilesAt
from tests.collectors.sources.lake_view import jobs
from tests.collectors.sources.spool import NOON, Spool, final_ad, pack

EPOCH = epoch_ad(1, 0) + f'*** EPOCH ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={START + 60}\n'
AGAIN = epoch_ad(1, 1) + f'*** EPOCH ClusterId=1 ProcId=0 RunInstanceId=1 Owner="ann" CurrentTime={START + 90}\n'
SPAWN = (
    f'ClusterId = 1\nProcId = 0\nOwner = "ann"\nRunInstanceID = 0\nShadowBday = {START}\nEpochWriteDate = {START}\n'
    f'*** SPAWN ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={START}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "per_job"
    made.mkdir()
    return made


@pytest.fixture
def poll(lake: Lake, folder: Path) -> FilesAt:
    return FilesAt(lake, folder / "*")


def test_a_folder_is_one_stream_however_many_files_are_in_it(lake: Lake, folder: Path, poll: FilesAt) -> None:
    for number in range(1, 301):
        write(folder / f"history.{number}.0", job_ad(number))
    report = poll(NOON)
    assert (report.of(per_job.LABEL).files, jobs(lake)) == (300, list(range(1, 301)))
    (row,) = lake.read(SOURCE_FILE).to_pylist()
    assert (row["ads"], row["rows"], row["read_bytes"], row["size_bytes"], row["ap"]) == (
        300,
        300,
        1,
        1,
        "ap1.example.org",
    )
    assert row["path"] == f"{folder}/"


def test_files_that_come_later_are_another_reading(lake: Lake, folder: Path, poll: FilesAt) -> None:
    write(folder / "history.1.0", job_ad(1))
    poll(NOON)
    assert poll(NOON + 60).kinds == {}
    write(folder / "history.2.0", job_ad(2))
    assert poll(NOON + 120).of(per_job.LABEL).files == 1
    rows = sorted(lake.read(SOURCE_FILE).to_pylist(), key=lambda row: row["read_bytes"])
    assert [(row["read_bytes"], row["ads"]) for row in rows] == [(1, 1), (2, 1)]
    assert jobs(lake) == [1, 2]


def test_a_witness_of_what_the_history_told_adds_nothing(lake: Lake, tmp_path: Path, folder: Path) -> None:
    Spool(tmp_path / "spool").write(1, 2, at=NOON)
    write(folder / "history.1.0", final_ad(1, NOON))
    write(folder / "history.2.0", final_ad(2, NOON))
    write(folder / "history.3.0", final_ad(3, NOON))
    report = FilesAt(lake, tmp_path / "spool" / "history*", folder / "*")(NOON)
    assert (report.of(per_job.LABEL).known, report.of(per_job.LABEL).new, jobs(lake)) == (2, 1, [1, 2, 3])


def test_more_files_than_a_batch_holds_are_several_commits(
    lake: Lake, folder: Path, poll: FilesAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MOST_ROWS", 10)
    for number in range(1, 36):
        write(folder / f"history.{number}.0", job_ad(number))
    poll(NOON)
    rows = sorted(lake.read(SOURCE_FILE).to_pylist(), key=lambda row: row["read_bytes"])
    assert [row["ads"] for row in rows] == [10, 10, 10, 5]
    assert poll(NOON + 60).kinds == {}
    assert jobs(lake) == list(range(1, 36))


def test_a_file_of_runs_is_read_again_when_it_grows(lake: Lake, folder: Path, poll: FilesAt) -> None:
    path = write(folder / "job.runs.1.0.ads", SPAWN)
    poll(NOON)
    assert lake.count(ATTEMPT_RECORD) == 0  # nothing names its access point yet
    write(path, SPAWN + EPOCH + AGAIN[:100])
    poll(NOON + 60)
    assert lake.count(ATTEMPT_RECORD) == 2
    write(path, SPAWN + EPOCH + AGAIN)
    poll(NOON + 120)
    assert lake.count(ATTEMPT_RECORD) == 3


def test_a_startds_file_per_job_is_named_by_the_jobs_global_id(lake: Lake, folder: Path, poll: FilesAt) -> None:
    write(folder / f"history.ap1.example.org#7.0#{START}", job_ad(7))
    poll(NOON)
    assert jobs(lake) == [7]


@pytest.mark.parametrize("how", ["gz", "zst"])
def test_packed_ones_are_read(how: str, lake: Lake, folder: Path, poll: FilesAt) -> None:
    pack(write(folder / "history.1.0", job_ad(1)), how)
    poll(NOON)
    assert jobs(lake) == [1]


def test_a_bad_file_is_named_each_time_and_the_others_are_read_once(lake: Lake, folder: Path, poll: FilesAt) -> None:
    write(folder / "history.1.0", job_ad(1))
    write(folder / "history.2.0", b"\x7fELF\x02\n")
    write(folder / "history.3.0", '{"ClusterId": 3}\n')
    write(folder / "history.4.0", b"")
    for minute in (0, 1):
        said = [Path(what).name for what in poll.troubles(NOON + 60 * minute)]
        assert said == [
            "history.2.0: is a program, not records of HTCondor",
            "history.3.0: is JSON lines, not a per-job file",
        ]
    assert (jobs(lake), lake.count(SOURCE_FILE)) == ([1], 1)


def test_a_rejected_record_is_kept_with_its_own_file(lake: Lake, folder: Path, poll: FilesAt) -> None:
    path = write(folder / "history.1.0", job_ad(1, 0, "ap1.example.org", "RequestCpus = 1073741824"))
    write(folder / "history.2.0", job_ad(2))
    poll(NOON)
    (row,) = lake.read(REJECT).to_pylist()
    assert (row["path"], row["form"], row["kind"]) == (str(path), "long", per_job.LABEL)
    assert lake.count(JOB) == 1


def test_a_poll_that_dies_before_it_remembers_reads_them_again_and_adds_nothing(
    lake: Lake, folder: Path, poll: FilesAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 4):
        write(folder / f"history.{number}.0", job_ad(number))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("collectors.sources.seen_files.SeenFiles.save", killed)
        with pytest.raises(KeyboardInterrupt):
            poll(NOON)
    assert poll(NOON + 60).of(per_job.LABEL).known == 3
    assert jobs(lake) == [1, 2, 3]


def test_two_folders_are_two_streams(lake: Lake, tmp_path: Path) -> None:
    for name, number in (("a", 1), ("b", 2)):
        (tmp_path / name).mkdir()
        write(tmp_path / name / f"history.{number}.0", job_ad(number))
    FilesAt(lake, tmp_path / "[ab]" / "*")(NOON)
    assert len({row["source"] for row in lake.read(SOURCE_FILE).to_pylist()}) == 2
    assert jobs(lake) == [1, 2]
