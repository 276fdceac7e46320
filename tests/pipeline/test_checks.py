"""Each check finds nothing in a right ledger, and finds its rule broken when it is."""

import shutil
from pathlib import Path

import duckdb
import pytest

from pipeline import build, rules, workbench
from pipeline.errors import CheckFailed
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.pipeline.ledger_rows import small_ledger
from tests.pipeline.polled_rows import polled_pool

BREAK = {
    "attempt_is_unique": "INSERT INTO attempt FROM attempt LIMIT 1",
    "job_is_unique": "INSERT INTO job FROM job LIMIT 1",
    "charges_add_up_to_attempts": "UPDATE charge SET wall_s = wall_s + 1 WHERE kind = 'attempt'",
    "job_reconciles": "UPDATE job SET wall_s = wall_s + 1",
    "residuals_add_up": "DELETE FROM charge WHERE kind = 'residual'",
    "repeated_ads_count_once": "UPDATE job SET final_ads = 2",
    "ended_jobs_are_booked_once": "INSERT INTO charge_ended FROM charge_ended WHERE kind = 'job' LIMIT 1",
    "days_add_up": "UPDATE usage_day SET gpu_s = gpu_s + 1",
    "nothing_is_negative": "UPDATE charge SET cpu_used_us = -1",
    "simulated_pools_are_apart": "UPDATE attempt SET ap = 'ap1.prairie.simulated'",
    "coverage_day_is_unique": "INSERT INTO coverage_day FROM coverage_day LIMIT 1",
    "complete_days_lack_nothing": "UPDATE coverage_day SET state = 'complete'",
    "missing_jobs_are_not_known": "UPDATE missing_job SET first_proc = 0",
    "what_is_told_twice_is_counted_once": "UPDATE attempt SET venue = 'pool' WHERE venue = 'routed'",
    "gpu_models_add_up": "UPDATE usage_day SET gpu_s = 7",
    "names_are_mapped_once": "INSERT INTO project_day FROM project_day LIMIT 1",
    "buckets_add_up_to_charges": "UPDATE waste SET rest_s = rest_s + 1",
    "buckets_add_up_to_usage": "UPDATE waste_day SET core_us = core_us + 1",
    "each_charge_is_in_the_buckets_once": "INSERT INTO waste FROM waste LIMIT 1",
    "each_job_is_counted_once_a_day": "DELETE FROM itinerary WHERE what = 'job'",
    "itineraries_add_up": "UPDATE itinerary_user_day SET n = n + 1",
    "rollups_add_up_to_usage": "UPDATE usage_site_day SET mcore_s = mcore_s + 1",
    "rollups_add_up_to_waste": "UPDATE waste_user_day SET core_us = core_us + 1",
    "transfers_add_up": "INSERT INTO file_moved (pool, result) VALUES ('pool', 'done')",
    "each_failed_attempt_has_one_failure": "DELETE FROM failure WHERE rowid = 0",
    "failures_are_of_failed_attempts": "UPDATE attempt SET outcome = 'succeeded'",
    "provisional_usage_is_of_open_runs": "UPDATE attempt SET end_utc = start_utc + 1",
}


@pytest.fixture(scope="module")
def built(shared_lake: Lake) -> Path:
    """The built tables of the small ledger and of a polled pool. Do not write to them."""
    small_ledger(shared_lake)
    polled_pool(shared_lake)
    settings = Settings(lake=shared_lake.root)
    target = shared_lake.root / "cube"
    build.build(build.inputs(shared_lake, settings), target, settings, lambda step: None)
    return target


@pytest.fixture
def ledger(built: Path, tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """Those tables, writable, for one test."""
    return duckdb.connect(shutil.copy(built, tmp_path / "cube"))


@pytest.mark.parametrize("check", list(rules.checks()), ids=lambda check: check.name)
def test_check_holds_until_its_rule_is_broken(check: rules.Check, ledger: duckdb.DuckDBPyConnection) -> None:
    workbench.hold(ledger, check)
    ledger.execute(BREAK[check.name])
    with pytest.raises(CheckFailed, match=check.name):
        workbench.hold(ledger, check)


@pytest.mark.parametrize(
    ("check", "broken"),
    [
        ("buckets_add_up_to_charges", "UPDATE waste SET used_core_us = rest_s * cores_milli * 1000 + 1"),
        ("buckets_add_up_to_charges", "UPDATE waste SET used_memory_mib_s = -1"),
        ("buckets_add_up_to_charges", "UPDATE waste SET rest_s = rest_s + 1, suspended_s = -1"),
        ("buckets_add_up_to_charges", "UPDATE waste SET rest_bucket = NULL"),
        ("buckets_add_up_to_usage", "UPDATE waste_day SET project = 'another'"),
        ("buckets_add_up_to_usage", "UPDATE waste_day SET memory_mib_s = NULL"),
        ("buckets_add_up_to_usage", "DELETE FROM waste_day WHERE bucket = 'evicted'"),
        ("each_charge_is_in_the_buckets_once", "DELETE FROM waste WHERE attempt_id IS NULL AND booking = 'used'"),
        ("each_charge_is_in_the_buckets_once", "INSERT INTO phase FROM phase LIMIT 1"),
    ],
)
def test_time_cannot_leave_the_buckets_or_be_in_two(check: str, broken: str, ledger: duckdb.DuckDBPyConnection) -> None:
    ledger.execute(broken)
    (rule,) = (known for known in rules.checks() if known.name == check)
    with pytest.raises(CheckFailed, match=check):
        workbench.hold(ledger, rule)


@pytest.mark.parametrize(
    ("check", "broken"),
    [
        ("each_job_is_counted_once_a_day", "UPDATE count_day SET attempts = attempts + 1"),
        ("each_job_is_counted_once_a_day", "INSERT INTO charge SELECT * REPLACE (7 AS job_id) FROM charge LIMIT 1"),
        ("itineraries_add_up", "DELETE FROM itinerary_project_day WHERE what = 'attempt'"),
        ("itineraries_add_up", "UPDATE itinerary SET by_site = 1"),
        ("rollups_add_up_to_usage", "DELETE FROM usage_user_day"),
        ("rollups_add_up_to_usage", "UPDATE usage_project_day SET jobs = jobs + 1"),
        ("rollups_add_up_to_usage", "UPDATE usage_project_day SET venue = 'routed' WHERE venue = 'pool'"),
        ("rollups_add_up_to_waste", "UPDATE waste_site_day SET bucket = 'idle'"),
        ("rollups_add_up_to_waste", "UPDATE waste_project_day SET succeeded = NOT succeeded"),
    ],
)
def test_what_is_made_to_serve_is_what_it_was_made_of(
    check: str, broken: str, ledger: duckdb.DuckDBPyConnection
) -> None:
    ledger.execute(broken)
    (rule,) = (known for known in rules.checks() if known.name == check)
    with pytest.raises(CheckFailed, match=check):
        workbench.hold(ledger, rule)


def test_a_build_that_breaks_a_rule_leaves_no_file(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_ledger(lake)
    settings = Settings(lake=lake.root)
    broken = rules.Check("always", "never holds", "SELECT 1 AS one")
    monkeypatch.setattr(build, "checks", lambda: iter([broken]))
    with pytest.raises(CheckFailed, match="never holds"):
        build.build(build.inputs(lake, settings), tmp_path / "cube", settings, lambda step: None)
    assert not (tmp_path / "cube").exists()
