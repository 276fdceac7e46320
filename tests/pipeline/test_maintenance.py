"""A maintained lake holds the same rows in fewer files, whoever works on it meanwhile and whenever it is killed."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.build import build, inputs
from pipeline.cube import Cube
from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.maintenance import maintain, only_one
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.schema import JOB, SOURCE_FILE
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows, small_ledger

ROOT = Path(__file__).parents[2]
HOUR = 3_600
KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
import pipeline.rewrite
from pipeline.lake import Lake
from pipeline.maintenance import maintain
from pipeline.settings import Settings

root, moment, deadly = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
seen = 0

def deadly_at(place):
    global seen
    if place == moment:
        seen += 1
        if seen == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

commit, write = pipeline.rewrite.commit, pipeline.rewrite.Rewrite.write

def commit_or_die(*given, **named):
    deadly_at("before the commit")
    commit(*given, **named)
    deadly_at("after the commit")

def write_or_die(self, given, level=3):
    def some():
        for one in given:
            yield one
            deadly_at("in the middle of a file")
    deadly_at("before a file")
    return write(self, some(), level)

pipeline.rewrite.commit, pipeline.rewrite.Rewrite.write = commit_or_die, write_or_die
maintain(Lake(root), Settings(lake=root), datetime.now(UTC))
"""


def append(lake: Lake, first: int, last: int) -> int:
    """Append jobs one by one, a file each; returns how many were new."""
    new = 0
    for number in range(first, last):
        batch = rows(JOB, job("pool", "ap1", number, MIDNIGHT, MIDNIGHT + number))
        ids = batch.set_column(JOB.position["record_id"], "record_id", [[number]])
        new += lake.writer(JOB).append(ids, {"source": number + 1}).new
    return new


def clusters(lake: Lake) -> list[int]:
    return sorted(lake.read(JOB, ["cluster"]).column(0).to_pylist())


def age(lake: Lake, hours: float) -> None:
    """Make every file of the lake look so much older."""
    for path in lake.root.rglob("*"):
        moment = path.stat().st_mtime - hours * HOUR
        os.utime(path, (moment, moment))


def test_many_files_become_few_and_every_row_stays(lake: Lake) -> None:
    append(lake, 0, 20)
    done = maintain(lake, Settings(lake=lake.root), datetime.now(UTC))
    found = next(table for table in done.tables if table.table == "job")
    assert (found.files_before, found.files_after, found.merged, found.note) == (20, 1, 20, "")
    assert clusters(lake) == list(range(20))
    assert append(lake, 0, 20) == 0
    assert append(lake, 20, 22) == 2


def test_replaced_files_stay_for_those_who_read_them_and_go_in_the_end(lake: Lake, tmp_path: Path) -> None:
    append(lake, 0, 10)
    settings = Settings(lake=lake.root, vacuum_after_h=2)
    pinned = inputs(lake, settings)
    maintain(lake, settings, datetime.now(UTC))
    assert len(list(lake.folder(JOB).glob("*.parquet"))) == 11
    build(pinned, tmp_path / "cube", settings, lambda step: None)
    age_log(lake, 3)
    done = maintain(lake, settings, datetime.now(UTC))
    found = next(table for table in done.tables if table.table == "job")
    assert (found.files_removed, len(list(lake.folder(JOB).glob("*.parquet")))) == (10, 1)
    assert found.bytes_freed > 10_000
    assert clusters(lake) == list(range(10))


def age_log(lake: Lake, hours: float) -> None:
    """Let the log say that files were removed so much earlier."""
    log = lake.folder(JOB) / "_delta_log"
    for path in log.glob("*.checkpoint.parquet"):
        path.unlink()
    (log / "_last_checkpoint").unlink(missing_ok=True)
    now_ms = int(1000 * time.time())
    for path in log.glob("*.json"):
        text = path.read_text()
        if '"deletionTimestamp":' in text:
            for line in text.splitlines():
                if '"deletionTimestamp":' in line:
                    moment = line.split('"deletionTimestamp":')[1].split(",")[0]
                    text = text.replace(moment, str(now_ms - int(hours * HOUR * 1000)))
            path.write_text(text)
    age(lake, hours)


