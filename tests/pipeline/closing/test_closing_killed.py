"""A closing that is killed with SIGKILL at any step, and run again: the month is closed whole, once, and the same."""

import shutil
import signal
from pathlib import Path

from pipeline.closing import manifest as manifests
from pipeline.closing.closing import reopen
from pipeline.closing.shelf import Shelf
from pipeline.closing.states import states
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests import forked_command
from tests.forked_command import Done
from tests.pipeline.closing.closable import NOW, OCTOBER

KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.pipeline.closing.closable import close_october

lake, deadly = Path(sys.argv[1]), int(sys.argv[2])
steps = 0

def dangerous(step):
    def wrapped(*given):
        global steps
        steps += 1
        if steps == deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*given)
    return wrapped

os.fsync = dangerous(os.fsync)
Path.rename = dangerous(Path.rename)
Path.replace = dangerous(Path.replace)
close_october(Lake(lake), Settings(lake=lake))
print(steps)
"""


def run(lake: Lake, deadly: int = 0) -> Done:
    return forked_command.run("-c", (KILLED, str(lake.root), str(deadly)))


def everything(shelf: Shelf) -> dict[str, bytes]:
    return {
        str(path.relative_to(shelf.folder)): path.read_bytes() for path in shelf.folder.rglob("*") if path.is_file()
    }


def test_a_closing_killed_at_any_step_is_whole_or_not_there_and_run_again_it_is_the_same(built: Lake) -> None:
    shelf = Shelf.of(built)
    whole = run(built)
    assert whole.code == 0, whole.err
    steps, expected = int(whole.out), everything(shelf)
    # among the tables' files one step is like the other; the last ones are manifest, name, journal and its head
    for deadly in (1, 2, steps // 2, *range(steps - 9, steps + 1)):
        shutil.rmtree(shelf.folder)
        assert run(built, deadly).code == -signal.SIGKILL
        for folder in (shelf.place(OCTOBER, version) for version in shelf.versions(OCTOBER)):
            assert manifests.damage(folder, manifests.read(folder)[0]) == []
        again = run(built)
        if again.code:  # it was killed when all was written
            assert deadly > steps - 5
            assert "is closed already" in again.err.decode()
        assert everything(shelf).keys() == expected.keys()
        assert everything(shelf) == expected, deadly
        assert states(shelf).all_is_well


def test_a_second_version_killed_leaves_the_first_one_in_force(
    closed: Lake, settings: Settings, tmp_path: Path
) -> None:
    shelf = Shelf.of(closed)
    reopen(closed, OCTOBER, "late", NOW)
    before = everything(shelf)
    assert run(closed, 3).code == -signal.SIGKILL
    assert {name: content for name, content in everything(shelf).items() if not name.startswith("making")} == before
    assert run(closed).code == 0
    assert [(one.version, one.state) for one in states(shelf).versions] == [(1, "replaced"), (2, "closed")]
