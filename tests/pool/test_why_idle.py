"""Why jobs of a real pool are not running: what its daemons say of them, asked, built and evaluated."""

from pathlib import Path

import pytest

from pipeline.cube import Cube
from pipeline.matching import wording
from pipeline.matching.evaluation import Condition, Verdict
from pipeline.matching.why_idle import IdleGroup, WhyIdle
from pipeline.publish import publish
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.pool import shapes
from tests.pool.asked import Asked
from tests.pool.pool import Pool


@pytest.fixture
def asked(pool: Pool, tmp_path: Path) -> Asked:
    return Asked.of(pool, tmp_path / "asked")


def verdict(group: IdleGroup) -> Verdict:
    assert group.verdict is not None
    return group.verdict


def condition(group: IdleGroup, text: str) -> Condition:
    return next(one for one in verdict(group).conditions if text in one.text)


def collected(asked: Asked) -> WhyIdle:
    """What the cube says after queue and slots were asked; slots a second time, for what the queue speaks of."""
    assert [visit.error for visit in asked.poll("schedds", streams=["queue"]).values()] == [None, None]
    assert asked.poll("pool")["pool"].error is None
    publish(asked.lake, Settings(lake=asked.lake.root), lambda step: None)
    cube = Cube.open(asked.lake.root)
    (pool,) = cube.pools(LOCAL)
    return cube.why_idle(pool.name, None, LOCAL)


def test_each_idle_job_is_told_what_keeps_it(asked: Asked, pool: Pool) -> None:
    ap = pool.ap("ap1")
    clusters = {
        "memory": ap.submit("alice", shapes.sleeps(60, request_memory=9_999_999)),
        "typo": ap.submit("alice", shapes.sleeps(60, requirements="TARGET.HasSingularty == true"), 2),
        "site": ap.submit(
            "bob", shapes.sleeps(60, requirements='GLIDEIN_Site == "Nowhere" || GLIDEIN_Site == "Elsewhere"')
        ),
        "one": ap.submit(
            "bob", shapes.sleeps(60, requirements='TARGET.GLIDEIN_Site == "Alpha" && TARGET.Arch == "VAX"')
        ),
    }
    pool.wait_until(lambda: len(ap.queue("JobStatus == 1")) == 5, "all are idle")
    found = collected(asked)
    for cluster in clusters.values():
        ap.remove(cluster)
    ap.wait_idle()
    groups = {
        name: next(one for one in found.groups if f"#{number}." in one.example) for name, number in clusters.items()
    }
    assert found.slots == 3
    assert all(verdict(group).matching_slots == 0 for group in groups.values())
    assert all(not one.not_collected for group in groups.values() for one in verdict(group).conditions)
    memory = condition(groups["memory"], "RequestMemory")
    assert (memory.slots, memory.slots_without, memory.clauses) == (0, 3, ("TARGET.Memory >= RequestMemory",))
    typo = condition(groups["typo"], "HasSingularty")
    assert (typo.slots, typo.slots_without, typo.nowhere, groups["typo"].jobs) == (0, 3, ("HasSingularty",), 2)
    assert condition(groups["site"], "Nowhere").slots_without == 3
    assert [condition(groups["one"], text).slots for text in ("Alpha", "VAX")] == [1, 0]
    assert condition(groups["one"], "VAX").slots_without == 1
    assert "No slot advertises HasSingularty" in wording.said(groups["typo"], found).advice
