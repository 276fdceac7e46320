"""The page Project in a real browser: its numbers are the cube's and the command's, its names are text."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from dashboard import format as fmt
from dashboard.filters import parse
from dashboard.selection import select
from pipeline.cube import Cube
from pipeline.viewer import LOCAL
from pipeline.waste import waste_table
from tests.dashboard import idle_lake
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, choose, drawn_sum, facts, has_no_sideways_scroll, settle
from tests.dashboard.conftest import ROOT, Serve
from tests.dashboard.made_lake import HOSTILE_POOL, MARKUP
from tests.dashboard.registered_lake import GRANTED_H, PROJECT

CARDS = ("cpu_h", "gpu_h", "goodput_succeeded_h", "wasted_h", "jobs")
VIEWS = [f"?project={PROJECT}", "?project=CA_Astro0&range=90d&by=site&booking=ended", "?project=unmapped&range=all"]


@pytest.fixture(scope="module")
def whole(registered: Path) -> Cube:
    return Cube.open(registered)


def opened(visit: Visit, address: str, view: str, *how: object) -> Page:
    page = visit(address, f"/project{view}", *how)
    settle(page)
    return page


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_on_the_page_are_the_cube_s_for_the_same_view(
    visit: Visit, registered_address: str, whole: Cube, view: str
) -> None:
    page = opened(visit, registered_address, view)
    chosen = select(parse(view), whole.pools(LOCAL))
    [total] = whole.usage(chosen.query((), CARDS), LOCAL).to_pylist()
    assert {name: card(page, name) for name in CARDS} == {name: pytest.approx(total[name]) for name in CARDS}
    assert total["cpu_h"] > 0
    assert drawn_sum(page, "project") == pytest.approx(total["cpu_h"])
    for part, group in (("project-users", "user"), ("project-sites", "site")):
        rows = {row[group]: row for row in whole.usage(chosen.query((group,), ("cpu_h", "jobs")), LOCAL).to_pylist()}
        shown = facts(page, part)
        assert len(shown) == min(len(rows), 10)
        for name, cells in shown.items():
            assert (cells["Core hours"], cells["Jobs"]) == (fmt.number(rows[name]["cpu_h"]), f"{rows[name]['jobs']:,}")
    buckets = waste_table(whole, LOCAL, chosen.query((), ()), "cores")
    hours = [cells["Core hours"] for cells in facts(page, "project-buckets").values()]
    assert sorted(hours) == sorted(fmt.number(buckets.whole.hours[name]) for name in buckets.buckets)


def test_the_page_says_what_the_command_line_says(visit: Visit, registered_address: str, registered: Path) -> None:
    command = [sys.executable, "-m", "htc_ledger", "usage", "--lake", str(registered), "--format", "json"]
    days = ["--from", "2026-10-01", "--to", "2026-10-31", "--where", "pool=campus", "--where", f"project={PROJECT}"]
    asked = [*command, *days, "--by", "project", "--metrics", "cpu_h,jobs"]
    said = json.loads(subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout)
    page = opened(visit, registered_address, f"?project={PROJECT}&from=2026-10-01&to=2026-10-31")
    assert card(page, "cpu_h") == pytest.approx(said[0]["cpu_h"])
    assert card(page, "jobs") == said[0]["jobs"]


def test_a_grant_is_shown_with_what_is_left_of_it(visit: Visit, registered_address: str, whole: Cube) -> None:
    page = opened(visit, registered_address, f"?project={PROJECT}")
    [row] = whole.commitments(("allocation",), ("campus",), LOCAL).to_pylist()
    [cells] = facts(page, "project-allocations").values()
    assert cells["Granted"] == fmt.number(GRANTED_H)
    assert cells["Used so far"] == fmt.number(row["delivered_h"])
    assert cells["Left"] == fmt.number(GRANTED_H - row["delivered_h"])
    expect(page.locator("#project-awards")).to_contain_text("1234567")
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot').length === 2")


def test_gpu_hours_by_model_say_how_much_is_not_known(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, "?project=CA_Astro0&range=all")
    shown = facts(page, "project-gpus")
    assert list(shown) == ["unknown"]
    assert shown["unknown"]["Known"] == "0\u00a0%"
    expect(page.locator("#project-gpus")).to_contain_text("Of none of the GPUs the model is known")
    page = opened(visit, registered_address, f"?project={PROJECT}")
    expect(page.locator("#project-gpus")).to_contain_text("No GPU was used")


def test_the_report_can_be_copied_and_says_the_page_s_numbers(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, f"?project={PROJECT}")
    text = page.locator("#project-text").inner_text()
    hours = fmt.number(card(page, "cpu_h"))
    assert f"Used: {hours} core hours" in text
    assert "Award 1234567" in text
    assert f"This work used {hours} core hours" in text
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#project-report .copy").click()
    page.wait_for_function("async wanted => (await navigator.clipboard.readText()).includes(wanted)", arg=hours)


def test_the_period_before_is_compared_with(visit: Visit, registered_address: str, whole: Cube) -> None:
    page = opened(visit, registered_address, f"?project={PROJECT}&range=7d")
    chosen = select(parse(f"?project={PROJECT}&range=7d"), whole.pools(LOCAL))
    expect(page.locator("#project-cards")).to_contain_text(f"against {chosen.against}")


def test_without_a_project_the_largest_are_links(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, "?range=90d")
    expect(page.locator("#project-body")).to_be_hidden()
    first = next(iter(facts(page, "project-notice")))
    page.get_by_role("link", name=first, exact=True).click()
    settle(page)
    assert page.url.endswith(f"/project?range=90d&project={first}")
    assert (card(page, "cpu_h") or 0) > 0


def test_the_picker_searches_on_the_server(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, "")
    page.locator(".entity-picker input").first.fill("seismo1")
    choose(page, ".entity-picker input", "CA_Seismo1")
    assert page.url.endswith("/project?project=CA_Seismo1")


def test_an_unknown_project_gets_a_sentence(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, "?project=CA_Bia0")
    expect(page.locator("#project-notice")).to_contain_text("No project “CA_Bia0” is known in campus")
    expect(page.locator("#project-notice")).to_contain_text("CA_Bio0")
    expect(page.locator("#project-body")).to_be_hidden()


def test_a_site_leads_to_its_own_page(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, f"?project={PROJECT}")
    page.locator("#project-sites a").first.click()
    page.wait_for_url("**/site?site=*")
    settle(page)
    assert (card(page, "cpu_h") or 0) > 0


def test_hostile_titles_and_names_are_text(visit: Visit, registered_address: str) -> None:
    page = opened(visit, registered_address, f"?project={PROJECT}")
    for part in ("project-about", "project-allocations", "project-awards", "project-report"):
        expect(page.locator(f"#{part}")).to_contain_text(MARKUP)
    assert "\u202e" not in page.locator("#page").inner_text()
    page = opened(visit, registered_address, f"?pool={HOSTILE_POOL}&range=all")
    assert page.locator("#page a[href^=javascript]").count() == 0
    page = opened(visit, registered_address, f"?pool={HOSTILE_POOL}&range=all&project=%3D%63md%7C%27%20/C%20calc%27!A0")
    assert (card(page, "cpu_h") or 0) > 0
    assert page.locator("#page img").count() == 0


@pytest.fixture(scope="module")
def idle_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return idle_lake.make(tmp_path_factory.mktemp("idle") / "lake")


@pytest.fixture(scope="module")
def idle_address(serve: Serve, idle_root: Path) -> str:
    return serve(idle_root)


def with_more(page: Page) -> Page:
    """The page, when what takes longer is there, too."""
    expect(page.locator("#project-fits p").last).to_be_visible()
    expect(page.locator("#project-idle .queue-line, #project-idle .facts-none")).to_be_visible()
    return page


def test_the_three_pieces_of_advice_are_the_command_s(visit: Visit, idle_address: str, idle_root: Path) -> None:
    command = [sys.executable, "-m", "htc_ledger", "advice", "--lake", str(idle_root), "--project", idle_lake.PROJECT]
    said = json.loads(subprocess.run([*command, "--format", "json"], cwd=ROOT, capture_output=True, check=True).stdout)
    page = with_more(opened(visit, idle_address, f"?project={idle_lake.PROJECT}&range=all"))
    assert page.locator(".advice").count() == 3
    for place, row in enumerate(said[:3]):
        card_of = page.locator(".advice").nth(place)
        assert card_of.locator("pre").inner_text() == row["submit_lines"]
        assert card_of.locator(".card-value").inner_text() == fmt.compact(row["hours_saved"], 0)
        expect(card_of).to_contain_text(row["sentence"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".advice .copy").first.click()
    lines = said[0]["submit_lines"]
    page.wait_for_function("async wanted => (await navigator.clipboard.readText()) === wanted", arg=lines)
    expect(page.locator("#project-workflows")).to_contain_text("align")
    expect(page.locator("#project-fits")).to_contain_text("120 of 180 runs measured")


def test_idle_jobs_are_told_what_keeps_them(visit: Visit, idle_address: str) -> None:
    page = with_more(opened(visit, idle_address, f"?project={idle_lake.PROJECT}&range=all"))
    expect(page.locator(".queue-line")).to_contain_text("45 idle")
    groups = page.locator(".idle-group")
    assert groups.count() == 3
    expect(groups.nth(0)).to_contain_text("40 idle jobs")
    expect(groups.nth(0)).to_contain_text("Without RequestMemory = 390.6 GiB, 4 slots on 4 machines would match.")
    expect(groups.nth(1).locator("table")).to_be_hidden()
    groups.nth(1).locator("summary").click()
    expect(groups.nth(1)).to_contain_text("No slot advertises HasSingularty")
    expect(groups.nth(2).locator("summary")).to_contain_text("waits for room")


def test_without_advice_and_queue_the_page_says_why(visit: Visit, idle_address: str) -> None:
    page = with_more(opened(visit, idle_address, f"?project={idle_lake.QUIET}&range=all"))
    expect(page.locator("#project-advice")).to_contain_text("Nothing to change")
    expect(page.locator("#project-idle")).to_contain_text("No job of this project is in a queue that was asked")


def test_hostile_requirements_and_workflows_are_text(visit: Visit, idle_address: str) -> None:
    for project in (quote(MARKUP), idle_lake.PROJECT):
        page = with_more(opened(visit, idle_address, f"?project={project}&range=all"))
        assert page.locator("#page img").count() == 0
        expect(page.locator("#page")).to_contain_text(MARKUP)
        assert "\u202e" not in page.locator("#page").inner_text()


@pytest.mark.parametrize("label", ["Advice", "Why idle jobs are not running"])
def test_advice_and_conditions_can_be_downloaded(visit: Visit, idle_address: str, tmp_path: Path, label: str) -> None:
    page = opened(visit, idle_address, f"?project={idle_lake.PROJECT}&range=all")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text(f"{label}, CSV", exact=True).click()
    started.value.save_as(tmp_path / "download.csv")
    with (tmp_path / "download.csv").open(newline="", encoding="utf-8") as lines:
        assert list(csv.DictReader(lines))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_advice_and_conditions_fit_a_phone(visit: Visit, idle_address: str, scheme: str) -> None:
    page = with_more(opened(visit, idle_address, f"?project={idle_lake.PROJECT}&range=all", PHONE, scheme))
    for summary in page.locator(".idle-group summary").all()[1:]:
        summary.click()
    assert has_no_sideways_scroll(page)


@pytest.mark.parametrize("label", ["Users", "Sites", "Usage by day, user and site", "Buckets", "Allocations"])
def test_every_table_can_be_downloaded(visit: Visit, registered_address: str, tmp_path: Path, label: str) -> None:
    page = opened(visit, registered_address, f"?project={PROJECT}")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text(f"{label}, CSV", exact=True).click()
    started.value.save_as(tmp_path / "download.csv")
    with (tmp_path / "download.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    if "cpu_h" in rows[0]:
        assert sum(float(row["cpu_h"]) for row in rows if row["cpu_h"]) == pytest.approx(card(page, "cpu_h"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_scrolling_sideways(
    visit: Visit, registered_address: str, scheme: str
) -> None:
    page = opened(visit, registered_address, f"?project={PROJECT}", PHONE, scheme)
    assert drawn_sum(page, "project") > 0
    assert has_no_sideways_scroll(page)
