"""What moving a control makes of the view, and what the controls show."""

from datetime import date
from typing import Any

import pytest

from dashboard.control_values import (
    ZONE,
    after,
    choices,
    further,
    in_own_zone,
    moved_control,
    pool_controls,
    range_controls,
    summary,
    zone_controls,
)
from dashboard.filters import View, parse
from pipeline.cube import PoolInfo

POOL = PoolInfo("b", False, date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("control", "value", "search"),
    [
        ({"type": "range"}, "7d", "?pool=p&range=7d&project=a"),
        ({"type": "days"}, ["2026-01-02", "2026-01-05"], "?pool=p&from=2026-01-02&to=2026-01-05&project=a"),
        ({"type": "booking"}, "ended", "?pool=p&project=a&booking=ended"),
        ({"type": "zone"}, "America/Chicago", "?pool=p&project=a&zone=America/Chicago"),
        ({"type": "names", "dimension": "site"}, ["x", "y", "x"], "?pool=p&project=a&site=x&site=y"),
        ({"type": "names", "dimension": "project"}, [], "?pool=p"),
        ({"type": "names", "dimension": "institution"}, ["x"], "?pool=p&project=a&institution=x"),
        ({"type": "names", "dimension": "resource"}, ["CE1"], "?pool=p&project=a&resource=CE1"),
        ({"type": "option", "key": "by", "default": "project"}, "site", "?pool=p&project=a&by=site"),
        ({"type": "option", "key": "by", "default": "project"}, "project", "?pool=p&project=a"),
    ],
)
def test_a_moved_control_changes_its_part_of_the_view(control: dict[str, str], value: Any, search: str) -> None:
    assert after(parse("?pool=p&project=a"), control, value) == parse(search)


@pytest.mark.parametrize(
    ("control", "value"),
    [
        ({"type": "pool"}, None),
        ({"type": "range"}, None),
        ({"type": "range"}, "custom"),
        ({"type": "days"}, ["2026-01-02", None]),
        ({"type": "days"}, None),
        ({"type": "booking"}, None),
        ({"type": "zone"}, None),
        ({"type": "names", "dimension": "site"}, None),
        ({"type": "url"}, "?pool=other"),
    ],
)
def test_a_control_that_is_not_set_yet_changes_nothing(control: dict[str, str], value: Any) -> None:
    view = parse("?pool=p&project=a")
    assert after(view, control, value) == view


def test_another_pool_drops_the_names_of_the_old_one() -> None:
    assert after(parse("?pool=p&project=a&site=s&range=7d"), {"type": "pool"}, "q") == parse("?pool=q&range=7d")


def test_the_button_of_further_filters_says_how_many_are_chosen() -> None:
    assert further(parse("?project=a")) == "More"
    assert further(parse("?project=a&institution=i&resource=r&resource=s")) == "More (3)"


def test_the_days_that_a_preset_means_do_not_make_it_own_days() -> None:
    view = View(preset="30d")
    _data, value, days = range_controls(view, (POOL,))
    assert (value, days) == ("30d", ["2026-03-02", "2026-03-31"])


def test_presets_say_which_days_they_mean() -> None:
    data, _value, _days = range_controls(View(), (POOL,))
    assert {"value": "7d", "label": "Last 7 days", "days": "25 – 31 Mar 2026"} in data


def test_without_a_pool_the_controls_still_show_the_view() -> None:
    data, value, days = range_controls(View(preset="7d"), ())
    assert (value, days) == ("7d", [None, None])
    assert {"value": "7d", "label": "Last 7 days"} in data
    assert pool_controls(View(), ()) == ([], None)
    assert pool_controls(View(pool="x"), (POOL,)) == ([{"value": "b", "label": "b"}], None)


def test_a_choice_of_time_zones_is_shown_where_there_are_several() -> None:
    kolkata = {"value": "Asia/Kolkata", "label": "Kolkata"}
    york = {"value": "America/New_York", "label": "New York"}
    assert zone_controls(View(), ("Asia/Kolkata", "America/New_York")) == ([kolkata, york], "Asia/Kolkata", ZONE)
    assert zone_controls(parse("?zone=America/New_York"), ("Asia/Kolkata", "America/New_York"))[1] == "America/New_York"
    assert zone_controls(View(), ("Asia/Kolkata",)) == ([kolkata], "Asia/Kolkata", f"{ZONE} only-zone")
    assert zone_controls(View(), ()) == ([], None, f"{ZONE} only-zone")


def test_two_zones_of_one_city_s_name_are_shown_whole() -> None:
    data, *_ = zone_controls(View(), ("America/Indiana/Knox", "America/Knox"))
    assert [zone["label"] for zone in data] == ["America/Indiana/Knox", "America/Knox"]


def test_a_time_zone_that_is_not_there_is_not_the_chosen_one() -> None:
    assert zone_controls(parse("?zone=Mars/Olympus"), ("UTC", "Asia/Kolkata"))[1] is None


def test_the_ledger_s_own_zone_is_left_out_of_the_address() -> None:
    zones = ("UTC", "Asia/Kolkata")
    assert in_own_zone(parse("?zone=UTC&site=a"), zones) == parse("?site=a")
    assert in_own_zone(parse("?zone=Asia/Kolkata"), zones) == parse("?zone=Asia/Kolkata")
    assert in_own_zone(parse("?zone=UTC"), ()) == parse("?zone=UTC")


def test_choices_name_each_value_once_and_none_that_no_address_can_hold() -> None:
    assert choices(("a", "b", "a", "x" * 2001)) == [{"value": "a", "label": "a"}, {"value": "b", "label": "b"}]


def test_the_triggered_control_is_known_by_its_fields() -> None:
    assert moved_control("range.value") == {"type": "range"}
    assert moved_control('{"dimension":"site","type":"names"}.value') == {"type": "names", "dimension": "site"}


def test_the_summary_counts_filters() -> None:
    assert summary(View()) == ("Last 30 days", "everything")
    assert summary(parse("?zone=Asia/Kolkata&site=b")) == ("Last 30 days", "1 filter · Kolkata")
    assert summary(parse("?range=7d&project=a")) == ("Last 7 days", "1 filter")
    assert summary(parse("?from=2026-01-01&project=a&site=b")) == ("Own days", "2 filters")
