"""Charts leave the page as pictures that explain themselves, and pages as paper that says all they say."""

from pathlib import Path

from playwright.sync_api import Page

from tests.dashboard.browser.conftest import Visit
from tests.dashboard.browser.reading import settle
from tests.dashboard.made_lake import HOSTILE_POOL

WIDE = "() => document.querySelector('.js-plotly-plot').getBoundingClientRect().width"
INK = "() => document.querySelector('.js-plotly-plot')._fullLayout.font.color"
PAPER_WIDTH = 760


def saved(page: Page, form: str, into: Path) -> tuple[str, bytes]:
    """The name and the bytes of the first chart's picture, asked for by keyboard."""
    button = page.locator(f"[data-picture={form}]").first
    button.focus()
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    started.value.save_as(into / form)
    return started.value.suggested_filename, (into / form).read_bytes()


def test_a_picture_says_title_days_and_what_the_colours_mean(visit: Visit, address: str, tmp_path: Path) -> None:
    page = visit(address, "/usage?from=2026-10-01&to=2026-10-31")
    settle(page)
    name, svg = saved(page, "svg", tmp_path)
    assert name == "htc-ledger-usage-campus-1-31-oct-2026-booked-as-used.svg"
    text = svg.decode()
    assert "Usage: Core hours by project" in text
    assert "campus · 1 – 31 Oct 2026" in text
    legend = [entry.strip() for entry in page.locator("#usage-legend .legend-entry").all_inner_texts()]
    assert [entry for entry in legend if entry not in text] == []
    name, png = saved(page, "png", tmp_path)
    assert name.endswith(".png")
    assert png.startswith(b"\x89PNG")


def test_hostile_names_are_text_in_a_picture_too(visit: Visit, address: str, tmp_path: Path) -> None:
    page = visit(address, f"/usage?pool={HOSTILE_POOL}")
    settle(page)
    _, svg = saved(page, "svg", tmp_path)
    text = svg.decode()
    assert "&#60;img src=x onerror=alert(1)&#62;" in text
    assert "<img" not in text
    assert "\u202e" not in text
    assert "<a " not in text


def test_paper_has_no_controls_and_is_light_and_no_wider_than_a_sheet(visit: Visit, address: str) -> None:
    page = visit(address, "/usage", scheme="dark")
    settle(page)
    before, ink = page.evaluate(WIDE), page.evaluate(INK)
    page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
    page.emulate_media(media="print")
    page.wait_for_function(f"ink => ({INK})() !== ink", arg=ink)
    page.wait_for_function(f"wide => ({WIDE})() <= wide", arg=PAPER_WIDTH)
    for gone in ("#filters", ".download", ".mantine-AppShell-header", ".mantine-AppShell-navbar", ".figure-save"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".js-plotly-plot").is_visible()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_function(f"wide => ({WIDE})() === wide", arg=before)
    assert page.evaluate(INK) == ink
