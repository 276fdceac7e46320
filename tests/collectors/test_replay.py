"""Replayed, a lake holds what today's version would have made of the same records, however often and interrupted."""

import gzip
import json
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collectors.replay import MADE_ANEW, Replayed, replay
from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.maintenance import only_one
from pipeline.schema import ARCHIVE, ATTEMPT_RECORD, JOB, REJECT, TRANSFER
from pipeline.settings import Settings
from tests import forked_command
from tests.collectors.older import version_without
from tests.collectors.records import START, contents, epoch_ad, history, job_ad, write
from tests.collectors.test_rows import SLOT
from tests.collectors.test_rows import TRANSFER as TRANSFER_AD
from tests.ingesting import NOW, ingest

AP = "ap1.example.org"
PROJECT, SITE = 'ProjectName = "A"', 'MachineAttrGLIDEIN_Site0 = "Alpha"'
JOBS = [job_ad(number, 0, AP, PROJECT, SITE) for number in range(1, 6)]
SPAWN = (
    f'ClusterId = 1\nProcId = 0\nOwner = "ann"\nRunInstanceID = 0\nShadowBday = {START}\nEpochWriteDate = {START}\n'
    f'*** SPAWN ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={START}\n'
)
RUN = epoch_ad(1, 0, PROJECT) + f'*** EPOCH ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={START + 60}\n'
MOVED = (
    TRANSFER_AD.replace("EpochWriteDate", f'User = "ann@x"\n{PROJECT}\nEpochWriteDate')
    + f'*** INPUT ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={START}\n'
)
OF_5000_CORES = job_ad(9, 0, AP, "RequestCpus = 5000")


def files(folder: Path) -> list[Path]:
    """Records of every kind, and in every form that is read."""
    as_json = {"ClusterId": 21, "ProcId": 0, "GlobalJobId": f"{AP}#21.0#{START}", "Owner": "ann", "QDate": START}
    as_json |= {"JobStatus": 4, "CompletionDate": START + 9, "EnteredCurrentStatus": START + 9, "ProjectName": "A"}
    return [
        write(folder / "history", history(*JOBS, OF_5000_CORES)),
        write(folder / "epoch_history", SPAWN + RUN + MOVED),
        write(folder / "long", f"{job_ad(11, 0, AP, PROJECT)}\n{job_ad(12)}"),
        write(folder / "history.13.0", job_ad(13, 0, AP, PROJECT)),
        write(folder / "packed.gz", gzip.compress(history(job_ad(14, 0, AP, PROJECT)))),
        write(folder / "one.json", json.dumps([as_json, as_json | {"ClusterId": 22}], indent=2)),
        write(folder / "lines.jsonl", json.dumps(as_json | {"ClusterId": 23}) + "\n"),
        write(folder / "slots", SLOT),
    ]


def run_replay(lake: Lake, **settings: Any) -> Replayed:
    return replay(lake, Settings(lake=lake.root, **settings), NOW)


def versions(lake: Lake) -> list[int]:
    return [lake.snapshot(table).version for table in (*MADE_ANEW, ARCHIVE, REJECT)]


def made_now(folder: Path, paths: list[Path], **settings: Any) -> dict[str, Any]:
    """What a lake holds that reads those files with today's version."""
    fresh = Lake(folder / "fresh")
    fresh.create()
    ingest(paths, Settings(lake=fresh.root, **settings))
    return records(fresh)


def records(lake: Lake) -> dict[str, Any]:
    """What the lake holds, but for how many records each reading of a file counted, refused, ... at its time."""
    return {table: rows for table, rows in contents(lake).items() if table != "source_file"}


