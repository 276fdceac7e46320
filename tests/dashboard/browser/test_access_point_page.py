"""The page Access point in a real browser: its numbers are the cube's and the command's, its names are text."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from dashboard.filters import parse
from dashboard.selection import select
from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, choose, drawn_sum, facts, has_no_sideways_scroll, settle
from tests.dashboard.conftest import ROOT
from tests.dashboard.made_lake import SIMULATED
from tests.dashboard.watched_lake import APS, POOL, Made

MADE_UP_AP = "ap1.prairie.simulated"
AP = APS[0]


@pytest.fixture
def cube(watched: Made) -> Cube:
    return Cube.open(watched.root)


@pytest.fixture
def opened(visit: Visit, watched_address: str) -> Callable[..., Page]:
    def open_page(view: str, *how: object) -> Page:
        page = visit(watched_address, f"/access-point{view}", *how)
        settle(page)
        return page

    return open_page


def said(lake: Path, ap: str, *words: str) -> Any:
    command = [sys.executable, "-m", "htc_ledger", "access-point", ap, "--lake", str(lake), "--format", "json", *words]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)


def days_of(cube: Cube, view: str) -> tuple[str, ...]:
    chosen = select(parse(view), cube.pools(LOCAL))
    return ("--pool", chosen.pool.name, "--from", str(chosen.period.first), "--to", str(chosen.period.last))


def test_the_page_says_what_the_cube_and_the_command_line_say(
    opened: Callable[..., Page], watched: Made, cube: Cube
) -> None:
    page, asked = opened(f"?ap={AP}"), days_of(cube, f"?ap={AP}")
    rows = said(watched.root, AP, *asked)
    assert card(page, "submitted") == sum(row["submitted"] for row in rows) > 10
    assert card(page, "completed") == sum(row["succeeded"] + row["failed"] + row["signal"] for row in rows) > 10
    left = ("succeeded", "failed", "signal", "removed", "unknown")
    assert drawn_sum(page, "access-point") == sum(row[name] for row in rows for name in left)
    kinds = {row["kind"]: row for row in said(watched.root, AP, *asked, "--sheet", "kinds")}
    assert facts(page, "access-point-kinds")["Ran in the pool"]["Jobs"] == f"{kinds['pool']['jobs']:,}"
    outcomes = {row["outcome"]: row for row in said(watched.root, AP, *asked, "--sheet", "outcomes")}
    shown = facts(page, "access-point-outcomes")
    assert {name: cells["Attempts"] for name, cells in shown.items()} == {
        name: f"{row['attempts']:,}" for name, row in outcomes.items()
    }
    where = (("pool", (POOL,)), ("ap", (AP,)))
    assert cube.usage(UsageQuery((), ("jobs",), where=where), LOCAL).to_pylist()[0]["jobs"] > 0


def test_the_queue_is_that_of_this_access_point_alone(opened: Callable[..., Page], cube: Cube) -> None:
    page = opened(f"?ap={AP}")
    rows = [row for row in cube.queue(("ap", "status"), (POOL,), LOCAL).to_pylist() if row["ap"] == AP]
    jobs = {row["status"]: row["jobs"] for row in rows}
    assert card(page, "running-jobs") == jobs["running"] > 0
    assert card(page, "idle-jobs") == jobs["idle"] > 0
    assert card(page, "held-jobs") == jobs["held"] > 0
    expect(page.locator("#access-point-queue")).to_contain_text("One of the reasons given")
    assert page.locator("#page img, #page a[href^='javascript']").count() == 0


def test_the_state_of_its_collection_leads_to_data_health(opened: Callable[..., Page]) -> None:
    page = opened(f"?ap={APS[2]}")
    expect(page.locator("#access-point-collection")).to_contain_text("history refused (not authorised)")
    expect(page.locator("#access-point-collection")).to_contain_text("ALLOW_READ")
    expect(page.locator("#access-point-collection")).not_to_contain_text("epochs of ap1")
    page.locator("#access-point-collection").get_by_role("link", name="Data health").click()
    page.wait_for_url("**/data-health")
    page.go_back()
    settle(page)
    assert (card(page, "submitted") or 0) > 0


def test_a_queue_that_was_never_asked_is_a_dash_not_zero(opened: Callable[..., Page]) -> None:
    page = opened(f"?ap={APS[2]}")
    assert card(page, "running-jobs") is None
    expect(page.locator("#access-point-queue")).to_contain_text("Its queue was never asked")
    expect(page.locator("#access-point-transfers")).to_contain_text("is not known")


def test_without_a_name_the_largest_are_links_and_the_picker_chooses(opened: Callable[..., Page]) -> None:
    page = opened("?range=7d")
    expect(page.locator("#access-point-body")).to_be_hidden()
    expect(page.locator("#access-point-notice")).to_contain_text("The largest access points")
    page.get_by_role("link", name=AP, exact=True).click()
    page.wait_for_url(f"**/access-point?range=7d&ap={AP}")
    settle(page)
    first = card(page, "submitted")
    choose(page, ".entity-picker input", APS[1])
    assert page.url.endswith(f"ap={APS[1]}")
    page.go_back()
    settle(page)
    assert card(page, "submitted") == first


def test_an_unknown_name_gets_a_sentence_and_names_like_it(opened: Callable[..., Page]) -> None:
    page = opened("?ap=ap1.campus.tset")
    expect(page.locator("#access-point-notice")).to_contain_text("No access point “ap1.campus.tset” is known")
    expect(page.locator("#access-point-notice")).to_contain_text(f"Did you mean {AP}")


def test_a_project_leads_to_its_page_and_the_access_point_is_a_filter_elsewhere(
    opened: Callable[..., Page], watched_address: str, cube: Cube
) -> None:
    page = opened(f"?ap={AP}&range=all")
    page.locator("#access-point-projects a").first.click()
    page.wait_for_url("**/project?range=all&project=*")
    page.goto(f"{watched_address}/usage?ap={AP}&range=all")
    settle(page)
    where = (("pool", (POOL,)), ("ap", (AP,)))
    [total] = cube.usage(UsageQuery((), ("cpu_h",), where=where), LOCAL).to_pylist()
    assert card(page, "cpu_h") == pytest.approx(total["cpu_h"])


def test_under_a_filter_what_was_submitted_is_not_known(opened: Callable[..., Page]) -> None:
    page = opened(f"?ap={AP}&project=CA_Bio&range=all")
    assert card(page, "submitted") is None
    assert (card(page, "completed") or 0) > 0


@pytest.mark.parametrize(("label", "least"), [("Jobs by day", 30), ("Queue", 5), ("Projects", 5)])
def test_every_table_can_be_downloaded(opened: Callable[..., Page], tmp_path: Path, label: str, least: int) -> None:
    page = opened(f"?ap={AP}")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text(f"{label}, CSV", exact=True).click()
    started.value.save_as(tmp_path / "download.csv")
    with (tmp_path / "download.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= least
    assert {row.get("ap", AP) for row in rows} == {AP}


def test_a_simulated_pool_s_access_points_are_shown_alike(visit: Visit, address: str, lake_root: Path) -> None:
    page = visit(address, f"/access-point?pool={quote(SIMULATED)}&ap={MADE_UP_AP}&range=7d")
    settle(page)
    asked = days_of(Cube.open(lake_root), f"?pool={quote(SIMULATED)}&range=7d")
    assert card(page, "submitted") == sum(row["submitted"] for row in said(lake_root, MADE_UP_AP, *asked)) > 10
    expect(page.locator(".ribbon-simulated")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_scrolling_sideways(opened: Callable[..., Page], scheme: str) -> None:
    page = opened(f"?ap={AP}", PHONE, scheme)
    assert drawn_sum(page, "access-point") > 0
    assert has_no_sideways_scroll(page)
