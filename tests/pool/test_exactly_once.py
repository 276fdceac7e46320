"""Real access points write, rotate and die; collectors are killed at every step: each record is in the lake once."""

from collections import Counter
from pathlib import Path

import pytest

from pipeline.lake import Lake
from pipeline.schema import JOB, REJECT
from pipeline.settings import Settings
from tests.ingesting import ingest
from tests.pool.access_point import AccessPoint
from tests.pool.fixtures import StartPool
from tests.pool.killing import STEPS, Collected, Killer, distinct_ads, files_source, killer, remote_source, written
from tests.pool.plan import AccessPointPlan, PoolPlan

TWENTY_ADS = 80_000
"""Bytes at which history and epoch history rotate."""
PLAN = PoolPlan(
    access_points=tuple(
        AccessPointPlan(name, history_bytes=TWENTY_ADS, epoch_bytes=TWENTY_ADS, starts_per_s=8)
        for name in ("ap1", "ap2")
    )
)
ROUNDS = 52
SHORT = "executable = /bin/true\nrequest_memory = 10\nrequest_disk = 10\njob_lease_duration = 20\n"
NOOP = SHORT + "noop_job = true\n"
ABSURD = NOOP + "request_cpus = 1073741824"
KILLS = {"files": 104, "remote": 104, "switched": 52}


def test_killed_at_every_step_the_lake_holds_each_record_once(
    start_pool: StartPool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = start_pool(PLAN)
    aps = list(pool.access_points.values())
    lakes = {name: Collected(tmp_path / name) for name in KILLS}
    lakes["files"].configure(*files_source(*aps))
    lakes["remote"].configure(remote_source())
    lakes["switched"].configure(remote_source())
    with killer(pool.client_config(tmp_path / "client", pool.token("reader"))) as by:
        for number in range(ROUNDS):
            for ap in aps:
                _submit(ap, number)
            for name, kills in KILLS.items():
                lakes[name].kill(by, kills // ROUNDS)
            if number == ROUNDS // 2:
                lakes["switched"].configure(*files_source(*aps))
            if number in (13, 34):
                aps[number % 2].kill_schedd()
        pool.wait_idle(300)
        for lake in lakes.values():
            _finish(lake, by)
    clean = _ingested_once(tmp_path / "clean", aps)
    _everything_on_disk_is_there_once(clean, aps)
    with capsys.disabled():
        _show(lakes)
    for lake in lakes.values():
        assert (lake.only_here(clean), clean.only_here(lake)) == ([], [])
        assert lake.ids() == clean.ids()
        assert lake.totals() == clean.totals()
        assert set(lake.kills) >= set(STEPS)


def _submit(ap: AccessPoint, number: int) -> None:
    ap.submit("alice", NOOP, 6)
    ap.submit("bob", SHORT, 4)
    if number % 10 == 0:
        ap.remove(ap.submit("carol", ABSURD, 2))


def _finish(lake: Collected, by: Killer) -> None:
    lake.finish(by)
    assert lake.kills.total() >= KILLS[lake.folder.name]


def _ingested_once(folder: Path, aps: list[AccessPoint]) -> Collected:
    clean = Collected(folder).configure()
    clean.lake.create()
    ingest([path for ap in aps for path in written(ap)], Settings(lake=clean.lake.root, pool="test"))
    return clean


def _everything_on_disk_is_there_once(clean: Collected, aps: list[AccessPoint]) -> None:
    """Count what is on disk without the product: bytes between banners, and the per-job folder as witness."""
    lake: Lake = clean.lake
    rows = lake.read(JOB, ["ap", "cluster", "proc"]).to_pylist()
    refused = sum(row["kind"] == "history" for row in lake.read(REJECT, ["kind"]).to_pylist())
    assert refused > 0
    assert len(rows) + refused == sum(distinct_ads(ap.history_files()) for ap in aps)
    assert len(rows) > 1000
    assert all(len(ap.history_files()) > 20 for ap in aps)
    known = {(row["ap"], f"history.{row['cluster']}.{row['proc']}") for row in rows}
    witnessed = {(ap.full_name, path.name) for ap in aps for path in ap.per_job.glob("history.*")}
    assert known <= witnessed
    assert len(witnessed) == len(known) + refused


def _show(lakes: dict[str, Collected]) -> None:
    print("\nkills by step")  # noqa: T201
    for name, lake in lakes.items():
        shown = ", ".join(f"{step} {times}" for step, times in Counter(lake.kills).most_common())
        print(f"  {name}: {lake.kills.total()} ({shown})")  # noqa: T201