def test_files_that_a_killed_writer_left_go_when_they_are_old(lake: Lake) -> None:
    append(lake, 0, 2)
    left = lake.folder(JOB) / "part-left.zstd.parquet"
    left.write_bytes(b"half a file")
    settings = Settings(lake=lake.root, vacuum_after_h=2)
    maintain(lake, settings, datetime.now(UTC))
    assert left.exists(), "its writer may be at work"
    os.utime(left, (time.time() - 3 * HOUR,) * 2)
    maintain(lake, settings, datetime.now(UTC))
    assert not left.exists()
    assert clusters(lake) == [0, 1]


def test_the_log_does_not_grow_for_ever_and_offsets_outlive_it(lake: Lake) -> None:
    append(lake, 0, 30)
    maintain(lake, Settings(lake=lake.root), datetime.now(UTC))
    for path in (lake.folder(JOB) / "_delta_log").iterdir():
        os.utime(path, (time.time() - 60 * HOUR,) * 2)
    append(lake, 30, 31)
    maintain(lake, Settings(lake=lake.root), datetime.now(UTC))
    assert len(list((lake.folder(JOB) / "_delta_log").glob("*.json"))) < 5
    assert lake.writer(JOB).consumed("source") == 31
    assert append(lake, 0, 32) == 1


def test_what_the_ledger_says_is_the_same_before_and_after(lake: Lake) -> None:
    settings = Settings(lake=lake.root)
    for number in range(9):
        small_ledger(lake, pool=f"pool{number}", ap=f"ap{number}.pool.test")
    question = UsageQuery(by=("pool", "project", "site", "day"), metrics=("cpu_h", "jobs", "attempts"))
    answers = []
    for _ in range(2):
        publish(lake, settings, lambda step: None)
        answers.append(Cube.open(lake.root).usage(question, LOCAL).to_pylist())
        maintain(lake, settings, datetime.now(UTC))
    assert answers[0] == answers[1] != []
    assert lake.writer(SOURCE_FILE).consumed("pool3-jobs") == 1


@pytest.mark.parametrize(
    "moment", ["before a file", "in the middle of a file", "before the commit", "after the commit"]
)
def test_killed_at_any_moment_it_loses_and_doubles_nothing(lake: Lake, moment: str) -> None:
    append(lake, 0, 20)
    command = [sys.executable, "-c", KILLED, str(lake.root), moment, "1"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert clusters(lake) == list(range(20))
    assert lake.writer(JOB).consumed("source") == 20
    assert append(lake, 0, 21) == 1
    maintain(lake, Settings(lake=lake.root), datetime.now(UTC))
    assert clusters(lake) == list(range(21))
    assert len(lake.snapshot(JOB).files) < 8


def test_one_maintenance_at_a_time(lake: Lake) -> None:
    with only_one(lake), pytest.raises(LakeRace, match="another process"):
        maintain(lake, Settings(lake=lake.root), datetime.now(UTC))


def test_a_table_that_another_one_rewrites_is_left_for_the_next_time(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(lake, 0, 10)

    def race(*given: object) -> None:
        raise LakeRace("another was faster")

    monkeypatch.setattr("pipeline.maintenance.compact", race)
    done = maintain(lake, Settings(lake=lake.root), datetime.now(UTC))
    found = next(table for table in done.tables if table.table == "job")
    assert (found.note, found.files_after) == ("another was faster", 10)


def test_collectors_that_append_meanwhile_neither_wait_nor_lose(lake: Lake) -> None:
    append(lake, 0, 5)
    program = (
        "import sys; from pathlib import Path; from pipeline.lake import Lake\n"
        "from tests.pipeline.test_maintenance import append\n"
        "append(Lake(Path(sys.argv[1])), 5, 65)\n"
    )
    collector = subprocess.Popen([sys.executable, "-c", program, str(lake.root)], cwd=ROOT)
    rounds = 0
    while collector.poll() is None:
        maintain(lake, Settings(lake=lake.root), datetime.now(UTC))
        rounds += 1
    assert collector.returncode == 0
    assert rounds > 1
    assert clusters(lake) == list(range(65))
    assert lake.writer(JOB).consumed("source") == 65
