"""Rescue files are read and written as DAGMan does."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.recover.rescue_file import parsed, text

OF_DAGMAN = """# Rescue DAG file, created after running
#   the p.dag DAG file
# Nodes that failed: 1
#   B,<ENDLIST>

DONE A
RETRY A 1
RETRY B 2
"""


def test_what_dagman_calls_done_and_the_retries_that_are_left_are_read() -> None:
    found = parsed("p.dag.rescue007", OF_DAGMAN)
    assert (set(found.done), dict(found.retries), found.number) == ({"A"}, {"A": 1, "B": 2}, 7)


def test_what_is_written_is_read_again_and_ends_with_what_a_node_gets_more_of() -> None:
    written = text("p.dag", {"C", "A"}, ["B"], {"B": 2}, {"B": {"request_memory": 512}})
    assert written.splitlines()[-4:] == ["DONE A", "DONE C", "RETRY B 2", 'VARS B APPEND request_memory="512"']
    again = parsed("p.dag.rescue001", written)
    assert (set(again.done), dict(again.retries)) == ({"A", "C"}, {"B": 2})


def test_another_file_is_refused() -> None:
    with pytest.raises(UsageError):
        parsed("p.dag", OF_DAGMAN)


def test_rescue_files_of_real_workflows_are_read(shared_data: Path) -> None:
    files = sorted((shared_data / "dagman").rglob("*.rescue001"))
    found = {path.name.rpartition("~")[2]: parsed(path.name, path.read_text("utf-8")) for path in files}
    assert found["process-0.dag.rescue001"].done == {"create_dir_process_0_local"}
    assert len(found["hierarchical-workflow-0.dag.rescue001"].done) == 6
