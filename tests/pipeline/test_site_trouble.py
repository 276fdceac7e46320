"""What is wrong at a site: the counts are those of plain Python over the rows, and only what is sure stands out."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from pipeline.at_site import TROUBLE, AtSite
from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.site_trouble import SiteTrouble, site_trouble, stands_out, worth_a_look
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline import troubled_lake
from tests.pipeline.troubled_lake import BAD, DAY, FIRST, GOOD, HOLE, NEW, NEW_FIRST, POOL, SILENT

FIRST_DAY, LAST_DAY = date(2026, 10, 1), date(2026, 11, 19)


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    lake = Lake(tmp_path_factory.mktemp("troubled") / "lake")
    lake.create()
    return Cube.open(troubled_lake.make(lake).root)


def at(site: str, first: date = FIRST_DAY, last: date = LAST_DAY) -> AtSite:
    return AtSite(POOL, (site,), first, last, "UTC")


def trouble(cube: Cube, site: str, viewer: Viewer = LOCAL, **days: date) -> SiteTrouble:
    return site_trouble(cube, viewer, at(site, **days), FIRST_DAY, LAST_DAY)


def outcome_of(row: dict[str, object]) -> str:
    if row["status"] == 3:
        return "held"
    return "failed" if row["exit_code"] else "succeeded"


@pytest.mark.parametrize("site", [GOOD, BAD, NEW])
def test_runs_are_counted_by_their_end_here_and_elsewhere(troubled: Cube, site: str) -> None:
    rows = troubled.site_ends(at(site), LOCAL).to_pylist()
    found: Counter[str] = Counter()
    for row in rows:
        found[row["outcome"]] += row["here"]
    made = troubled_lake.jobs()
    assert found == Counter(outcome_of(row) for row in made if row["site"] == site)
    assert {row["all_elsewhere"] for row in rows} == {sum(row["site"] != site for row in made)}


def test_days_cut_at_the_end_of_a_run(troubled: Cube) -> None:
    first = last = date(2026, 10, 10)
    ends = troubled.site_ends(at(BAD, first, last), LOCAL).to_pylist()
    begin = int(datetime(2026, 10, 10, tzinfo=UTC).timestamp())
    made = [row for row in troubled_lake.jobs() if row["site"] == BAD and begin <= row["status_utc"] < begin + DAY]
    assert sum(row["here"] for row in ends) == len(made) > 40


def test_a_cause_that_only_happens_here_stands_out_with_its_names_and_numbers_taken_away(troubled: Cube) -> None:
    found = trouble(troubled, BAD)
    worst, second = found.causes
    assert (worst.outcome, worst.cause, worst.here, worst.only_here) == ("failed", "exit code 127", 40, True)
    assert worst.share_here == pytest.approx(40 / 172)
    assert worst.cpu_h == pytest.approx(40 * 20 * 2 / 3600)
    assert second.here == 12
    assert second.cause.startswith("Error from SLOT: no such file /tmp/# <img")
    assert not trouble(troubled, GOOD).causes, "exit code 1 is as frequent elsewhere"


def test_too_few_runs_tell_nothing(troubled: Cube) -> None:
    found = trouble(troubled, NEW)
    assert (found.runs, found.enough, found.causes, found.hosts) == (6, False, (), ())


def test_a_host_that_fails_jobs_at_once_is_a_black_hole(troubled: Cube) -> None:
    (host,) = trouble(troubled, BAD).hosts
    assert (host.name, host.runs, host.troubled, host.short, host.projects) == (HOLE, 40, 40, 40, 3)
    assert host.is_black_hole
    others = [row for row in troubled_lake.jobs() if row["site"] == BAD and row["machine"] != HOLE]
    assert host.share_others == pytest.approx(sum(outcome_of(row) in TROUBLE for row in others) / len(others))
    assert trouble(troubled, GOOD).hosts == ()


def test_what_chance_explains_does_not_stand_out() -> None:
    assert stands_out(20, 100, 5, 100)
    assert not stands_out(9, 100, 5, 100), "chance"
    assert not stands_out(560, 1000, 400, 1000), "sure, but not twice as much"
    assert not stands_out(0, 50, 0, 50)


def test_hosts_are_compared_with_the_others_not_with_themselves() -> None:
    row = {"short": 0, "troubled_cpu_h": 1.0, "projects": 1, "last_utc": 1}
    two = [row | {"host": "a", "runs": 50, "troubled": 25}, row | {"host": "b", "runs": 50, "troubled": 2}]
    assert [host.name for host in worth_a_look(two)] == ["a"]
    assert not worth_a_look(two[:1]), "a single host has nothing to be compared with"


def test_pilots_of_the_site_s_ce_are_told_once_each(troubled: Cube) -> None:
    pilots = trouble(troubled, BAD).pilots
    assert pilots["known"]
    assert (pilots["asked"], pilots["ended"], pilots["never_ran"]) == (10, 10, 1)
    assert (pilots["bad"], pilots["short"]) == (3, 2)
    made = [row for row in troubled_lake.jobs() if row["site"] == BAD]
    assert pilots["with_payload"] == len({row["slot"].partition("@")[2] for row in made})
    assert not trouble(troubled, GOOD).pilots["known"]


def test_a_site_that_began_last_week_is_recent_and_one_of_the_first_day_may_be_of_any_age(troubled: Cube) -> None:
    new = trouble(troubled, NEW).beginning
    assert (new.first_run_utc, new.first_success_utc, new.runs, new.succeeded) == (NEW_FIRST, None, 6, 0)
    assert (new.recent, new.ces, new.first_slot_day) == (True, (), None)
    bad = trouble(troubled, BAD).beginning
    assert (bad.ces, bad.first_slot_day, bad.slots_now) == (("ce.bad.test",), LAST_DAY, 1)
    assert (bad.first_pilot_utc, bad.recent) == (FIRST + 3 * DAY, False)
    good = trouble(troubled, GOOD).beginning
    assert (good.recent, good.runs) == (False, 400)


def test_a_site_whose_slots_came_and_where_nothing_ran_is_recent(troubled: Cube) -> None:
    found = trouble(troubled, SILENT).beginning
    assert (found.first_slot_day, found.first_run_utc, found.runs, found.recent) == (LAST_DAY, None, 0, True)
    assert found.slots_now == 1


def test_a_viewer_sees_runs_of_own_projects_alone(troubled: Cube) -> None:
    own = trouble(troubled, BAD, Viewer("p1", frozenset({"P1"})))
    made = [row for row in troubled_lake.jobs() if row["project"] == "P1" and row["site"] == BAD]
    assert own.runs == len(made) == 13
    assert trouble(troubled, BAD, Viewer("nobody", frozenset({"none"}))).runs == 0