def test_where_nothing_changed_a_replay_changes_nothing(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    ingest(files(tmp_path), settings)
    before, then = contents(lake), versions(lake)
    done = run_replay(lake)
    assert (contents(lake), versions(lake)) == (before, then)
    assert done.archive.records == len(before["archive"]) == 16
    assert {table.table: (table.rows, table.as_they_were, table.changed) for table in done.tables} == {
        "job": (12, 0, False),
        "attempt_record": (2, 0, False),
        "transfer": (2, 0, False),
        "slot_ad": (1, 0, False),
    }


@pytest.mark.parametrize(("ap", "pool"), [("ap9.example.org", None), (None, "prairie"), ("ap9", "prairie")])
def test_whose_the_records_were_said_to_be_stays(
    lake: Lake, settings: Settings, tmp_path: Path, ap: str | None, pool: str | None
) -> None:
    ingest(files(tmp_path), settings, ap, pool)
    before = contents(lake)
    run_replay(lake)
    assert contents(lake) == before


def test_a_simulated_pool_stays_one(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    ad = job_ad(1, 0, "ap1.prairie.simulated")
    ingest([write(tmp_path / "history", history(ad))], settings, pool="other (simulated)")
    ingest([write(tmp_path / "more", history(job_ad(2, 0, "ap1.prairie.simulated")))], settings)
    before = contents(lake)
    assert {row["pool"] for row in before["job"]} == {"other (simulated)", "prairie (simulated)"}
    run_replay(lake)
    assert contents(lake) == before


def test_columns_that_were_not_read_before_are_filled(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    paths = files(tmp_path)
    with version_without("project", "site", "user"):
        ingest(paths, settings)
    assert {row["project"] for row in lake.read(JOB, ["project"]).to_pylist()} == {None}
    done = run_replay(lake)
    assert records(lake) == made_now(tmp_path, paths)
    changed = {table.table for table in done.tables if table.changed}
    assert changed == {"job", "attempt_record", "transfer"}, "the slot's ad has none of these columns"


def test_a_second_replay_finds_nothing_to_do(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    with version_without("project"):
        ingest(files(tmp_path), settings)
    run_replay(lake)
    before, then = contents(lake), versions(lake)
    assert not any(table.changed for table in run_replay(lake).tables)
    assert (contents(lake), versions(lake)) == (before, then)
    assert not [path.name for path in lake.root.iterdir() if path.name.startswith("replay")]


def test_files_that_were_read_are_not_read_again_after_a_replay(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    paths = files(tmp_path)
    with version_without("project"):
        ingest(paths, settings)
    run_replay(lake)
    before = contents(lake)
    assert sum(tally.ads for tally in ingest(paths, settings).kinds.values()) == 0
    assert contents(lake) == before
    copy = write(tmp_path / "copy", f"{job_ad(11, 0, AP, PROJECT)}\n{JOBS[0]}")
    assert ingest([copy], settings).of("ads").new == 0, "the records are known by their new ids"


def test_rows_without_archived_bytes_stay_as_they_are(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    bare = write(tmp_path / "bare", history(job_ad(31, 0, AP, PROJECT)))
    moved = write(tmp_path / "moved", re.sub(r"ClusterId( ?= ?)1\b", r"ClusterId\g<1>31", MOVED))
    with version_without("project", "user"):
        ingest([bare, moved], Settings(lake=lake.root, archive="rejects"))
        ingest(files(tmp_path), settings)
    done = {table.table: table for table in run_replay(lake).tables}
    projects = {row["cluster"]: row["project"] for row in lake.read(JOB, ["cluster", "project"]).to_pylist()}
    assert (projects[31], projects[1]) == (None, "A")
    assert (done["job"].as_they_were, done["job"].rows) == (1, 13)
    users = [(row["cluster"], row["user"]) for row in lake.read(TRANSFER, ["cluster", "user"]).to_pylist()]
    assert sorted(users, key=str) == [(1, "ann@x"), (1, "ann@x"), (31, None), (31, None)]


def test_records_that_are_refused_today_become_rejects_and_come_back(
    lake: Lake, settings: Settings, tmp_path: Path
) -> None:
    paths = files(tmp_path)
    ingest(paths, Settings(lake=lake.root, largest_slot_cpus=8192))
    before = contents(lake)
    assert (len(before["job"]), len(before["reject"])) == (13, 0)
    done = run_replay(lake)
    assert done.archive.refused == {"cpus-bound": 1}
    assert records(lake) == made_now(tmp_path, paths)
    again = run_replay(lake, largest_slot_cpus=8192)
    assert (again.rejects.passed, again.rejects.new_rows) == (1, 1)
    assert contents(lake) == before


def test_records_that_are_one_today_are_one_row(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    ingest([write(tmp_path / "history", history(JOBS[0], JOBS[0].replace("Alpha", "Beta"), JOBS[1]))], settings)
    assert lake.count(JOB) == 3
    with version_without("site"):
        run_replay(lake)
    assert sorted(row["cluster"] for row in lake.read(JOB, ["cluster"]).to_pylist()) == [1, 2]


def test_a_record_that_is_of_another_kind_today_moves(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = ('RemoteHost = "slot1@w"', f"ShadowBday = {START}", "StarterExitStatus = 0")
    path = write(tmp_path / "history", history(JOBS[0], job_ad(2, 0, AP, *marks)))
    with monkeypatch.context() as older:
        older.setattr("collectors.kinds._job_or_startd", lambda ad: (JOB, "JOB"))
        ingest([path], settings)
    assert (lake.count(JOB), lake.count(ATTEMPT_RECORD)) == (2, 0)
    run_replay(lake)
    assert (lake.count(JOB), lake.count(ATTEMPT_RECORD)) == (1, 1)
    assert records(lake) == made_now(tmp_path, [path])


def test_a_record_of_a_type_that_is_no_longer_kept_leaves_its_table_but_not_the_archive(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(files(tmp_path), settings)
    before = contents(lake)
    with monkeypatch.context() as later:
        later.setattr("collectors.kinds.RUN_WORDS", frozenset({"EPOCH"}))
        assert run_replay(lake).archive.skipped == {"SPAWN": 1}
    assert [row["record_type"] for row in lake.read(ATTEMPT_RECORD).to_pylist()] == ["EPOCH"]
    run_replay(lake)
    assert contents(lake) == before


def appending_meanwhile(monkeypatch: pytest.MonkeyPatch, append: Callable[[], object]) -> None:
    """Run `append` once after a table was written anew and before it is put in force."""
    import pipeline.remake

    digest = pipeline.remake._Remaking._digest
    done: list[bool] = []

    def appended(self: Any, given: list[str]) -> object:
        if self._table is JOB and not done:
            done.append(True)
            append()
        return digest(self, given)

    monkeypatch.setattr(pipeline.remake._Remaking, "_digest", appended)


def test_what_collectors_append_meanwhile_is_kept_once(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = files(tmp_path)
    with version_without("project"):
        ingest(paths, settings)
    # a new job, and a copy of an old one that is another record today
    late = write(tmp_path / "late", f"{job_ad(41, 0, AP, PROJECT)}\n{JOBS[0]}")
    appending_meanwhile(monkeypatch, lambda: ingest([late], settings))
    run_replay(lake)
    found = [(row["cluster"], row["project"]) for row in lake.read(JOB, ["cluster", "project"]).to_pylist()]
    assert len(found) == len(set(found)) == 13
    assert {(41, "A"), (1, "A")} <= set(found)
    assert {row["record_id"] for row in contents(lake)["job"]} == {
        row["record_id"] for row in made_now(tmp_path, [*paths, late])["job"]
    }


def test_two_replays_or_a_maintenance_at_a_time_are_refused(lake: Lake) -> None:
    with only_one(lake), pytest.raises(LakeRace, match="another process"):
        run_replay(lake)


def test_a_table_that_another_one_rewrites_meanwhile_is_left_as_it_is(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with version_without("project"):
        ingest(files(tmp_path), settings)
    before = contents(lake)["job"]

    def rewrite() -> None:
        from pipeline.compaction import compact
        from pipeline.rewrite import Rewrite

        table = Rewrite(lake, JOB)
        compact(table, table.files)

    appending_meanwhile(monkeypatch, rewrite)
    with pytest.raises(LakeRace, match="another process rewrote it"):
        run_replay(lake)
    assert contents(lake)["job"] == before
    run_replay(lake)
    assert contents(lake)["job"] != before


KILLED = """
import os, signal, sys
from pathlib import Path
import collectors.replay_archive, collectors.batch, pipeline.commit, pipeline.lake, pipeline.rewrite
from collectors.replay import replay
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests import forked_command
from tests.collectors.older import version_without
from tests.ingesting import NOW

root, moment, deadly, *without = sys.argv[1:]
commit, seen = pipeline.commit.commit, 0

def commit_or_die(*given, **named):
    global seen
    seen += 1
    if (moment, seen) == ("before", int(deadly)):
        os.kill(os.getpid(), signal.SIGKILL)
    commit(*given, **named)
    if (moment, seen) == ("after", int(deadly)):
        os.kill(os.getpid(), signal.SIGKILL)

pipeline.lake.commit = pipeline.rewrite.commit = commit_or_die
with version_without(*without):
    replay(Lake(Path(root)), Settings(lake=Path(root)), NOW)
"""


def killed(lake: Lake, moment: str, deadly: int, *without: str) -> int:
    return forked_command.run("-c", (KILLED, str(lake.root), moment, str(deadly), *without)).code


# commits: the reject, job, attempt_record, transfer, the archive
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("deadly", [1, 2, 3, 4, 5])
def test_killed_at_any_commit_each_table_is_old_or_new_and_the_next_replay_does_the_rest(
    lake: Lake, tmp_path: Path, moment: str, deadly: int
) -> None:
    paths = files(tmp_path)
    with version_without("project", "user"):
        ingest(paths, Settings(lake=lake.root, largest_slot_cpus=8192))
    old, new = records(lake), made_now(tmp_path, paths)
    assert killed(lake, moment, deadly) == -signal.SIGKILL
    found = records(lake)
    for table, rows in found.items():
        assert rows in (old[table], new[table]), table
    run_replay(lake)
    assert records(lake) == new
    assert ingest(paths, Settings(lake=lake.root)).of("history").unchanged == 2


@pytest.mark.parametrize("deadly", [2, 3, 4])
def test_killed_half_way_and_changed_again_no_row_of_the_version_between_stays(
    lake: Lake, settings: Settings, tmp_path: Path, deadly: int
) -> None:
    paths = files(tmp_path)
    with version_without("project", "user", "site"):
        ingest(paths, settings)
    assert killed(lake, "after", deadly, "site") == -signal.SIGKILL
    with version_without("user"):
        run_replay(lake)
        expected = made_now(tmp_path, paths)
    assert records(lake) == expected


def test_killed_while_it_writes_a_table_it_leaves_it_as_it_was(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    paths = files(tmp_path)
    with version_without("project"):
        ingest(paths, settings)
    before = contents(lake)
    program = KILLED.replace("pipeline.lake.commit = pipeline.rewrite.commit = commit_or_die", "").replace(
        "commit, seen = pipeline.commit.commit, 0",
        "import pipeline.remake\n"
        "pipeline.remake._Remaking._digest = lambda self, given: os.kill(os.getpid(), signal.SIGKILL)",
    )
    assert forked_command.run("-c", (program, str(lake.root), "", "0")).code == -signal.SIGKILL
    assert contents(lake) == before
    assert (lake.root / "replay.staged").exists(), "it was killed in the middle"
    run_replay(lake)
    assert records(lake) == made_now(tmp_path, paths)
    assert not (lake.root / "replay.staged").exists()
