"""The page Site in a real browser: its numbers are the cube's and the command's, its names are text."""

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard import format as fmt
from dashboard.filters import parse
from dashboard.selection import select
from pipeline.cube import Cube
from pipeline.viewer import LOCAL
from pipeline.waste import waste_table
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, choose, drawn_sum, facts, has_no_sideways_scroll, settle
from tests.dashboard.conftest import ROOT
from tests.dashboard.made_lake import HOSTILE_POOL, MARKUP
from tests.dashboard.registered_lake import IDLE_SITE, PLEDGED_H, SITE

VIEWS = ["?site=Purdue", "?site=UCSD&range=90d&by=user&booking=ended", "?site=unattributed&range=all&by=institution"]


@pytest.fixture(scope="module")
def whole(registered: Path) -> Cube:
    return Cube.open(registered)


def opened(visit: Visit, address: str, view: str, *how: object) -> Page:
    page = visit(address, f"/site{view}", *how)
    settle(page)
    return page


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_on_the_page_are_the_cube_s_for_the_same_view(
    visit: Visit, registered_address: str, whole: Cube, view: str
) -> None:
    page = opened(visit, registered_address, view)
    asked = parse(view)
    chosen = select(asked, whole.pools(LOCAL))
    [total] = whole.usage(chosen.query((), ("cpu_h", "gpu_h", "wasted_h")), LOCAL).to_pylist()
    assert {name: card(page, name) for name in total} == {name: pytest.approx(total[name]) for name in total}
    assert total["cpu_h"] > 0
    assert drawn_sum(page, "site") == pytest.approx(total["cpu_h"])
    group = asked.option("by", ("project", "user", "institution"), "project")
    rows = {row[group]: row for row in whole.usage(chosen.query((group,), ("cpu_h", "jobs")), LOCAL).to_pylist()}
    shown = facts(page, "site-ranking")
    assert len(shown) == min(len(rows), 10)
    for name, cells in shown.items():
        assert (cells["Core hours"], cells["Jobs"]) == (fmt.number(rows[name]["cpu_h"]), f"{rows[name]['jobs']:,}")
    buckets = waste_table(whole, LOCAL, chosen.query((), ()), "cores")
    hours = {name: cells["Core hours"] for name, cells in facts(page, "site-buckets").items()}
    assert sorted(hours.values()) == sorted(fmt.number(buckets.whole.hours[name]) for name in buckets.buckets)


def test_the_page_says_what_the_command_line_says(visit: Visit, registered_address: str, registered: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "htc_ledger",
        "usage",
        "--lake",
        str(registered),
        "--by",
        "site",
        "--format",
        "json",
    ]
    days = ["--from", "2026-10-01", "--to", "2026-10-31", "--where", "pool=campus", "--where", f"site={SITE}"]
    asked = [*command, *days, "--metrics", "cpu_h,gpu_h"]
    said = json.loads(subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout)
    page = opened(visit, registered_address, f"?site={SITE}&from=2026-10-01&to=2026-10-31")
    assert card(page, "cpu_h") == pytest.approx(said[0]["cpu_h"])
    assert card(page, "gpu_h") == pytest.approx(said[0]["gpu_h"])


def test_the_pledge_is_what_the_command_says_beside_what_was_due(
    visit: Visit, registered_address: str, whole: Cube
) -> None:
    page = opened(visit, registered_address, f"?site={SITE}")
    rows = whole.commitments(("pledge",), ("campus",), LOCAL).to_pylist()
    stated = next(row for row in rows if row["owner"] == SITE)
    cells = facts(page, "site-pledges")[SITE]
    assert cells["Pledged"] == fmt.number(PLEDGED_H)
    assert cells["Delivered so far"] == fmt.number(stated["delivered_h"])
    assert cells["Due so far"] == fmt.number(PLEDGED_H * 51 / 61)
    assert card(page, "pledge") == pytest.approx(stated["delivered_h"] / (PLEDGED_H * 51 / 61))
    lines = (
        "() => document.querySelector('.js-plotly-plot')._fullData.filter(t => t.name === 'Due by the pledge').length"
    )
    assert page.evaluate(lines) == 1


def test_downtimes_stand_in_the_chart_and_in_the_table(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, f"?site={SITE}")
    shown = facts(page, "site-downtimes")
    assert [cells["When"] for cells in shown.values()] == ["coming", "past"]
    assert shown["past"]["Length"] == "24\u00a0h"
    bands = page.evaluate("() => document.querySelector('.js-plotly-plot')._fullLayout.shapes.length")
    assert bands == 1, "the other one begins in twenty years"


