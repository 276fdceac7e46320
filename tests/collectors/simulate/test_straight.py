"""`htc-ledger simulate --to lake`: rows that a ledger can be built of."""

from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from collectors.simulate.plan import Plan
from collectors.simulate.straight import CLUSTER, append_jobs, write_straight
from pipeline.cube import Cube
from pipeline.errors import LakeError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.schema import ATTEMPT_RECORD, JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.collectors.simulate.test_command import command

PLAN = Plan(days=5, jobs=4000, label="straight")


def rows(lake: Lake) -> list[pa.Table]:
    return [lake.read(table).sort_by("record_id") for table in (JOB, ATTEMPT_RECORD)]


def test_equal_plans_give_equal_rows_and_another_seed_others(tmp_path: Path) -> None:
    lakes = [Lake(tmp_path / name) for name in ("one", "two", "other")]
    for lake, seed in zip(lakes, (1, 1, 2), strict=True):
        write_straight(Plan(days=5, jobs=4000, label="straight", seed=seed), lake)
    assert rows(lakes[0]) == rows(lakes[1])
    assert rows(lakes[0]) != rows(lakes[2])


def test_every_second_of_its_jobs_is_charged_and_no_residual_is_left(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    write_straight(PLAN, lake)
    jobs = lake.read(JOB)
    publish(lake, Settings(lake=tmp_path), lambda step: None)
    core_s = sum(
        wall * cores
        for wall, cores in zip(
            jobs.column("wall_s").to_pylist(), jobs.column("request_cpus_milli").to_pylist(), strict=True
        )
    )
    cube = Cube.open(tmp_path)
    for booking in ("used", "ended"):
        (found,) = cube.usage(UsageQuery(metrics=("cpu_h", "jobs"), booking=booking), LOCAL).to_pylist()
        assert found["jobs"] == PLAN.jobs
        assert found["cpu_h"] == pytest.approx(core_s / 3_600_000, rel=1e-12)


def test_jobs_of_one_cluster_share_their_user_and_access_point(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    write_straight(PLAN, lake)
    jobs = lake.read(JOB).to_pylist()
    clusters = {(job["ap"], job["cluster"]): job["user"] for job in jobs}
    assert len(clusters) == PLAN.jobs // CLUSTER
    assert all(job["user"] == clusters[job["ap"], job["cluster"]] for job in jobs)
    assert len({(job["ap"], job["cluster"], job["proc"]) for job in jobs}) == PLAN.jobs


def test_further_jobs_come_after_the_last_day(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    write_straight(PLAN, lake)
    append_jobs(PLAN, lake, PLAN.jobs, PLAN.jobs + 100)
    submitted = lake.read(JOB).sort_by("record_id").column("submit_utc").to_pylist()
    assert len(submitted) == PLAN.jobs + 100
    assert max(submitted[: PLAN.jobs]) < PLAN.end_utc <= min(submitted[PLAN.jobs :])


def test_a_pool_is_written_once(tmp_path: Path) -> None:
    write_straight(PLAN, Lake(tmp_path))
    with pytest.raises(LakeError, match="already") as refused:
        write_straight(PLAN, Lake(tmp_path))
    assert "--label" in refused.value.hint
    write_straight(Plan(days=5, jobs=100, label="other"), Lake(tmp_path))
    assert set(Lake(tmp_path).read(JOB).column("pool").to_pylist()) == {PLAN.pool, "other (simulated)"}


def test_the_command_says_what_comes_next_and_wants_no_folder(tmp_path: Path) -> None:
    words = ["--to", "lake", "--lake", str(tmp_path / "lake"), "--jobs", "200", "--days", "2"]
    result = CliRunner().invoke(command(), words)
    assert result.exit_code == 0, result.output
    assert "200 jobs of prairie (simulated)" in result.stdout
    assert "htc-ledger build" in result.stdout
    refused = CliRunner().invoke(command(), [str(tmp_path / "folder"), *words])
    assert "a folder is named" in str(refused.exception)
    unnamed = CliRunner().invoke(command(), ["--jobs", "200"])
    assert "no folder is named" in str(unnamed.exception)
