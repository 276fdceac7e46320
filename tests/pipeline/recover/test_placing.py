"""The line that puts a rescue file in its place really does so, once, and leaves FINAL nodes to DAGMan."""

import subprocess
from pathlib import Path

import pytest

from pipeline.recover.parts import File, Rescue

RESCUE = "# by hand\nDONE A\nDONE end\nDONE FINAL\nRETRY end 2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a DAG, beside the folder of what was written; condor_submit_dag says what it was called with."""
    place, written = tmp_path / "it's here", tmp_path / "written"
    for each in (place, written, tmp_path / "bin"):
        each.mkdir()
    (place / "x=1.dag").write_text("JOB A a.sub\n final end e.sub\nJOB FINAL a.sub\n", "ascii")
    (written / "x=1.dag.rescue001").write_text(RESCUE, "ascii")
    stub = tmp_path / "bin" / "condor_submit_dag"
    stub.write_text("#!/bin/sh\necho submitted $*\n", "ascii")
    stub.chmod(0o755)
    return place


def run(folder: Path) -> tuple[int, str]:
    rescue = Rescue(File("x=1.dag.rescue001", RESCUE), str(folder), "x=1.dag")
    line = rescue.lines(folder.parent / "written")[-1]
    path = f"{folder.parent / 'bin'}:/usr/bin:/bin"
    done = subprocess.run(["sh", "-c", line], check=False, capture_output=True, text=True, env={"PATH": path})
    return done.returncode, done.stdout


def test_a_final_node_is_not_marked_done_and_others_are(folder: Path) -> None:
    assert run(folder) == (0, "submitted x=1.dag\n")
    placed = (folder / "x=1.dag.rescue001").read_text("ascii")
    assert placed == "# by hand\nDONE A\nDONE FINAL\nRETRY end 2\n"


def test_a_rescue_file_that_is_there_already_is_left_as_it_is(folder: Path) -> None:
    (folder / "x=1.dag.rescue001").write_text("DAGMan's own", "ascii")
    code, said = run(folder)
    assert (code != 0, said) == (True, "")
    assert (folder / "x=1.dag.rescue001").read_text("ascii") == "DAGMan's own"


def test_where_the_dag_is_gone_nothing_is_put(folder: Path) -> None:
    (folder / "x=1.dag").unlink()
    code, said = run(folder)
    assert (code != 0, said) == (True, "")
    assert list(folder.iterdir()) == []
