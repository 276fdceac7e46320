"""Rejects that today's rules let pass become rows, exactly once; the others stay, with the rule of today."""

import signal
from pathlib import Path

import pytest

from collectors.replay_rejects import Chosen, RejectsRead, replay_rejects
from pipeline.archive import original
from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.maintenance import only_one
from pipeline.schema import ARCHIVE, ATTEMPT_RECORD, JOB, REJECT
from pipeline.settings import Settings
from tests import forked_command
from tests.collectors.records import START, contents, epoch_ad, history, job_ad, write
from tests.ingesting import NOW, ingest

AP = "ap1.example.org"
LARGE = [job_ad(number, 0, AP, "RequestCpus = 5000") for number in range(1, 6)]
HUGE = job_ad(6, 0, AP, "RequestCpus = 9000")
FINE = job_ad(7)
JUNK = b"junk\n***\n"
SPAWN = f'{{"EpochAdType": "SPAWN", "ClusterId": 1, "ProcId": 0, "RunInstanceID": 0, "EpochWriteDate": {START}}}\n'


@pytest.fixture
def refused(lake: Lake, settings: Settings, tmp_path: Path) -> Path:
    """A file of which all but one record is refused."""
    path = write(tmp_path / "history", history(*LARGE, HUGE, FINE) + JUNK)
    assert ingest([path], settings).rejects == {"cpus-bound": 6, "unreadable": 1}
    return path


def run(lake: Lake, chosen: Chosen = Chosen(), ap: str | None = None, largest: int = 8000) -> RejectsRead:  # noqa: B008
    return replay_rejects(lake, Settings(lake=lake.root, largest_slot_cpus=largest), NOW, chosen, ap)


def clusters(lake: Lake) -> list[int]:
    return sorted(lake.read(JOB, ["cluster"]).column(0).to_pylist())


def rules(lake: Lake) -> list[str]:
    return sorted(lake.read(REJECT, ["rule"]).column(0).to_pylist())


def test_those_that_pass_become_rows_with_their_bytes_and_the_others_stay(lake: Lake, refused: Path) -> None:
    done = run(lake)
    assert (done.read, done.passed, done.new_rows, done.cut) == (7, 5, 5, 0)
    assert done.stayed == {"cpus-bound": 1, "unreadable": 1}
    assert clusters(lake) == [1, 2, 3, 4, 5, 7]
    assert rules(lake) == ["cpus-bound", "unreadable"]
    for row in lake.read(JOB).to_pylist():
        content = original(lake, JOB, row["record_id"])
        start = row["offset_bytes"]
        assert content is not None
        assert refused.read_bytes()[start : start + len(content)] == content


def test_the_lake_is_as_if_the_rules_had_always_been_so(lake: Lake, refused: Path, tmp_path: Path) -> None:
    run(lake)
    fresh = Lake(tmp_path / "fresh")
    fresh.create()
    ingest([refused], Settings(lake=fresh.root, largest_slot_cpus=8000))
    expected, found = contents(fresh), contents(lake)
    del expected["source_file"], found["source_file"]
    assert found == expected


def test_a_second_replay_changes_nothing(lake: Lake, refused: Path) -> None:
    run(lake)
    before, version = contents(lake), lake.snapshot(REJECT).version
    again = run(lake)
    assert (again.read, again.passed, again.new_rows) == (2, 0, 0)
    assert (contents(lake), lake.snapshot(REJECT).version) == (before, version)


def test_the_reason_is_that_of_today(lake: Lake, refused: Path) -> None:
    assert "4096" in {row["reason"] for row in lake.read(REJECT).to_pylist() if row["rule"] == "cpus-bound"}.pop()
    run(lake)
    (row,) = (row for row in lake.read(REJECT).to_pylist() if row["rule"] == "cpus-bound")
    assert "8000" in row["reason"]


def test_only_the_chosen_are_read_again(lake: Lake, refused: Path) -> None:
    assert run(lake, Chosen(rule="unreadable")).read == 1
    (one, *_) = (row for row in lake.read(REJECT).to_pylist() if row["rule"] == "cpus-bound")
    assert run(lake, Chosen(record_id=one["record_id"])).new_rows == 1
    assert run(lake, Chosen(rule="cpus-bound")).read == 5
    assert clusters(lake) == [1, 2, 3, 4, 5, 7]


def test_without_an_archive_the_rows_come_alone(lake: Lake, refused: Path) -> None:
    settings = Settings(lake=lake.root, archive="rejects", largest_slot_cpus=8000)
    assert replay_rejects(lake, settings, NOW, Chosen()).new_rows == 5
    assert lake.count(ARCHIVE) == 1


