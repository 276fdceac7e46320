"""Equal plans give equal pools, in little memory; names are made up; numbers out of bounds are refused."""

import hashlib
import re
import subprocess
import sys
import tracemalloc
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collectors.simulate import names
from collectors.simulate.events import troubles
from collectors.simulate.jobs import records
from collectors.simulate.plan import Plan
from collectors.simulate.population import populate
from collectors.simulate.submissions import hourly
from collectors.simulate.write import write_pool
from pipeline.errors import SettingsError
from pipeline.pools import is_simulated
from tests.conftest import ROOT

SMALL = Plan(seed=3, days=12, jobs=600)
INSTITUTIONS = re.compile(r"univ|instit|college|labor|lab\b|center|centre|hospital|cern|school|state|polytech", re.I)


def digest(plan: Plan, folder: Path) -> str:
    written = write_pool(plan, folder)
    return hashlib.sha256(b"".join(path.read_bytes() for path in written.files)).hexdigest()


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    assert digest(SMALL, tmp_path / "a") == digest(SMALL, tmp_path / "b")


def test_the_same_plan_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    for salt in ("1", "2"):
        code = (
            "import sys, pathlib, collectors.simulate.write as w, collectors.simulate.plan as p\n"
            f"w.write_pool(p.Plan(days=4, jobs=200), pathlib.Path({str(tmp_path / salt)!r}))"
        )
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env={"PYTHONHASHSEED": salt})
    one, two = ([path.read_bytes() for path in sorted((tmp_path / salt).glob("*/*"))] for salt in ("1", "2"))
    assert len(one) == 6
    assert one == two


def test_another_seed_gives_another_pool(tmp_path: Path) -> None:
    assert digest(SMALL, tmp_path / "a") != digest(replace(SMALL, seed=4), tmp_path / "b")


def peak_bytes(plan: Plan) -> int:
    population = populate(plan)
    planted = troubles(plan, population)
    for _ in records(plan, population, planted):  # once before, so that what is loaded only once is not counted
        break
    tracemalloc.start()
    for _ in records(plan, population, planted):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_ten_times_the_jobs_of_the_same_load_take_no_more_memory() -> None:
    assert peak_bytes(Plan(days=90, jobs=20_000)) < 4 * peak_bytes(Plan(days=9, jobs=2000))


def test_access_points_are_marked_as_simulated() -> None:
    plan = Plan(access_points=12, label="tundra")
    assert plan.aps[11] == "ap12.tundra.simulated"
    assert all(map(is_simulated, plan.aps))


def test_the_last_day_ends_at_midnight_utc() -> None:
    plan = Plan(days=2, end=date(2026, 3, 1))
    assert datetime.fromtimestamp(plan.begin_utc, UTC) == datetime(2026, 2, 28, tzinfo=UTC)
    assert datetime.fromtimestamp(plan.end_utc, UTC) == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [{"jobs": 0}, {"days": 0}, {"projects": 7}, {"sites": 4}, {"access_points": 2}, {"label": "a.b"}, {"label": "A"}],
)
def test_a_pool_without_room_for_its_kinds_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        replace(Plan(), **wrong)  # type: ignore[arg-type]


def test_jobs_of_all_hours_add_up_to_the_plan() -> None:
    assert sum(jobs for _, jobs in hourly(Plan(jobs=12_345, days=31))) == 12_345


def test_load_is_higher_on_working_days_and_in_working_hours() -> None:
    days: Counter[int] = Counter()
    hours: Counter[int] = Counter()
    for start, jobs in hourly(Plan(jobs=50_000, days=84)):
        when = datetime.fromtimestamp(start, UTC)
        days[when.weekday()] += jobs
        hours[when.hour] += jobs
    assert min(days[day] for day in range(5)) > 1.3 * max(days[5], days[6])
    assert hours[16] > 2 * hours[4]


@pytest.mark.parametrize("make", [names.sites, names.projects, names.people])
def test_names_are_all_different_and_of_no_institution(make) -> None:  # type: ignore[no-untyped-def]
    made = make(2000)
    assert len(set(made)) == 2000
    assert [name for name in made if INSTITUTIONS.search(name)] == []


def test_hosts_and_accounts_are_in_the_simulated_domain() -> None:
    population = populate(Plan(sites=40, projects=60))
    hosts = [h for site in population.sites for part in (*site.resources, *site.gpu_resources) for h in part.hosts]
    accounts = [user for project in population.projects for user in project.users]
    assert all(host.name.isascii() and host.name.endswith(".prairie.simulated") for host in hosts)
    assert len({host.name for host in hosts}) == len(hosts)
    assert all(user.user.endswith("@prairie.simulated") for user in accounts)


def test_a_site_and_a_person_have_letters_beyond_ascii() -> None:
    population = populate(Plan())
    assert any(not site.name.isascii() for site in population.sites)
    assert any(not user.owner.isascii() for project in population.projects for user in project.users)


@pytest.mark.parametrize("plan", [Plan(days=1, jobs=1), Plan(days=1, jobs=300, projects=8, sites=5)])
def test_the_smallest_pools_can_be_written(plan: Plan, tmp_path: Path) -> None:
    assert all(path.is_file() for path in write_pool(plan, tmp_path / "pool").files)
