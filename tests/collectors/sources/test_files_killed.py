"""A poll of files that is killed with SIGKILL at any commit, or as it remembers, and polled again: nothing is lost or
doubled, and what is stated is what an undisturbed collector states.
"""

import signal
from pathlib import Path

import pytest

from pipeline.lake import Lake
from pipeline.schema import SOURCE_FILE
from tests import forked_command
from tests.collectors.records import START, contents, epoch_ad, job_ad, write
from tests.collectors.sources.lake_view import spans
from tests.collectors.sources.spool import NOON, Spool, pack
from tests.forked_command import Done

KILLED = """
import os, signal, sys
from pathlib import Path
from collectors import batch
from collectors.sources.seen_files import SeenFiles
from pipeline.lake import Lake, TableWriter
from tests.collectors.sources.conftest import FilesAt

batch.MOST_ROWS = 30
lake, folder, utc, deadly, moment = sys.argv[1:]
steps = 0

def dangerous(step):
    def wrapped(*given):
        global steps
        steps += 1
        if steps == int(deadly) and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = step(*given)
        if steps == int(deadly) and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return wrapped

TableWriter.append = dangerous(TableWriter.append)
SeenFiles.save = dangerous(SeenFiles.save)
FilesAt(Lake(Path(lake)), f"{folder}/*history*", f"{folder}/per_job/*")(int(utc))
print(steps)
"""


def poll(lake: Lake, folder: Path, utc: int, deadly: int = 0, moment: str = "never") -> Done:
    return forked_command.run("-c", (KILLED, str(lake.root), str(folder), str(utc), str(deadly), moment))


def happen(folder: Path, act: int) -> None:
    """What the daemons do before the first and before the second poll: runs, jobs, witnesses, rotations, an archive."""
    spool = Spool(folder)
    first = act * 40
    for number in range(1, 4):
        at = NOON + act * 1000 + number * 10
        if spool.current.exists():
            spool.rotate(at)
        spool.write(*range(first + number * 10, first + number * 10 + 8), at=at)
    pack(spool.rotations()[-1], ("gz", "zst")[act])
    runs = [
        epoch_ad(n, 0) + f'*** EPOCH ClusterId={n} ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={START + 60}\n'
        for n in range(first, first + 20)
    ]
    with (folder / "epoch_history").open("a") as file:
        file.write("".join(runs))
    (folder / "per_job").mkdir(exist_ok=True)
    for n in range(first, first + 5):
        write(folder / "per_job" / f"history.{n}.0", job_ad(n))


def what_was_read(lake: Lake) -> tuple[object, object]:
    """All rows but how often it was read, and what is stated."""
    found = contents(lake)
    rows = {
        table: [{k: v for k, v in row.items() if k not in ("source", "offset_bytes")} for row in rows]
        for table, rows in found.items()
        if table not in (SOURCE_FILE.name, "coverage")
    }
    return rows, {span for span in spans(lake) if span[0] == "gap"}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_poll_killed_at_each_step_and_polled_again_gets_there(moment: str, tmp_path: Path) -> None:
    undisturbed, killed = Lake(tmp_path / "undisturbed"), Lake(tmp_path / "killed")
    folder = tmp_path / "spool"
    folder.mkdir()
    undisturbed.create()
    killed.create()
    deaths = 0
    for act in (0, 1):
        happen(folder, act)
        utc = NOON + act * 1000 + 500
        whole = poll(undisturbed, folder, utc)
        assert whole.code == 0, whole.err
        deadly = 1 + act
        while poll(killed, folder, utc, deadly, moment).code == -signal.SIGKILL:
            deaths += 1
            deadly += 2
        assert what_was_read(killed) == what_was_read(undisturbed)
    assert deaths >= 6
    assert not any(state == "gap" for state, _, _ in spans(killed))
    assert max(to for _, _, to in spans(killed)) == NOON + 1500
