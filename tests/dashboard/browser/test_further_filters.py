"""Filters by institution, field of science and resource: in the address, in every number, shown where one is chosen."""

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from dashboard.filters import parse
from dashboard.selection import select
from pipeline.cube import Cube
from pipeline.viewer import LOCAL
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, has_no_sideways_scroll, settle, table
from tests.dashboard.registered_lake import PROJECT

FIELD = quote("Biology of <b>tests</b>")


@pytest.mark.parametrize(
    ("path", "view", "metric"),
    [
        ("/usage", "?range=all&institution=University+of+Tests", "cpu_h"),
        ("/usage", f"?field_of_science={FIELD}&booking=ended", "cpu_h"),
        ("/efficiency", f"?field_of_science={FIELD}&by=institution", "wasted_h"),
        ("/site", "?site=UCSD&institution=unmapped", "cpu_h"),
    ],
)
def test_numbers_are_the_cube_s_under_further_filters(
    visit: Visit, registered_address: str, registered: Path, path: str, view: str, metric: str
) -> None:
    cube = Cube.open(registered)
    chosen = select(parse(view), cube.pools(LOCAL))
    [total] = cube.usage(chosen.query((), (metric,)), LOCAL).to_pylist()
    page = visit(registered_address, path + view)
    settle(page)
    assert card(page, metric) == pytest.approx(total[metric])
    assert total[metric] > 0
    expect(page.locator("#filter-further")).to_be_visible()
    if path == "/efficiency":
        assert list(table(page)) == ["University of Tests"]


def test_further_filters_are_folded_until_they_are_asked_for(visit: Visit, registered_address: str) -> None:
    page = visit(registered_address, "/usage?range=all")
    settle(page)
    expect(page.locator("#filter-further")).to_be_hidden()
    page.locator("#filters-more").click()
    expect(page.locator("#filter-further")).to_be_visible()
    page.get_by_role("textbox", name="Institutions").click()
    page.get_by_role("option", name="University of Tests").click()
    settle(page)
    assert page.url.endswith("/usage?range=all&institution=University+of+Tests")
    assert list(table(page)) == [PROJECT]
    expect(page.locator("#filters-more")).to_have_text("More (1)")
    page.go_back()
    settle(page)
    assert len(table(page)) > 1


def test_on_a_phone_they_are_in_the_folded_bar(visit: Visit, registered_address: str) -> None:
    page = visit(registered_address, "/usage?institution=University+of+Tests", PHONE)
    settle(page)
    page.locator("#filters-open").click()
    expect(page.locator("#filter-further")).to_be_visible()
    assert has_no_sideways_scroll(page)