def test_capacity_and_pilots_are_shown_where_they_are_known(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, f"?site={SITE}")
    expect(page.locator("#site-capacity")).to_contain_text("Offered: 53.3\u00a0core\u00a0h")
    expect(page.locator("#site-capacity")).to_contain_text("Slots were seen on 1 of 30 days")
    expect(page.locator("#site-pilots")).to_contain_text("640.0\u00a0core\u00a0h were held by pilots")
    page = opened(visit, registered_address, "?site=UCSD")
    expect(page.locator("#site-capacity")).to_contain_text("No slot of this site was seen")
    expect(page.locator("#site-pilots")).to_contain_text("No pilot of a CE of this site is known")


def test_without_a_site_the_largest_are_links(visit: Visit, registered_address: str, whole: Cube) -> None:
    page = opened(visit, registered_address, "?range=7d")
    expect(page.locator("#site-body")).to_be_hidden()
    shown = facts(page, "site-notice")
    chosen = select(parse("?range=7d"), whole.pools(LOCAL))
    rows = whole.usage(chosen.query(("site",), ("cpu_h",)), LOCAL).to_pylist()
    assert list(shown) == [row["site"] for row in sorted(rows, key=lambda row: -row["cpu_h"])]
    page.get_by_role("link", name=SITE, exact=True).click()
    settle(page)
    assert page.url.endswith(f"/site?range=7d&site={SITE}")
    assert (card(page, "cpu_h") or 0) > 0
    page.go_back()
    settle(page)
    expect(page.locator("#site-body")).to_be_hidden()


def test_the_picker_chooses_a_site_and_follows_the_address(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, "")
    choose(page, ".entity-picker input", "UCSD")
    assert page.url.endswith("/site?site=UCSD")
    expect(page.locator(".entity-picker input").first).to_have_value("UCSD")
    assert (card(page, "cpu_h") or 0) > 0
    page.go_back()
    settle(page)
    expect(page.locator(".entity-picker input").first).to_have_value("")


def test_an_unknown_site_gets_a_sentence_and_names_like_it(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, "?site=Perdue")
    expect(page.locator("#site-notice")).to_contain_text("No site “Perdue” is known in campus")
    expect(page.locator("#site-notice")).to_contain_text("Did you mean Purdue")
    expect(page.locator("#site-body")).to_be_hidden()


def test_a_site_that_pledged_and_gave_nothing_yet_is_shown(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, f"?site={IDLE_SITE}")
    expect(page.locator("#site-body")).to_be_visible()
    assert facts(page, "site-pledges")[IDLE_SITE]["Delivered so far"] == "0.0"
    expect(page.locator("#site-ranking")).to_contain_text("Nothing ran in these days")


def test_two_sites_are_one_too_many(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, f"?site={SITE}&site=UCSD")
    expect(page.locator("#site-notice")).to_contain_text("this page is about one")


def test_a_project_leads_to_its_own_page(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, f"?site={SITE}&range=90d")
    page.locator("#site-ranking a").first.click()
    page.wait_for_url("**/project?range=90d&project=*")
    settle(page)
    assert (card(page, "cpu_h") or 0) > 0


def test_hostile_titles_and_names_are_text(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, f"?site={SITE}")
    expect(page.locator("#site-downtimes")).to_contain_text(MARKUP)
    expect(page.locator("#site-about")).to_contain_text(f"Campus {MARKUP}")
    assert page.locator("#page img").count() == 0
    opened(visit, registered_address, f"?pool={HOSTILE_POOL}&range=all")
    page = opened(
        visit, registered_address, f"?pool={HOSTILE_POOL}&range=all&site=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    )
    assert (card(page, "cpu_h") or 0) > 0
    assert page.locator("#page img").count() == 0
    assert page.locator("#page a[href^=javascript]").count() == 0


@pytest.mark.parametrize(
    ("label", "least"),
    [("Usage by group", 5), ("Pledges", 51), ("Downtimes", 2), ("Capacity by day", 1), ("Buckets", 3)],
)
def test_every_table_can_be_downloaded(
    visit: Visit, registered_address: str, tmp_path: Path, label: str, least: int
) -> None:
    page = opened(visit, registered_address, f"?site={SITE}")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text(f"{label}, CSV", exact=True).click()
    started.value.save_as(tmp_path / "download.csv")
    with (tmp_path / "download.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= least
    if label == "Pledges":
        assert [row["day"] for row in rows][:2] == [date(2026, 10, 1).isoformat(), date(2026, 10, 2).isoformat()]


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, f"?site={SITE}", PHONE)
    assert drawn_sum(page, "site") > 0
    assert has_no_sideways_scroll(page)
