"""Daemons that are asked over the network, of both versions: the same rows as from their files, and nothing hidden."""

import shlex
from pathlib import Path

import pytest

from pipeline.lake import Lake
from pipeline.schema import (
    ACCOUNTING_AD,
    COVERAGE,
    JOB,
    NEGOTIATOR_AD,
    QUEUE_JOB,
    QUEUE_LEFT,
    SCHEDD_AD,
    SLOT_AD,
    SUBMITTER_AD,
)
from pipeline.settings import Settings
from tests.ingesting import ingest
from tests.pool import shapes
from tests.pool.access_point import AccessPoint
from tests.pool.fixtures import StartPool
from tests.pool.installed import Suite
from tests.pool.killing import RECORDS
from tests.pool.operator import Operator, on_disk
from tests.pool.plan import AccessPointPlan, ComputeElementPlan, PoolPlan
from tests.pool.pool import Pool

EVERYTHING = (
    'name = "aps"\nkind = "schedds"',
    'name = "eps"\nkind = "startds"',
    'name = "pool"\nkind = "pool"',
)
ONE = PoolPlan(access_points=(AccessPointPlan("ap1"),))


def operator(pool: Pool, folder: Path, *sources: str) -> Operator:
    return Operator.of(folder / "operator", pool.client_config(folder / "client", pool.token("reader")), *sources)


def ids(lake: Lake) -> dict[str, list[int]]:
    return {
        table.name: sorted(row["record_id"] for row in lake.read(table, ["record_id"]).to_pylist()) for table in RECORDS
    }


def a_mixture(ap: AccessPoint) -> None:
    """Jobs of several fates, one with a request that is an expression over an attribute of its own."""
    ap.submit("alice", shapes.sleeps(0, project='a \\"quoted\\" project'), 3)
    ap.submit("alice", shapes.exits(3))
    ap.submit("carol", shapes.local(0))
    ap.submit(
        "bob",
        shapes.job("/bin/true", request_memory="ifThenElse(MyOwn =?= 3, 77, 20)", My__Own=3).replace(
            "My__Own", "+MyOwn"
        ),
    )
    running = ap.submit("bob", shapes.sleeps(600), 2)
    ap.wait_running(running)
    ap.evict(f"{running}.0")
    ap.wait_running(running)
    ap.remove(running)
    ap.wait_idle()


@pytest.mark.parametrize("suite", ["forky", "trixie"])
def test_what_daemons_answer_is_what_stands_in_their_files(suite: Suite, start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool(PoolPlan(suite=suite, access_points=ONE.access_points))
    ap = pool.ap("ap1")
    a_mixture(ap)
    held = ap.submit("carol", shapes.held_from_the_start(), 2)
    asking = operator(pool, tmp_path, *EVERYTHING)
    asking.collects()
    asking.collects()
    lake, files = Lake(asking.ledger.lake), Lake(tmp_path / "files")
    files.create()
    written = [*ap.history_files(), *ap.epoch_files()]
    written += [path for site in pool.sites.values() for path in site.history_files()]
    ingest(written, Settings(lake=files.root, pool="test"))
    assert ids(lake) == ids(files)
    assert asking.jobs() == on_disk(ap)
    assert {(row["cluster"], row["status"]) for row in lake.read(QUEUE_JOB).to_pylist()} == {(held, 5)}
    ap.remove(held)
    ap.wait_idle()
    asking.collects()
    left = lake.read(QUEUE_LEFT, ["cluster", "proc"]).to_pylist()
    assert sorted(row["proc"] for row in left if row["cluster"] == held) == [0, 1]
    assert lake.count(QUEUE_JOB) == 0
    assert all(lake.count(table) for table in (SLOT_AD, SCHEDD_AD, SUBMITTER_AD, NEGOTIATOR_AD, ACCOUNTING_AD))


def test_a_limit_that_hides_ads_is_a_gap_and_the_tool_sees_behind_it(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool(ONE)
    ap = pool.ap("ap1")
    ap.reconfigure("HISTORY_HELPER_MAX_HISTORY = 10")
    ap.submit("alice", shapes.noop(), 25)
    ap.wait_idle()
    source = 'name = "aps"\nkind = "schedds"\nstreams = ["history"]\npage = 10\nhistory_tool = "{}"'
    without = operator(pool, tmp_path, source.format("no-such-tool"))
    without.run("collect")
    assert len(without.jobs()) == 10
    stated = Lake(without.ledger.lake).read(COVERAGE).to_pylist()
    (gap,) = [row for row in stated if row["state"] == "gap"]
    assert "HISTORY_HELPER_MAX_HISTORY" in gap["evidence"]
    tool = tmp_path / "condor_history"
    inside = ap.namespace.command(["condor_history"], {"CONDOR_CONFIG": f"/pool/etc/{ap.name}.conf"})
    tool.write_text(f'#!/bin/sh\nexec {shlex.join(inside)} "$@"\n', "utf-8")
    tool.chmod(0o755)
    (tmp_path / "with").mkdir()
    having = operator(pool, tmp_path / "with", source.format(tool))
    having.collects()
    assert having.jobs() == on_disk(ap)
    ap.submit("alice", shapes.noop(), 31)
    ap.wait_idle()
    having.collects()
    assert having.jobs() == on_disk(ap)
    assert len(having.jobs()) == len(Lake(having.ledger.lake).read(JOB, ["record_id"])) == 56
    assert {row["state"] for row in Lake(having.ledger.lake).read(COVERAGE).to_pylist()} == {"proven"}


def test_jobs_of_a_ce_are_pilots_and_counted_once(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool(
        PoolPlan(access_points=ONE.access_points, compute_elements=(ComputeElementPlan("ce1", batch="ap1"),))
    )
    ap, ce = pool.ap("ap1"), pool.compute_elements["ce1"]
    ce.submit("alice", shapes.sleeps(2), 2)
    ap.submit("bob", shapes.sleeps(2), 3)
    ce.wait_idle()
    ap.wait_idle()
    asking = operator(
        pool,
        tmp_path,
        'name = "aps"\nkind = "schedds"\nschedds = ["ap1.pool.test"]',
        f'name = "ce"\nkind = "schedds"\nce = true\ncollector = "{ce.collector}"',
    )
    asking.collects()
    assert asking.run("build").code == 0
    rows = asking.ledger.usage("venue", "jobs,wall_h")
    assert {row["venue"]: row["jobs"] for row in rows if row["venue"] in ("pool", "pilot")} == {"pool": 3, "pilot": 2}
