"""What can happen to a source or a lake, with real daemons: a clear state, no loss, and recovery without a hand."""

import time
from pathlib import Path

import pytest

from tests.disks import filled, read_only, small_disk
from tests.pool import shapes
from tests.pool.access_point import AccessPoint
from tests.pool.fixtures import StartPool
from tests.pool.operator import Operator, on_disk
from tests.pool.plan import AUTHENTICATED_READ, AccessPointPlan, PoolPlan
from tests.pool.pool import Pool

ASKED = 'name = "asked"\nkind = "schedds"\nstreams = ["history", "epochs", "queue"]\ntimeout_s = 8'
SMALL = AccessPointPlan("ap1", history_bytes=40_000, epoch_bytes=40_000, starts_per_s=2)
SHORT = shapes.sleeps(0, project="physics")


def some_jobs(pool: Pool, count: int = 3) -> None:
    for ap in pool.access_points.values():
        ap.submit("alice", SHORT, count)
    pool.wait_idle()


@pytest.fixture
def operator(pool: Pool, tmp_path: Path) -> Operator:
    """Asks every access point of the pool that all tests share."""
    return Operator.of(tmp_path / "operator", pool.client_config(tmp_path / "client", pool.token("reader")), ASKED)


@pytest.fixture
def aps(pool: Pool) -> list[AccessPoint]:
    return list(pool.access_points.values())


def recovers(operator: Operator, aps: list[AccessPoint]) -> None:
    operator.collects()
    assert operator.is_well()
    assert operator.jobs() == on_disk(*aps)


def test_a_stopped_schedd_is_told_and_its_jobs_come_when_it_is_back(
    operator: Operator, pool: Pool, aps: list[AccessPoint]
) -> None:
    some_jobs(pool)
    operator.collects()
    aps[0].stop_schedd()
    operator.fails(aps[0].full_name)
    aps[0].start_schedd()
    some_jobs(pool)
    recovers(operator, aps)


def test_a_port_behind_a_firewall_is_told_and_holds_up_no_other(
    operator: Operator, pool: Pool, aps: list[AccessPoint]
) -> None:
    operator.collects()
    some_jobs(pool)
    with pool.firewall(aps[0]):
        operator.fails(aps[0].full_name)
        assert {job for job in on_disk(*aps) if job[0] == aps[1].full_name} <= operator.jobs()
    recovers(operator, aps)


def test_a_schedd_that_answers_long_after_the_time_out_is_given_up_and_asked_again(
    operator: Operator, pool: Pool, aps: list[AccessPoint]
) -> None:
    operator.collects()
    some_jobs(pool)
    aps[1].freeze("schedd")
    try:
        operator.fails(aps[1].full_name)
    finally:
        aps[1].thaw("schedd")
    aps[1].wait_answers()
    recovers(operator, aps)


def test_a_wrong_token_is_refused_and_told_and_a_right_one_mends_it(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool(PoolPlan(lines=AUTHENTICATED_READ, access_points=(AccessPointPlan("ap1"),)))
    some_jobs(pool)
    folder = tmp_path / "client"
    operator = Operator.of(tmp_path / "operator", pool.client_config(folder, pool.strange_token()), ASKED)
    answer = operator.run("collect")
    assert (answer.code, "Traceback" in answer.err) == (1, False)
    (refused,) = operator.status()["sources"]
    assert refused["state"] == "failing"
    assert "token" in refused["hint"].lower()
    assert operator.jobs() == set()
    pool.client_config(folder, pool.token("reader", "READ"))
    operator.collects()
    assert operator.jobs() == on_disk(*pool.access_points.values())


def test_a_full_disk_and_a_read_only_lake_are_told_and_nothing_is_lost(
    operator: Operator, pool: Pool, aps: list[AccessPoint]
) -> None:
    lake = operator.ledger.lake
    with small_disk(lake.parent, "6m") as disk:
        operator.collects()
        some_jobs(pool)
        with filled(disk, free_kib=8):
            answer = operator.run("collect")
            assert (answer.code, "Traceback" in answer.err) == (1, False)
            assert "no space left" in answer.err.lower()
            assert operator.status()["lake"]["state"] == "full"
        with read_only(lake):
            answer = operator.run("collect")
            assert (answer.code, "Traceback" in answer.err) == (1, False)
            assert "read-only" in answer.err.lower()
            assert operator.status()["lake"]["state"] == "read-only"
        recovers(operator, aps)


@pytest.fixture
def watched(start_pool: StartPool, tmp_path: Path) -> tuple[AccessPoint, Operator]:
    """An access point whose files rotate often and are collected; nothing is known to be missing."""
    pool = start_pool(PoolPlan(access_points=(SMALL,)))
    ap = pool.ap("ap1")
    paths = f'name = "files"\nkind = "files"\npaths = ["{ap.spool}/history*", "{ap.spool}/epoch_history*"]'
    queue = ASKED.replace('["history", "epochs", "queue"]', '["queue"]')
    operator = Operator.of(
        tmp_path / "operator", pool.client_config(tmp_path / "client", pool.token("reader")), paths, queue
    )
    some_jobs(pool, 12)
    operator.collects()
    state, sentence = operator.badge()
    assert state == "unknown", sentence
    assert "it is not proven" in sentence, "collection began in the middle of this day"
    return ap, operator


def test_a_record_deleted_from_the_middle_of_a_file_turns_the_badge(watched: tuple[AccessPoint, Operator]) -> None:
    ap, operator = watched
    ap.submit("alice", SHORT, 12)
    ap.wait_idle()
    history = ap.history_files()[-1]
    lines = history.read_bytes().splitlines(keepends=True)
    ends = [number for number, line in enumerate(lines) if line.startswith(b"***")]
    assert len(ends) > 2
    history.write_bytes(b"".join(lines[: ends[0] + 1] + lines[ends[1] + 1 :]))
    operator.run("collect")
    operator.run("collect")
    state, sentence = operator.badge()
    assert state == "partial", sentence


def test_a_rotation_deleted_before_it_was_read_turns_the_badge(watched: tuple[AccessPoint, Operator]) -> None:
    ap, operator = watched
    known = set(ap.history_files())
    ap.submit("alice", SHORT, 40)
    ap.wait_idle()
    fresh = [path for path in ap.history_files() if path not in known]
    assert len(fresh) >= 3, fresh
    fresh[len(fresh) // 2].unlink()
    operator.run("collect")
    time.sleep(61)  # files that rotate within a second tell nothing: the queue, and history read a minute later, do
    ap.submit("alice", SHORT)
    ap.wait_idle()
    operator.run("collect")
    state, sentence = operator.badge()
    assert state == "partial", sentence
    assert "without a final ad" in sentence or "a rotation between" in sentence
