"""Planted faults: what happens where and from when, what the records say of it, and what they keep to themselves."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from collectors.simulate.events import troubles
from collectors.simulate.faults import Truth
from collectors.simulate.jobs import records
from collectors.simulate.plan import FAULTS, Plan
from collectors.simulate.plant import plant, truths
from collectors.simulate.population import populate
from collectors.simulate.records import Attempt, Job
from collectors.simulate.said import words
from collectors.simulate.straight_records import write_records
from collectors.simulate.write import write_pool
from pipeline.errors import SettingsError, UsageError
from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, JOB, TRANSFER, Table
from pipeline.settings import Settings
from pipeline.triage.classify import classify
from pipeline.triage.taxonomy import taxonomy
from tests.collectors.simulate.test_command import command
from tests.ingesting import ingest

PLAN = Plan(seed=5, days=14, jobs=12_000, faults=FAULTS)
SMALL = Plan(seed=2, days=10, jobs=400, faults=FAULTS)
SECTIONS: list[tuple[str, ...]] = [(name,) for name in FAULTS if name != "over_requested_memory"]
SECTIONS += [("background", name) for name in ("transfer", "web", "host", "site", "user")]
Runs = list[tuple[Job, Attempt]]


@cache
def runs(plan: Plan) -> Runs:
    population = populate(plan)
    found = records(plan, population, troubles(plan, population))
    return [(record.job, record.attempt) for record in found if record.kind == "EPOCH" and record.attempt is not None]


def truth_of(fault: str, plan: Plan = PLAN) -> Truth:
    return next(truth for truth in truths(plan, populate(plan)) if truth.fault == fault)


HERE: dict[str, Callable[[Job, Attempt, str], bool]] = {
    "host": lambda job, run, value: run.host.name == value,
    "site": lambda job, run, value: run.site.name == value,
    "user": lambda job, run, value: job.request.user.user == value,
    "image": lambda job, run, value: job.request.image == value,
    "cache": lambda job, run, value: bool(run.moved_in) and run.moved_in[-1].endpoint == value,
}


def shares(truth: Truth, plan: Plan = PLAN) -> tuple[float, float]:
    """Shares of runs there that did not succeed: of those before the fault, and of those that began in it."""
    there = [(job, run) for job, run in runs(plan) if HERE[truth.dimension](job, run, truth.value)]
    before = [run for _, run in there if run.end < truth.from_utc]
    during = [run for job, run in there if truth.from_utc <= _begins(truth, job, run) < truth.until_utc]
    assert min(len(before), len(during)) >= 10
    return _failed(before), _failed(during)


def _begins(truth: Truth, job: Job, run: Attempt) -> int:
    """From when a run can suffer: a typo is in what was submitted after it was made."""
    return job.submit if truth.fault == "typo" else run.start


def _failed(some: list[Attempt]) -> float:
    return sum(run.ending.kind != "done" or run.ending.exit_code != 0 for run in some) / len(some)


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in ("over_requested_memory", "walltime_policy")])
def test_from_its_beginning_on_a_fault_fails_many_more_runs_at_its_place(fault: str) -> None:
    before, during = shares(truth_of(fault))
    assert during > 0.4
    assert during > 1.5 * before


def test_after_a_new_limit_no_run_of_that_site_lasts_longer() -> None:
    truth = truth_of("walltime_policy")
    there = [run for _, run in runs(PLAN) if run.site.name == truth.value and run.executing is not None]
    late = [run.output - run.start for run in there if run.start > truth.from_utc and run.ending.kind == "held"]
    assert max(run.output - run.start for run in there if run.end < truth.from_utc) > 6 * 3600
    assert max(run.output - (run.executing or 0) for run in there if run.start > truth.from_utc) <= 4 * 3600
    assert late


def test_who_asks_for_too_much_memory_uses_what_was_used_before() -> None:
    truth = truth_of("over_requested_memory")
    there = [(job, run) for job, run in runs(PLAN) if job.request.user.user == truth.value and run.number == 0]
    before = [(job, run) for job, run in there if job.submit < truth.from_utc]
    after = [(job, run) for job, run in there if job.submit >= truth.from_utc]
    asked = [sum(job.request.memory_mib for job, _ in some) / len(some) for some in (before, after)]
    used = [sum(run.rss_kib for _, run in some) / len(some) for some in (before, after)]
    assert asked[1] > 4 * asked[0]
    assert 0.4 < used[1] / used[0] < 2.5


def test_a_fault_is_at_the_same_place_whichever_others_are_planted() -> None:
    together = {truth.fault: truth for truth in truths(PLAN, populate(PLAN))}
    for fault in FAULTS:
        (alone,) = truths(replace(PLAN, faults=(fault,)), populate(PLAN))
        assert alone == together[fault]


@pytest.mark.parametrize("seed", range(20, 26))
def test_no_two_faults_share_a_site_or_a_person_and_all_begin_in_the_second_half(seed: int) -> None:
    plan = replace(PLAN, seed=seed)
    population = populate(plan)
    found = truths(plan, population)
    assert [truth.fault for truth in found] == list(FAULTS)
    hosts = {h.name: s.name for s in population.sites for r in s.resources for h in r.hosts}
    places = Counter(hosts.get(t.value, t.value) for t in found if t.dimension in ("host", "site"))
    people = Counter(truth.value for truth in found if truth.dimension == "user")
    assert (len(places), len(people)) == (5, 3)
    half = (plan.begin_utc + plan.end_utc) // 2
    assert all(half < truth.from_utc < plan.end_utc for truth in found)


def test_no_record_names_a_fault() -> None:
    said = {run.ending.reason or "" for _, run in runs(PLAN)}
    names = {run.host.name for _, run in runs(PLAN)} | {job.request.submit_file for job, _ in runs(PLAN)}
    assert not [text for text in said | names for fault in FAULTS if fault in text]


@pytest.mark.parametrize("section", SECTIONS, ids="-".join)
def test_what_runs_say_has_a_class_and_that_of_its_fault(section: tuple[str, ...]) -> None:
    named = set(truth_of(section[0]).classes) if len(section) == 1 else set(taxonomy().classes) - {"unknown"}
    assert named <= taxonomy().classes.keys()
    for said in words(*section).said:
        if said.kind != "done":
            assert classify(said.text, said.code, said.subcode).failure in named


def test_a_pool_without_faults_has_ordinary_failures_of_many_kinds_and_no_troubles() -> None:
    plan = replace(PLAN, faults=())
    population = populate(plan)
    assert truths(plan, population) == ()
    kinds = Counter(run.ending.kind if run.ending.exit_code is None else "exit" for _, run in runs(plan))
    share = _failed([run for _, run in runs(plan)])
    assert set(kinds) >= {"held", "evicted", "removed", "exit", "done"}
    assert 0.1 < share < 0.3
    assert not troubles(plan, population).is_dead(population.sites[3], plan.end_utc)


def test_hosts_and_users_differ_many_times_over_in_what_they_fail_by_themselves() -> None:
    plan = replace(PLAN, faults=())
    found = plant(plan, populate(plan)).faults[-1]
    rates = sorted(found.hosts.values()), sorted(found.users.values())  # type: ignore[attr-defined]
    assert all(some[-1] > 5 * some[len(some) // 2] or some[-1] > 5 * some[0] for some in rates)


def test_a_plan_without_the_word_has_the_usual_troubles_and_nothing_planted() -> None:
    plan = Plan(seed=5)
    population = populate(plan)
    assert plant(plan, population).faults == ()
    assert troubles(plan, population).bad_from < plan.end_utc


def test_a_fault_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsError, match="gremlins") as refused:
        Plan(faults=("gremlins",))
    assert "typo" in refused.value.hint


def rows(lake: Lake, table: Table) -> list[dict[str, object]]:
    apart = {"record_id", "source", "offset_bytes", "read_utc"}
    found = [{n: v for n, v in row.items() if n not in apart} for row in lake.read(table).to_pylist()]
    return sorted(found, key=str)


@pytest.mark.parametrize("table", [JOB, ATTEMPT_RECORD, TRANSFER], ids=lambda table: table.name)
def test_the_lake_has_the_rows_that_would_be_read_from_the_files(table: Table, tmp_path: Path) -> None:
    written = write_pool(SMALL, tmp_path / "files")
    Lake(tmp_path / "read").create()
    ingest(written.files, Settings(lake=tmp_path / "read"))
    write_records(SMALL, Lake(tmp_path / "straight"))
    read, straight = rows(Lake(tmp_path / "read"), table), rows(Lake(tmp_path / "straight"), table)
    assert len(read) == len(straight) > 100
    named = {name for row in straight for name, value in row.items() if value is not None}
    pairs = zip(*(sorted(({n: r[n] for n in named} for r in some), key=str) for some in (read, straight)), strict=True)
    assert [pair for pair in pairs if pair[0] != pair[1]] == []


def test_the_command_writes_the_truth_beside_the_lake(tmp_path: Path) -> None:
    words = ["--to", "lake", "--lake", str(tmp_path / "lake"), "--jobs", "300", "--days", "5", "--fault", "typo"]
    result = CliRunner().invoke(command(), [*words, "--truth", str(tmp_path / "truth.json")])
    assert result.exit_code == 0, result.output
    (told,) = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert (told["fault"], told["dimension"]) == ("typo", "user")
    assert told["value"].endswith("@prairie.simulated")


def test_without_faults_there_is_no_truth_to_write(tmp_path: Path) -> None:
    result = CliRunner().invoke(command(), [str(tmp_path / "files"), "--truth", str(tmp_path / "truth.json")])
    assert isinstance(result.exception, UsageError)
    assert not (tmp_path / "truth.json").exists()
