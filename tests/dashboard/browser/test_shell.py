"""What stands around every page: themes, marks of the data's state, navigation, and what is shown without a cube."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipeline.cube import Cube
from pipeline.metrics import METRICS
from tests.dashboard import made_lake
from tests.dashboard.browser.conftest import Visit
from tests.dashboard.browser.reading import card, choose, has_no_sideways_scroll, pieces, settle, table
from tests.dashboard.conftest import Serve
from tests.dashboard.made_lake import HOSTILE


def test_a_real_pool_is_not_marked_as_simulated(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    expect(page.locator(".ribbon-simulated")).to_have_count(0)
    expect(page.locator(".badge-simulated")).to_have_count(0)


def test_the_badge_opens_its_evidence_by_keyboard_too(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    page.get_by_role("button", name="show the evidence").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#evidence")).to_contain_text("Rules checked before publishing")
    page.keyboard.press("Escape")
    expect(page.locator("#evidence")).to_be_hidden()


def test_the_colour_scheme_is_switched_at_once_and_kept(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    grid = "() => document.querySelector('.js-plotly-plot')._fullLayout.yaxis.gridcolor"
    light = page.evaluate(grid)
    page.locator("#scheme").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.wait_for_function(f"before => ({grid})() !== before", arg=light)
    dark = page.evaluate(grid)
    page.reload()
    settle(page)
    assert page.locator("html").get_attribute("data-mantine-color-scheme") == "dark"
    assert page.evaluate(grid) == dark


def test_filters_go_along_from_page_to_page(visit: Visit, address: str) -> None:
    page = visit(address, "/usage?range=7d&project=CA_Bio0&by=site")
    settle(page)
    page.get_by_role("link", name="Definitions").click()
    settle(page)
    expect(page.locator("h1")).to_have_text("Definitions")
    assert page.title() == "Definitions · HTC Ledger"
    assert page.url.endswith("/definitions?range=7d&project=CA_Bio0")
    expect(page.locator("#filters")).to_be_hidden()
    page.get_by_role("link", name="Usage").click()
    settle(page)
    assert list(table(page)) == ["CA_Bio0"]


def test_definitions_hold_every_metric_with_its_formula(visit: Visit, address: str) -> None:
    page = visit(address, "/definitions")
    settle(page)
    text = page.locator("#page").inner_text()
    assert [metric.name for metric in METRICS if metric.formula not in text or metric.label not in text] == []


def test_a_link_that_cannot_be_followed_whole_says_so(visit: Visit, address: str) -> None:
    page = visit(address, "/usage?from=2026-99-99&booking=later")
    settle(page)
    expect(page.locator("#ribbons")).to_contain_text("not a date")
    expect(page.locator("#ribbons")).to_contain_text("neither 'used' nor 'ended'")


def test_a_pool_that_is_not_there_is_an_error_not_another_pool(visit: Visit, address: str) -> None:
    page = visit(address, "/usage?pool=<b>nothing</b>")
    settle(page)
    expect(page.locator("#page")).to_contain_text("The link names a pool that is not here")
    expect(page.locator("#usage-body")).to_be_hidden()
    choose(page, "#pool", "campus")
    assert (card(page, "cpu_h") or 0) > 0


@pytest.mark.parametrize("group", ["project", "site", "user"])
def test_hostile_names_are_harmless_and_legible(visit: Visit, address: str, group: str) -> None:
    page = visit(address, f"/usage?pool=hostile&by={group}")
    settle(page)
    shown = list(table(page))
    assert len(shown) == len(HOSTILE)
    assert "<img src=x onerror=alert(1)>" in shown
    assert "=cmd|' /C calc'!A0" in shown
    assert "abc⟨U+202E⟩gnp.exe" in shown
    assert "مشروع الفلك" in shown
    assert "line⟨U+000A⟩break⟨U+0009⟩and tab" in shown
    assert page.locator("#page img, #page a[href^='javascript']").count() == 0
    assert has_no_sideways_scroll(page)
    drawn = page.evaluate("() => document.querySelector('.js-plotly-plot')._fullData.map(trace => trace.name)")
    assert any("&lt;img" in name for name in drawn)


def test_a_hostile_name_on_hover_is_text(visit: Visit, address: str) -> None:
    page = visit(address, "/usage?pool=hostile")
    settle(page)
    seen = []
    for box in pieces(page):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_selector(".js-plotly-plot .hoverlayer .hovertext")
        page.wait_for_timeout(150)
        seen.append(page.locator(".js-plotly-plot .hoverlayer").text_content() or "")
    assert any("<img src=x onerror=alert(1)>" in text for text in seen)
    assert any("%{y} {{7*7}} $x^2$ ${1+1}" in text for text in seen)
    assert page.locator(".js-plotly-plot a, .js-plotly-plot img").count() == 0


def test_a_hostile_name_can_be_drilled_into_and_filtered(visit: Visit, address: str) -> None:
    page = visit(address, "/usage?pool=hostile")
    settle(page)
    page.locator(".entity-link", has_text="<img src=x").click()
    settle(page)
    assert list(table(page)) == ["<img src=x onerror=alert(1)>"]
    expect(page.locator(".mantine-MultiSelect-pill").first).to_contain_text("<img src=x onerror=alert(1)>")


def test_without_a_cube_the_page_says_which_command_to_run_and_needs_no_restart(
    visit: Visit, serve: Serve, tmp_path: Path
) -> None:
    root = tmp_path / "lake"
    page = visit(serve(root), "/usage")
    settle(page)
    expect(page.locator("#page")).to_contain_text("htc-ledger build")
    expect(page.locator("#badge")).to_contain_text("no data")
    made_lake.make(root)
    page.reload()
    settle(page)
    assert (card(page, "cpu_h") or 0) > 0


def test_a_cube_that_is_published_under_an_open_page_is_shown_at_the_next_action(
    visit: Visit, serve: Serve, tmp_path: Path
) -> None:
    root = made_lake.make(tmp_path / "lake")
    page = visit(serve(root), "/usage")
    settle(page)
    assert "Newcomer" not in table(page)
    made_lake.one_more(root, "Newcomer")
    page.get_by_role("main").get_by_text("Site", exact=True).first.click()
    settle(page)
    page.get_by_role("main").get_by_text("Project", exact=True).first.click()
    settle(page)
    assert table(page)["Newcomer"]["cpu_h"] == "4,000.0"


def test_an_error_that_nobody_foresaw_is_a_page_that_says_so(
    visit: Visit, address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError("secret of the server")

    monkeypatch.setattr(Cube, "usage", broken)
    page = visit(address, "/usage?from=2026-10-03&to=2026-10-04&by=resource")  # nobody else asks: it is drawn anew
    expect(page.locator("#page")).to_contain_text("This could not be shown")
    assert "secret" not in page.content()
    assert "secret of the server" in caplog.text
