"""Killed at any moment and run again, the lake is the same as after one undisturbed run."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.lake import Lake
from pipeline.schema import SOURCE_FILE
from tests import forked_command
from tests.collectors.records import START, contents, epoch_ad, history, job_ad, write

ROOT = Path(__file__).parents[2]
KILLED_AFTER_COMMIT = """
import os, signal, sys
from pathlib import Path
from collectors import batch
from pipeline.lake import TableWriter
from pipeline.settings import Settings
from tests.ingesting import ingest

batch.MOST_ROWS = 15
lake, deadly, moment, *paths = sys.argv[1:]
commits = 0
append = TableWriter.append

def counted(self, rows, consumed):
    global commits
    commits += 1
    if commits == int(deadly) and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = append(self, rows, consumed)
    if commits == int(deadly) and moment == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return done

TableWriter.append = counted
ingest([Path(path) for path in paths], Settings(lake=Path(lake)))
"""


def files(folder: Path) -> list[Path]:
    """Jobs, runs and rejects, more than one batch of each, and per-job copies of some."""
    jobs = [job_ad(n, 0, "ap1.example.org", *(["RequestCpus = 9999999"] if n % 7 == 0 else [])) for n in range(1, 41)]
    runs = [
        epoch_ad(n, 0) + f'*** EPOCH ClusterId={n} ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={START + 60}\n'
        for n in range(1, 31)
    ]
    return [
        write(folder / "history", history(*jobs)),
        write(folder / "epoch_history", "".join(runs)),
        *(write(folder / f"history.{n}.0", jobs[n - 1]) for n in range(1, 6)),
    ]


def program(lake: Lake, deadly: int, moment: str, paths: list[Path]) -> list[str]:
    return [KILLED_AFTER_COMMIT, str(lake.root), str(deadly), moment, *map(str, paths)]


def run(lake: Lake, deadly: int, moment: str, paths: list[Path]) -> int:
    """Read them, in a process of its own that dies at that commit; its exit code."""
    return forked_command.run("-c", program(lake, deadly, moment, paths)).code


def what_was_read(lake: Lake) -> tuple[dict[str, list[dict[str, object]]], dict[str, int]]:
    """Every row of every record's table, and how far each stream was read; not in how many stretches."""
    found = contents(lake)
    ends = {str(row["source"]): 0 for row in found[SOURCE_FILE.name]}
    for row in found.pop(SOURCE_FILE.name):
        ends[str(row["source"])] = max(ends[str(row["source"])], int(str(row["read_bytes"])))
    # a copy and its original are one row: which of the two brought it first is chance
    rows = {
        table: [
            {k: v for k, v in row.items() if table == "reject" or k not in ("source", "offset_bytes")} for row in rows
        ]
        for table, rows in found.items()
    }
    return rows, ends


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], object]:
    folder = tmp_path_factory.mktemp("undisturbed")
    lake = Lake(folder / "lake")
    lake.create()
    paths = files(folder)
    assert run(lake, 0, "never", paths) == 0
    return paths, what_was_read(lake)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("deadly", [1, 2, 3, 4, 6, 8, 9])
def test_a_process_killed_at_a_commit_loses_and_doubles_nothing(
    deadly: int, moment: str, lake: Lake, undisturbed: tuple[list[Path], object]
) -> None:
    paths, expected = undisturbed
    assert run(lake, deadly, moment, paths) == -signal.SIGKILL
    assert run(lake, 0, "never", paths) == 0
    assert what_was_read(lake) == expected


def test_a_process_killed_again_and_again_at_any_moment_gets_there(
    lake: Lake, undisturbed: tuple[list[Path], object]
) -> None:
    paths, expected = undisturbed
    chance = random.Random(7)
    for _ in range(8):
        command = [sys.executable, "-c", *program(lake, 0, "never", paths)]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 1.6))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert run(lake, 0, "never", paths) == 0
    assert what_was_read(lake) == expected
