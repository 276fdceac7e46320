"""Every page, found by itself, is for everybody: accessible, by keyboard alone, by its link, and honest of a bad one.

Each page of the simulated pool is opened once, and used by several tests, from the harmless to the meddling.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from dashboard.pages import PAGES
from tests.dashboard import axe
from tests.dashboard.browser.conftest import Visitor
from tests.dashboard.browser.every_page import NUMBERED, Shown, a_job, opened, search, text
from tests.dashboard.browser.reading import settle

POOL = "prairie (simulated)"
OPEN = ".mantine-Popover-dropdown:visible"
OPENERS = "main [aria-haspopup]:visible, header [aria-haspopup]:visible, #filters [aria-haspopup]:visible"
MOST_CELLS = 300
CONTROLS = """() => {
    const able = 'a[href], button, input, select, summary, textarea, [tabindex]';
    const skipped = one => one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })
        || one.closest('.ag-root-wrapper, .js-plotly-plot, [inert]')
        || (one.type === 'radio' && !one.checked);
    window.controls = [...document.querySelectorAll(able)].filter(one => !skipped(one));
    window.unseen = [];
    document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');
    return window.controls.length;
}"""
REACHED = """() => {
    const one = document.activeElement;
    const marked = [one, one.parentElement, one.nextElementSibling, one.closest('label'), one.labels && one.labels[0]]
        .filter(Boolean).map(part => getComputedStyle(part));
    const lit = marked.some(look => (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0)
        || look.boxShadow !== 'none') || one.matches('input:not([type=radio])');
    if (!lit) window.unseen.push(one.outerHTML.slice(0, 160));
    window.controls = window.controls.filter(other => other !== one);
    return window.controls.length;
}"""
CHOSEN = "[...document.querySelectorAll('label[data-active]')]"
LEFT = "() => [window.controls.map(one => one.outerHTML.slice(0, 160)), window.unseen]"


@pytest.fixture(scope="module")
def job(demo_lake: Path) -> str:
    return a_job(demo_lake, POOL)


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.path.strip("/"))
def shown(request: pytest.FixtureRequest, stay: Visitor, demo_address: str, job: str) -> Iterator[Shown]:
    yield Shown(request.param, POOL, opened(stay, demo_address, request.param, POOL, job))
    stay.leave()


@pytest.fixture(autouse=True)
def nothing_wrong(stay: Visitor) -> Iterator[None]:
    """Neither a page nor a test leaves an error in the console, a dialog or a question to another host behind."""
    yield
    wrong = list(stay.wrong)
    stay.wrong.clear()
    assert wrong == []


def test_no_page_breaks_a_serious_rule_of_accessibility_in_light_or_dark(shown: Shown) -> None:
    page = shown.page
    found = []
    for scheme in ("light", "dark"):
        if page.locator("html").get_attribute("data-mantine-color-scheme") != scheme:
            page.locator("#scheme").click()
            settle(page)
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        found += [f"{scheme}: {one}" for one in axe.violations(page)]
    page.locator("#scheme").click()
    assert not found, "\n".join(found)


def test_the_tabulator_reaches_every_control_and_shows_where_it_is(shown: Shown) -> None:
    page = shown.page
    page.mouse.click(5, 500)
    left = page.evaluate(CONTROLS)
    for _ in range(3 * left + MOST_CELLS):
        page.keyboard.press("Tab")
        if page.evaluate(REACHED) == 0:
            break
    missed, unseen = page.evaluate(LEFT)
    assert missed == []
    assert unseen == [], "\n".join(unseen)


def test_what_opens_closes_on_escape_and_gives_the_focus_back(shown: Shown) -> None:
    page = shown.page
    for opener in page.locator(OPENERS).all():
        opener.focus()
        page.keyboard.press("ArrowDown" if opener.get_attribute("aria-haspopup") == "listbox" else "Enter")
        expect(page.locator(OPEN)).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator(OPEN)).to_have_count(0)
        page.wait_for_function("one => document.activeElement === one", arg=opener.element_handle())


def test_a_link_reproduces_what_was_chosen_and_the_way_back_leads_back(shown: Shown, stay: Visitor) -> None:
    page = shown.page
    before = page.url
    chosen = _choose_something_else(page)
    if chosen is None:
        return
    settle(page)
    assert page.url != before
    after = _read(page)
    link = urlsplit(page.url)
    other = stay(f"{link.scheme}://{link.netloc}", f"{link.path}?{link.query}")
    settle(other)
    assert _read(other) == after
    page.go_back()
    settle(page)
    assert page.url == before


def test_without_the_pool_that_the_link_names_the_page_says_so(shown: Shown, job: str) -> None:
    if shown.of in NUMBERED:
        page = shown.page
        here = page.url.split("?")[0]
        page.goto(here + search("<b>nothing</b>", job))
        settle(page)
        expect(page.locator("#page .notice").first).to_be_visible()
        said = "There is no job" if shown.of.path == "/receipt" else "The link names a pool that is not here"
        expect(page.locator("#page")).to_contain_text(said)


def _choose_something_else(page: Page) -> str | None:
    """Click the last choice of the page's first switch; None where it has none."""
    switch = page.locator("main .mantine-SegmentedControl-root:visible").first
    if not switch.count():
        return None
    labels = switch.locator("label:not([data-active])")
    label = labels.last
    said = label.inner_text()
    label.click()
    page.wait_for_function(f"said => {CHOSEN}.some(label => label.innerText === said)", arg=said)
    return said


def _read(page: Page) -> tuple[list[str], list[str]]:
    """What stands on the page, line by line: equal rows of a table can change places."""
    return sorted(text(page).split("\n")), page.locator("#page label[data-active]").all_inner_texts()
