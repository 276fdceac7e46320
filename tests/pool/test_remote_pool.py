"""The live queue and what the collector daemon knows: pictures of a real pool."""

import json
from pathlib import Path

import pytest

from pipeline.schema import ACCOUNTING_AD, COVERAGE, NEGOTIATOR_AD, QUEUE_JOB, SCHEDD_AD, SLOT_AD, SUBMITTER_AD
from tests.pool import shapes
from tests.pool.asked import Asked
from tests.pool.pool import Pool

MIXED = {"NVIDIA A100-SXM4-40GB": 1, "Tesla T4": 1}


@pytest.fixture
def asked(pool: Pool, tmp_path: Path) -> Asked:
    return Asked.of(pool, tmp_path / "asked")


def queued(asked: Asked) -> dict[str, list[tuple[int, int]]]:
    """Access point -> cluster and status of each job."""
    found: dict[str, list[tuple[int, int]]] = {}
    for row in asked.rows(QUEUE_JOB):
        found.setdefault(row["ap"], []).append((row["cluster"], row["status"]))
    return {ap: sorted(jobs) for ap, jobs in found.items()}


def test_the_queue_is_the_newest_picture_of_each_access_point(asked: Asked, pool: Pool) -> None:
    ap1, ap2 = pool.ap("ap1"), pool.ap("ap2")
    idle = ap1.submit("alice", shapes.never_matches(), 23)
    held = ap1.submit("bob", shapes.held_after(3))
    factory = ap2.submit("carol", shapes.materialised_late(50, requirements="TARGET.NoSuchAttribute == 1"))
    ap1.wait_held(held)
    ap2.wait_status(factory, 1)
    visits = asked.poll("schedds", streams=["queue"], page=10, ce=True)
    assert [visit.error for visit in visits.values()] == [None, None]
    assert queued(asked)["ap1.pool.test"] == sorted([(idle, 1)] * 23 + [(held, 5)])
    assert {cluster for cluster, _ in queued(asked)["ap2.pool.test"]} == {factory}
    row = next(row for row in asked.rows(QUEUE_JOB) if row["cluster"] == held)
    assert (row["hold_reason"], row["hold_subcode"], row["request_memory_mib"], row["at_ce"]) == (
        "needs a human", 3, 64, True,
    )  # fmt: skip
    ap1.remove(idle)
    ap2.remove(factory)
    pool.wait_until(lambda: len(ap1.queue()) == 1 and not ap2.queue(), "the queues are short")
    assert asked.poll("schedds", streams=["queue"], schedds=["ap1"])["schedds: queue of ap1.pool.test"].error is None
    assert queued(asked)["ap1.pool.test"] == [(held, 5)]
    assert {cluster for cluster, _ in queued(asked)["ap2.pool.test"]} == {factory}
    ap1.remove(held)
    pool.wait_until(lambda: not ap1.queue(), "the queue is empty")
    asked.poll("schedds", streams=["queue"])
    assert queued(asked) == {}


def test_what_the_collector_knows_becomes_rows_of_each_kind(asked: Asked, pool: Pool) -> None:
    ap = pool.ap("ap1")
    cluster = ap.submit("alice", shapes.gpu(60, project="physics"))
    ap.wait_running(cluster)
    pool.wait_until(lambda: "alice@" in pool.cm.run("condor_status", "-af", "RemoteUser").out, "its slot is known")
    visits = asked.poll("pool")
    again = asked.poll("pool")
    ap.remove(cluster)
    ap.wait_idle()
    assert visits["pool"].error is None
    assert visits["pool"].rejects == 0
    assert again["pool"].new <= visits["pool"].new
    assert {row["name"] for row in asked.rows(SCHEDD_AD)} == {"ap1.pool.test", "ap2.pool.test"}
    assert "alice@pool.test" in {row["name"] for row in asked.rows(SUBMITTER_AD)}
    assert {row["name"] for row in asked.rows(NEGOTIATOR_AD)} == {"cm.pool.test"}
    assert "alice@pool.test" in {row["name"] for row in asked.rows(ACCOUNTING_AD)}
    slots = asked.rows(SLOT_AD)
    whole = {row["name"]: row for row in slots if row["slot_type"] == "Partitionable"}
    assert {name: row["site"] for name, row in whole.items()} == {
        "slot1@alpha.pool.test": "Alpha",
        "slot1@beta.pool.test": "Bêta Universität",
        "slot1@gamma.pool.test": "Gamma",
    }
    gamma = whole["slot1@gamma.pool.test"]
    assert (gamma["total_gpus"], gamma["gpu_model"], json.loads(gamma["gpu_models"])) == (2, None, MIXED)
    (part,) = {(row["gpu_model"], row["remote_user"]) for row in slots if row["slot_type"] == "Dynamic" and row["gpus"]}
    assert part[1] == "alice@pool.test"
    free = json.loads(gamma["gpu_models_free"])
    assert free == {model: number for model, number in MIXED.items() if model != part[0]}
    assert {row["stream"] for row in asked.rows(COVERAGE)} == {"pool"}