def test_a_record_that_came_in_another_way_meanwhile_is_not_counted_twice(
    lake: Lake, refused: Path, tmp_path: Path
) -> None:
    ingest([write(tmp_path / "history.1.0", LARGE[0])], Settings(lake=lake.root, largest_slot_cpus=8000))
    done = run(lake)
    assert (done.passed, done.new_rows) == (5, 4)
    assert clusters(lake) == [1, 2, 3, 4, 5, 7]
    assert lake.count(ARCHIVE) == 6


def test_records_without_an_owner_get_the_one_that_is_named(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    assert ingest([write(tmp_path / "spawn.jsonl", SPAWN)], settings).rejects == {"no-owner": 1}
    assert run(lake).stayed == {"no-owner": 1}
    assert run(lake, ap="ap5.example.org").new_rows == 1
    assert lake.read(ATTEMPT_RECORD, ["ap"]).column(0).to_pylist() == ["ap5.example.org"]
    assert rules(lake) == []


def test_a_real_record_in_a_simulated_file_never_lands_in_the_simulated_pool(
    lake: Lake, settings: Settings, tmp_path: Path
) -> None:
    made_up = job_ad(1, 0, "ap1.prairie.simulated")
    ingest([write(tmp_path / "history", history(made_up, HUGE))], settings)
    assert run(lake, largest=10_000).new_rows == 1
    assert {(row["cluster"], row["pool"]) for row in lake.read(JOB).to_pylist()} == {
        (1, "prairie (simulated)"),
        (6, "pool"),
    }


def test_records_that_are_not_kept_whole_cannot_be_read_again(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.classads.text.LARGEST_RECORD", 3_000_000)
    large = job_ad(2, 0, AP, f'X = "{"y" * 6_000_000}"')
    ingest([write(tmp_path / "history", history(job_ad(1), large, job_ad(3)))], settings)
    done = run(lake)
    assert (done.read, done.cut, rules(lake)) == (1, 1, ["oversize"])


def test_a_record_of_a_type_that_is_not_kept_is_no_reject(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    epoch = epoch_ad(1, 0, "RequestCpus = 5000")
    banner = f'*** EPOCH ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={START + 60}\n'
    ingest([write(tmp_path / "epoch_history", epoch + banner)], settings)
    monkeypatch.setattr("collectors.kinds.RUN_WORDS", frozenset({"SPAWN"}))
    done = run(lake)
    assert (done.skipped, rules(lake)) == (1, [])


def test_files_are_not_read_again_and_new_rejects_come_as_before(
    lake: Lake, settings: Settings, refused: Path, tmp_path: Path
) -> None:
    run(lake)
    assert ingest([refused], settings).of("history").unchanged == 1
    ingest([write(tmp_path / "more", history(job_ad(9, 0, AP, "RequestCpus = 9001")))], settings)
    assert rules(lake) == ["cpus-bound", "cpus-bound", "unreadable"]


def test_one_replay_at_a_time(lake: Lake) -> None:
    with only_one(lake), pytest.raises(LakeRace, match="another process"):
        run(lake)


KILLED = """
import os, signal, sys
from pathlib import Path
import pipeline.commit, pipeline.lake, pipeline.rewrite
from collectors import batch
from collectors.replay_rejects import Chosen, replay_rejects
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.ingesting import NOW

root, moment, deadly = sys.argv[1:]
commit, seen, batch.MOST_BYTES = pipeline.commit.commit, 0, 700

def commit_or_die(*given, **named):
    global seen
    seen += 1
    if (moment, seen) == ("before", int(deadly)):
        os.kill(os.getpid(), signal.SIGKILL)
    commit(*given, **named)
    if (moment, seen) == ("after", int(deadly)):
        os.kill(os.getpid(), signal.SIGKILL)

pipeline.lake.commit = pipeline.rewrite.commit = commit_or_die
replay_rejects(Lake(Path(root)), Settings(lake=Path(root), largest_slot_cpus=8000), NOW, Chosen())
"""


# two records a batch: archive, job, archive, job, archive, job, the rejects
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("deadly", [1, 2, 3, 6, 7])
def test_killed_at_any_commit_and_repeated_each_record_is_there_once(
    lake: Lake, refused: Path, moment: str, deadly: int
) -> None:
    assert forked_command.run("-c", (KILLED, str(lake.root), moment, str(deadly))).code == -signal.SIGKILL
    there = clusters(lake)
    assert len(there) == len(set(there))
    kept = {row["offset_bytes"] for row in lake.read(REJECT).to_pylist()}
    counted = {row["offset_bytes"] for row in lake.read(JOB).to_pylist()}
    assert len(kept | counted) == 8, "nothing is lost"
    run(lake)
    assert clusters(lake) == [1, 2, 3, 4, 5, 7]
    assert rules(lake) == ["cpus-bound", "unreadable"]
    assert lake.count(ARCHIVE) == 6
