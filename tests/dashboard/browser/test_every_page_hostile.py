"""Every page of a pool whose every text is hostile: nothing runs, nothing turns the writing or breaks the page."""

import json
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from dashboard.labels import INVISIBLE
from tests.dashboard.browser.conftest import PHONE, Visitor
from tests.dashboard.browser.every_page import NUMBERED, Shown, choose_first, opened
from tests.dashboard.browser.reading import comes_to_fit, settle
from tests.dashboard.hostile_lake import NAMED, POOL
from tests.dashboard.made_lake import FORMULA, MARKUP

LARGEST_ANSWER = 2_000_000
"""Bytes: names of a megabyte are cut before they are sent."""
SEEN = """() => [...document.querySelectorAll('#page, #page [title], #page [aria-label], #page option')].flatMap(
    one => [one.innerText || '', one.title || '', one.getAttribute('aria-label') || '']).join('\\n')"""
MADE = "#page :is(img, script, iframe, object, a[href^='javascript'], [onerror], [onclick])"
ANSWERS = """() => Math.max(0, ...performance.getEntriesByType('resource')
    .filter(one => one.name.includes('_dash-update-component')).map(one => one.decodedBodySize))"""
WRITTEN = frozenset("\n\t\u2068\u2069")
"""Breaks of lines, and the marks that keep a name's direction to itself."""


@pytest.fixture(scope="module", params=NUMBERED, ids=lambda page: page.path.strip("/"))
def shown(request: pytest.FixtureRequest, stay: Visitor, hostile_address: str) -> Iterator[Shown]:
    page = opened(stay, hostile_address, request.param, POOL, NAMED)
    yield Shown(request.param, POOL, page)
    stay.leave()


def harmless(shown: Shown, stay: Visitor) -> None:
    page = shown.page
    assert stay.wrong == []
    assert page.locator(MADE).count() == 0
    said = page.evaluate(SEEN)
    acts = [at for at, one in enumerate(said) if unicodedata.category(one) in INVISIBLE and one not in WRITTEN]
    assert [said[at - 60 : at + 20] for at in acts[:3]] == []
    assert re.search(r"o{2001}", said) is None  # a record shows 2,000 characters of itself
    assert page.evaluate(ANSWERS) < LARGEST_ANSWER
    assert comes_to_fit(page)


def test_hostile_texts_are_harmless_on_every_page(shown: Shown, stay: Visitor) -> None:
    harmless(shown, stay)


def test_a_thing_with_a_hostile_name_has_its_page(shown: Shown, stay: Visitor, hostile_address: str) -> None:
    page = shown.page
    for text in (MARKUP, FORMULA):
        names = "".join(f"&{kind}={quote(text)}" for kind in ("project", "site", "user"))
        page.goto(f"{hostile_address}{shown.of.path}?pool={POOL}&range=all{names}")
        settle(page)
        choose_first(page)
        harmless(shown, stay)


def test_a_phone_shows_hostile_texts_without_scrolling_sideways(shown: Shown, stay: Visitor) -> None:
    shown.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    settle(shown.page)
    harmless(shown, stay)


def test_the_texts_are_where_they_are_looked_for(stay: Visitor, hostile_address: str) -> None:
    page = opened(stay, hostile_address, NUMBERED[0], POOL, NAMED)
    assert MARKUP in page.locator("#page").inner_text(), json.dumps(page.url)
