"""What is known of a site beside its usage: hand-worked, on the lake that the pages are tested with."""

from datetime import date

import pytest

from pipeline.active import Active, active
from pipeline.cube import Cube, PoolInfo
from pipeline.project_sheet import Registration, project_sheet
from pipeline.project_sheet import is_known as project_is_known
from pipeline.query import UsageQuery
from pipeline.site_sheet import is_known, site_sheet
from pipeline.viewer import LOCAL, Viewer
from tests.dashboard import registered_lake
from tests.dashboard.made_lake import MARKUP, REAL, RIGHT_TO_LEFT, SIMULATED
from tests.dashboard.registered_lake import GRANTED_H, IDLE_SITE, PLEDGED_H, PROJECT, SITE

NOVEMBER_1, LAST = date(2026, 11, 1), date(2026, 11, 20)
SEEN_DAY = date(2026, 11, 19)


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    return Cube.open(registered_lake.make(tmp_path_factory.mktemp("registered") / "lake"))


def pool(cube: Cube, name: str = REAL) -> PoolInfo:
    return next(one for one in cube.pools(LOCAL) if one.name == name)


def test_a_pledge_is_due_pro_rata_and_delivered_as_usage_says(cube: Cube) -> None:
    (found,) = site_sheet(cube, LOCAL, pool(cube), SITE, NOVEMBER_1, LAST).pledges
    # 61 days, of which 51 are over
    assert found.of.days == 61
    assert found.due_h == pytest.approx(PLEDGED_H * 51 / 61)
    asked = UsageQuery(metrics=("cpu_h",), first=date(2026, 10, 1), where=(("pool", (REAL,)), ("site", (SITE,))))
    assert found.given_h == pytest.approx(cube.usage(asked, LOCAL).to_pylist()[0]["cpu_h"])
    november = UsageQuery(metrics=("cpu_h",), first=NOVEMBER_1, where=asked.where)
    assert found.between(NOVEMBER_1, LAST) == pytest.approx(cube.usage(november, LOCAL).to_pylist()[0]["cpu_h"])


def test_capacity_is_of_the_days_on_which_slots_were_seen(cube: Cube) -> None:
    sheet = site_sheet(cube, LOCAL, pool(cube), SITE, NOVEMBER_1, LAST)
    assert list(sheet.capacity) == [SEEN_DAY]
    # six pictures ten minutes apart: the last one is the pool's newest word, so it lasts no time
    assert sheet.total("offered_cpu_h") == pytest.approx(64 * 3000 / 3600)
    assert sheet.total("claimed_cpu_h") == pytest.approx(48 * 3000 / 3600)
    assert site_sheet(cube, LOCAL, pool(cube), "UCSD", NOVEMBER_1, LAST).total("offered_cpu_h") is None


def test_pilots_of_the_site_s_ce_stand_beside_its_payload(cube: Cube) -> None:
    assert site_sheet(cube, LOCAL, pool(cube), SITE, NOVEMBER_1, LAST).pilot_h == 640
    assert site_sheet(cube, LOCAL, pool(cube), SITE, NOVEMBER_1, NOVEMBER_1).pilot_h is None
    assert site_sheet(cube, LOCAL, pool(cube), "UCSD", NOVEMBER_1, LAST).pilot_h is None


def test_downtimes_are_those_that_touch_the_days_and_all_to_come(cube: Cube) -> None:
    named = [row["downtime_id"] for row in site_sheet(cube, LOCAL, pool(cube), SITE, NOVEMBER_1, LAST).downtimes]
    assert named == ["d2", "d1"]
    later = site_sheet(cube, LOCAL, pool(cube), SITE, date(2026, 11, 15), LAST).downtimes
    assert [row["downtime_id"] for row in later] == ["d2"]


def test_a_site_is_known_by_usage_by_a_pledge_and_in_its_own_pool(cube: Cube) -> None:
    assert is_known(cube, LOCAL, pool(cube), SITE)
    assert is_known(cube, LOCAL, pool(cube), IDLE_SITE), "it pledged, and delivered nothing yet"
    assert not is_known(cube, LOCAL, pool(cube), "Nowhere")
    assert not is_known(cube, LOCAL, pool(cube, SIMULATED), IDLE_SITE)


def test_a_project_has_its_grant_its_award_and_whose_it_is(cube: Cube) -> None:
    sheet = project_sheet(cube, LOCAL, pool(cube), PROJECT, NOVEMBER_1, LAST)
    (grant,) = sheet.allocations
    asked = UsageQuery(metrics=("cpu_h",), first=date(2026, 10, 1), where=(("pool", (REAL,)), ("project", (PROJECT,))))
    assert grant.of.promised_h == GRANTED_H
    assert grant.given_h == pytest.approx(cube.usage(asked, LOCAL).to_pylist()[0]["cpu_h"])
    assert [one.number for one in sheet.awards] == ["1234567"]
    hostile = f"Ada {MARKUP}{RIGHT_TO_LEFT}"
    assert sheet.registrations == (Registration(hostile, "University of Tests", "Biology of <b>tests</b>"),)
    assert project_is_known(cube, LOCAL, pool(cube), PROJECT)
    assert not project_is_known(cube, LOCAL, pool(cube), "Nobody")


def test_who_may_not_see_a_project_does_not_know_it(cube: Cube) -> None:
    other = Viewer("other", frozenset({"CA_Chem0"}))
    assert not project_is_known(cube, other, pool(cube), PROJECT)
    assert project_sheet(cube, other, pool(cube), PROJECT, NOVEMBER_1, LAST).allocations == ()


def test_active_is_who_has_a_charged_second_and_unmapped_is_nobody(cube: Cube) -> None:
    asked = UsageQuery(where=(("pool", (REAL,)), ("site", (SITE,))), first=NOVEMBER_1)
    rows = cube.usage(UsageQuery(("project",), ("wall_s",), where=asked.where, first=NOVEMBER_1), LOCAL).to_pylist()
    named = {row["project"] for row in rows if row["wall_s"]} - {"unmapped"}
    assert active(cube, LOCAL, asked, "project").count == len(named) > 5
    assert active(cube, LOCAL, asked, "institution") == Active(1, beside=True)
