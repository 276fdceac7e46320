"""Every page, filtered to nothing: it says that there is nothing, and shows no number that is not so."""

from collections.abc import Iterator

import pytest

from tests.dashboard.browser.conftest import Visitor
from tests.dashboard.browser.every_page import FILTERED, Shown
from tests.dashboard.browser.reading import has_no_sideways_scroll, settle

NOTHING = "range=custom&from=1991-01-01&to=1991-01-02&project=No_Such_Project&user=nobody%40nowhere"
SAID = "#page .notice, #page .facts-none, #page .legend-none, #page .ag-overlay-no-rows-center, #page [role=status]"


@pytest.fixture(scope="module", params=FILTERED, ids=lambda page: page.path.strip("/"))
def shown(request: pytest.FixtureRequest, stay: Visitor, address: str) -> Iterator[Shown]:
    page = stay(address, f"{request.param.path}?pool=campus&site=Purdue&{NOTHING}")
    settle(page)
    yield Shown(request.param, "campus", page)
    stay.leave()


def test_a_page_filtered_to_nothing_says_so(shown: Shown, stay: Visitor) -> None:
    said = [one for one in shown.page.locator(SAID).all() if one.is_visible()]
    assert any(one.inner_text().strip() for one in said), shown.page.locator("#page").inner_text()
    assert has_no_sideways_scroll(shown.page)
    assert stay.wrong == []


def test_no_card_of_a_page_filtered_to_nothing_has_a_number(shown: Shown) -> None:
    cards = [one for one in shown.page.locator("#page .card-value").all() if one.is_visible()]
    assert [one.inner_text() for one in cards if set(one.inner_text()) & set("123456789")] == []
