"""Each job shape comes to the end that its name says, on real daemons."""

import re

import pytest

from tests.pool import shapes
from tests.pool.access_point import AccessPoint
from tests.pool.pool import Pool

COMPLETED, REMOVED, HELD = 4, 3, 5
ENDS = {
    "sleeps": (shapes.sleeps(0, project="Physik Ü", site="Bêta Universität"), {"ProjectName": '"Physik Ü"'}),
    "burns": (shapes.burns(2), {"ExitCode": "0"}),
    "noop": (shapes.noop(), {"ExitCode": "0"}),
    "exits": (shapes.exits(3), {"ExitCode": "3", "ExitBySignal": "false"}),
    "dies_of_signal": (shapes.dies_of_signal(), {"ExitBySignal": "true", "ExitSignal": "11"}),
    "retried": (shapes.retried(1), {"NumShadowStarts": "2", "ExitCode": "1"}),
    "evicted_by_itself": (shapes.evicted_by_itself(7), {"NumShadowStarts": "2", "ExitCode": "0"}),
    "local": (shapes.local(0), {"JobUniverse": "12"}),
    "scheduler": (shapes.scheduler(0), {"JobUniverse": "7"}),
    "gpu": (shapes.gpu(0), {"RequestGPUs": "1", "MATCH_EXP_JOBGLIDEIN_ResourceName": '"Gamma-GPU"'}),
    "takes_input": (shapes.takes_input("store:///brought"), {"ExitCode": "0"}),
    "leaves_output": (shapes.leaves_output(1000), {"ExitCode": "0"}),
}
HOLDS = {
    "held_after": (shapes.held_after(9), 3),
    "held_for_want_of_input": (shapes.held_for_want_of_input(), 13),
    "held_from_the_start": (shapes.held_from_the_start(), 15),
    "held_for_its_memory": (shapes.held_for_its_memory(), 21),
}


@pytest.fixture(scope="module")
def clusters(pool: Pool) -> dict[str, int]:
    """Shape -> its cluster at ap1; all of them were submitted at once and have come to their ends."""
    (pool.state / "store" / "brought").write_text("some input\n", "ascii")
    texts = {name: text for name, (text, _) in (ENDS | HOLDS).items()}
    texts |= {"never_matches": shapes.never_matches(), "materialised_late": shapes.materialised_late(5)}
    ap = pool.ap("ap1")
    submitted = {name: ap.submit("bob", text) for name, text in texts.items()}
    for name in HOLDS:
        ap.wait_held(submitted[name])
    ap.remove(submitted["never_matches"])
    ap.wait_idle()
    return submitted


def last_ad(ap: AccessPoint, cluster: int, proc: int = 0) -> dict[str, str]:
    """The job's ad as its per-job history file has it, values as they are written."""
    text = (ap.per_job / f"history.{cluster}.{proc}").read_text("utf-8")
    return dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)


@pytest.mark.parametrize("shape", ENDS)
def test_a_shape_ends_as_it_says(pool: Pool, clusters: dict[str, int], shape: str) -> None:
    expected = {"JobStatus": str(COMPLETED)} | ENDS[shape][1]
    ad = last_ad(pool.ap("ap1"), clusters[shape])
    assert {name: ad.get(name) for name in expected} == expected


@pytest.mark.parametrize("shape", HOLDS)
def test_a_shape_is_held_for_the_reason_it_says(pool: Pool, clusters: dict[str, int], shape: str) -> None:
    jobs = pool.ap("ap1").queue(f"ClusterId == {clusters[shape]}")
    assert [(job["JobStatus"], job["HoldReasonCode"]) for job in jobs] == [(HELD, HOLDS[shape][1])]


def test_a_job_that_never_matches_ends_by_removal_alone(pool: Pool, clusters: dict[str, int]) -> None:
    ad = last_ad(pool.ap("ap1"), clusters["never_matches"])
    assert ad["JobStatus"] == str(REMOVED)
    assert "NumShadowStarts" not in ad


def test_a_factory_makes_all_its_jobs(pool: Pool, clusters: dict[str, int]) -> None:
    ends = [last_ad(pool.ap("ap1"), clusters["materialised_late"], proc)["JobStatus"] for proc in range(5)]
    assert ends == [str(COMPLETED)] * 5


def test_files_that_a_plugin_moves_leave_transfer_records(pool: Pool, clusters: dict[str, int]) -> None:
    text = "".join(path.read_text("utf-8") for path in pool.ap("ap1").epoch_files())
    kinds = {
        (kind, int(cluster)) for kind, cluster in re.findall(r"^\*\*\* (INPUT|OUTPUT) ClusterId=(\d+)", text, re.M)
    }
    assert {("INPUT", clusters["takes_input"]), ("OUTPUT", clusters["leaves_output"])} <= kinds
    assert (pool.state / "store" / "out" / "made").stat().st_size == 1000
