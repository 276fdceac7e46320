"""Downtimes and pledges over the bars of usage; capacity with its gaps."""

from datetime import UTC, date, datetime
from typing import Any

from dashboard import site_figures
from dashboard.periods import Period
from pipeline.course import Commitment, Course
from tests.dashboard.made_lake import MARKUP

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 10)
BASE: dict[str, Any] = {
    "data": [],
    "layout": {"margin": {"l": 8, "t": 12}, "xaxis": {"range": ["2026-10-31T12:00", "2026-11-10T12:00"]}},
}


def at(day: int, hour: int = 0, month: int = 11) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=UTC).timestamp())


def down(begin: int, end: int, severity: str = "Outage") -> dict[str, Any]:
    return {"from_utc": begin, "to_utc": end, "severity": severity, "is_planned": False, "site": "S"}


def test_a_downtime_stands_where_the_bars_of_its_days_do() -> None:
    """The bar of the 3rd stands on its date and reaches half a day to both sides."""
    drawn = site_figures.with_downtimes(BASE, [down(at(3), at(4))], "UTC", LAST)
    [band] = drawn["layout"]["shapes"]
    assert (band["x0"], band["x1"]) == ("2026-11-02T12:00:00", "2026-11-03T12:00:00")


def test_a_downtime_is_drawn_in_the_zone_of_the_days() -> None:
    [band] = site_figures.with_downtimes(BASE, [down(at(3), at(4))], "Asia/Kolkata", LAST)["layout"]["shapes"]
    assert band["x0"] == "2026-11-02T17:30:00"


def test_one_to_come_makes_the_axis_longer_and_a_distant_one_does_not() -> None:
    coming = site_figures.with_downtimes(BASE, [down(at(20), at(21))], "UTC", LAST)
    assert coming["layout"]["xaxis"]["range"][1] == "2026-11-20T12:00"
    distant = site_figures.with_downtimes(BASE, [down(at(20) + 400 * 86_400, at(21) + 400 * 86_400)], "UTC", LAST)
    assert distant == BASE


def test_a_severity_of_strangers_is_escaped_for_plotly() -> None:
    drawn = site_figures.with_downtimes(BASE, [down(at(3), at(4), MARKUP)], "UTC", LAST)
    assert "<img" not in drawn["layout"]["annotations"][0]["text"]


def test_what_is_due_is_a_line_over_each_bar() -> None:
    of = Commitment("pledge", "site", "S", "S", None, FIRST, LAST, 100, None, None, "own")
    pledge = Course(of, LAST, (), 0.0, 100)
    bars = tuple(date(2026, 11, number) for number in (1, 2))
    drawn = site_figures.with_due(BASE, [pledge], bars, "day", Period(FIRST, LAST))
    assert drawn["data"][0]["y"] == [10, 10, 10, 10]
    assert site_figures.with_due(BASE, [], bars, "day", Period(FIRST, LAST)) == BASE


def test_a_day_without_a_picture_of_the_pool_is_a_gap_and_no_zero() -> None:
    known = {date(2026, 11, 2): {"offered_cpu_h": 5.0, "claimed_cpu_h": None, "used_cpu_h": 1.0}}
    offered, claimed, _ = site_figures.capacity_figure(known, FIRST, date(2026, 11, 3))["data"]
    assert offered["y"] == [None, 5.0, None]
    assert claimed["y"] == [None, None, None]


def test_a_downtime_is_past_now_or_coming() -> None:
    now = datetime(2026, 11, 5, tzinfo=UTC)
    one = [down(at(3), at(4)), down(at(4), at(6)), down(at(6), at(7))]
    assert [site_figures.when(each, now) for each in one] == ["past", "now", "coming"]
