"""The filter state and its form in the address: a round trip, and addresses that strangers wrote."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import filters, periods
from dashboard.filters import View, parse, to_search

names = st.lists(st.text(max_size=40), max_size=4, unique=True).map(tuple)
days = st.dates(date(1990, 1, 1), date(2199, 12, 31))


@st.composite
def views(draw: st.DrawFn) -> View:
    own_days = draw(st.booleans())
    first, last = draw(days), draw(days)
    options = draw(st.dictionaries(st.from_regex(r"[a-z]{1,16}", fullmatch=True), st.text(max_size=40), max_size=3))
    reserved = {"pool", "range", "from", "to", "zone", "booking", *filters.DIMENSIONS}
    return View(
        pool=draw(st.none() | st.text(min_size=1, max_size=60)),
        preset=periods.CUSTOM if own_days else draw(st.sampled_from(sorted(periods.NAMES))),
        first=min(first, last) if own_days else None,
        last=max(first, last) if own_days else None,
        project=draw(names),
        site=draw(names),
        user=draw(names),
        institution=draw(names),
        field_of_science=draw(names),
        resource=draw(names),
        zone=draw(st.none() | st.text(min_size=1, max_size=60)),
        booking=draw(st.sampled_from(("used", "ended"))),
        options=tuple(sorted((key, value) for key, value in options.items() if key not in reserved)),
    )


@given(views())
def test_every_view_survives_its_address(view: View) -> None:
    again = parse(to_search(view))
    assert again == view
    assert again.ignored == ()


@given(views(), st.sampled_from(filters.DIMENSIONS), st.text(max_size=60))
def test_links_of_many_names_are_those_of_each_alone(view: View, dimension: str, name: str) -> None:
    alone = to_search(filters.narrowed(view, dimension, name))
    assert filters.searches_of(view, dimension)(name) == alone


@given(views())
def test_an_address_is_plain_ascii(view: View) -> None:
    assert to_search(view).isascii()


@given(st.text(max_size=400))
def test_any_text_is_some_view(text: str) -> None:
    view = parse(text)
    assert parse(to_search(view)) == view


def test_no_address_is_the_default_view() -> None:
    assert parse(None) == parse("") == View()
    assert to_search(View()) == ""


def test_half_open_days_survive() -> None:
    assert parse("?from=2026-09-01") == View(preset="custom", first=date(2026, 9, 1))
    assert to_search(View(preset="custom", last=date(2026, 9, 1))) == "?to=2026-09-01"


@pytest.mark.parametrize(
    "search",
    [
        "?from=2026-13-01",
        "?from=20260901",
        "?from=0001-01-01",
        "?from=2026-09-02&to=2026-09-01",
        "?range=eternity",
        "?booking=maybe",
        "?pool=",
        "?zone=",
        "?zone=" + "x" * 61,
        "?project=" + "x" * 2001,
        "?" + "&".join(f"user=u{number}" for number in range(300)),
        "?" + "a=b&" * 2000,
    ],
)
def test_what_a_link_says_in_vain_is_named(search: str) -> None:
    assert parse(search).ignored


def test_names_are_taken_as_they_are() -> None:
    hostile = "'; DROP TABLE charge; --"
    view = View(project=(hostile, "*", "%", "../../etc/passwd", "a&project=b"))
    assert parse(to_search(view)).project == view.project


def test_a_control_changes_its_own_part_alone() -> None:
    view = parse("?pool=p&range=7d&project=a&project=b&site=s&booking=ended&by=user")
    narrowed = filters.narrowed(view, "project", "b")
    assert to_search(narrowed) == "?pool=p&range=7d&project=b&site=s&booking=ended&by=user"
    assert to_search(filters.with_preset(view, "90d")) == to_search(view).replace("range=7d", "range=90d")
    assert filters.widened(view).where == ()


def test_every_dimension_of_the_bar_is_in_the_address_and_in_the_question() -> None:
    view = View()
    for name in filters.DIMENSIONS:
        view = filters.with_names(view, name, (f"a {name}",))
    assert to_search(view) == "?" + "&".join(f"{name}=a+{name}" for name in filters.DIMENSIONS)
    assert dict(view.where) == {name: (f"a {name}",) for name in filters.DIMENSIONS}
    assert filters.widened(view) == View()


def test_another_page_gets_the_filters_and_not_the_settings_of_this_one() -> None:
    view = parse("?pool=p&project=a&institution=i&booking=ended&by=user&month=2026-10&zone=America%2FChicago")
    along = "?pool=p&zone=America%2FChicago&project=a&institution=i&booking=ended"
    assert to_search(filters.on_another_page(view)) == along


def test_an_option_at_its_default_is_left_out_of_the_address() -> None:
    view = filters.with_option(View(), "by", "site")
    assert to_search(view) == "?by=site"
    assert to_search(filters.with_option(view, "by", None)) == ""


def test_an_option_that_is_no_choice_is_the_default() -> None:
    assert parse("?by=nothing").option("by", ("project", "site"), "project") == "project"
