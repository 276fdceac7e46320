"""A DAG of the captures, and one made by hand, are rescued where the ads suffice, and refused where they do not."""

from pathlib import Path

import pytest

from pipeline.cube import Cube
from pipeline.recover.asked import asked
from pipeline.recover.parts import Recovery
from pipeline.viewer import LOCAL, Viewer
from tests.collectors.records import write
from tests.ledger_command import Ledger
from tests.pipeline.receipt.conftest import captured
from tests.pipeline.recover.made import history, whole

__all__ = ["captured"]
ARGUMENTS = '"-f -l . -Lockfile t.dag.lock -Dag t.dag -AutoRescue 1"'


def test_a_dag_of_a_real_pool_is_rescued(captured: Cube) -> None:
    found = captured.recovery(asked(dag="ap1#23"), LOCAL)
    assert found.rescue is not None
    assert (found.rescue.folder, found.rescue.dag) == ("/home/alice/dag", "diamond.dag")
    assert [line for line in found.rescue.file.text.splitlines() if line.startswith("DONE")] == ["DONE A", "DONE B"]
    assert [each.job.cluster for each in found.again] == [27]


def own(done: int, *more: str, **values: str | None) -> str:
    """The final ad of the DAG's own job, cluster 20."""
    given: dict[str, str | None] = {"JobUniverse": "7", "Arguments": ARGUMENTS, "DAG_NodesTotal": "3"}
    return whole(20, 0, "ExitCode = 1", f"DAG_NodesDone = {done}", *more, **(given | values))


def node(cluster: int, name: str, *more: str) -> str:
    return whole(cluster, 0, "DAGManJobId = 20", f'DAGNodeName = "{name}"', *more)


MEMORY = (
    'JobStatus = 3', 'RemoveReason = "removed: memory usage exceeded request_memory"', "MemoryUsage = 300",
)  # fmt: skip
DONE, FAILED = node(21, "A", "ExitCode = 0"), node(22, "B", *MEMORY)


def recovered(folder: Path, *ads: str, removed: bool = False, viewer: Viewer = LOCAL) -> Recovery:
    ledger = Ledger(folder / "lake", folder)
    ledger.ok("ingest", write(folder / "history", history(*ads)))
    ledger.ok("build")
    return Cube.open(ledger.lake).recovery(asked(dag="ap1#20", removed=removed), viewer)


def test_a_node_that_lacked_memory_gets_more(tmp_path: Path) -> None:
    found = recovered(tmp_path, own(1), DONE, FAILED)
    assert found.rescue is not None
    assert found.rescue.file.text.endswith('DONE A\nVARS B APPEND request_memory="512"\n')


REMOVED = ("JobStatus = 3", 'RemoveReason = "via condor_rm (by user ann)"')


@pytest.mark.parametrize(
    ("ads", "says"),
    [
        ((DONE, FAILED), "it may still run"),
        ((own(2), DONE, FAILED), "counted 2 nodes as done, and the ads of jobs tell of 1"),
        ((own(1, *REMOVED), DONE, FAILED), "its user removed the DAG"),
        ((own(1, Arguments='"-Dag a.dag -Dag b.dag"'), DONE, FAILED), "names 2 DAG files"),
        ((own(1, Arguments="\"-Dag 'a b'\""), DONE, FAILED), "has no name that can be written"),
        ((own(1, Iwd='"/home/a\x1bb"'), DONE, FAILED), "has no name that can be written"),
        ((own(1), DONE, FAILED, node(23, "C D", "ExitCode = 1")), "the name of a node cannot be written"),
    ],
)
def test_a_dag_of_which_the_ads_do_not_tell_enough_is_refused(tmp_path: Path, ads: tuple[str, ...], says: str) -> None:
    found = recovered(tmp_path, *ads)
    assert (found.rescue, found.again) == (None, ())
    assert says in " ".join(found.notes)


def test_a_removed_dag_is_rescued_where_that_is_asked_for(tmp_path: Path) -> None:
    assert recovered(tmp_path, own(1, *REMOVED), DONE, FAILED, removed=True).rescue is not None
