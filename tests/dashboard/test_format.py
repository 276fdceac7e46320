"""Numbers and dates for people: units, unknown, signs, and days that are not said twice."""

from datetime import UTC, date, datetime

import pytest

from dashboard import format as fmt
from pipeline.query import metric

CPU_H, EFFICIENCY, JOBS = metric("cpu_h"), metric("cpu_efficiency"), metric("jobs")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (0, "0.0"),
        (1234.54, "1,234.5"),
        (-1234.56, "−1,234.6"),
        (0.04, "<0.1"),
        (-0.01, ">−0.1"),
        (-0.0, "0.0"),
        (0.06, "0.1"),
        (999_999.96, "1,000,000.0"),
    ],
)
def test_number_groups_thousands_and_never_writes_something_as_nothing(value: float | None, text: str) -> None:
    assert fmt.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (0, "0.0"),
        (9_999.94, "9,999.9"),
        (10_000, "10,000"),
        (915_000.4, "915,000"),
        (999_999.7, "1.00\u00a0M"),
        (12_345_678, "12.3\u00a0M"),
        (45_943_182_169, "45.9\u00a0B"),
        (-12_345_678, "−12.3\u00a0M"),
    ],
)
def test_compact_numbers_fit_a_card(value: float | None, text: str) -> None:
    assert fmt.compact(value) == text


def test_quantities_carry_their_unit_and_unknown_ones_none() -> None:
    assert fmt.quantity(1234.5, CPU_H) == "1,234.5\u00a0core h"
    assert fmt.quantity(None, CPU_H) == "—"
    assert fmt.quantity(2, JOBS) == "2\u00a0jobs"
    assert fmt.quantity(1.234, EFFICIENCY) == "123.4\u00a0%"
    assert fmt.quantity(None, EFFICIENCY) == "—"


@pytest.mark.parametrize(
    ("now", "before", "text", "direction"),
    [
        (110, 100, "+10.0\u00a0%", "up"),
        (90, 100, "−10.0\u00a0%", "down"),
        (100, 100, "0\u00a0%", "same"),
        (350, 100, "+250\u00a0%", "up"),
        (100_000, 1, ">\u00a0+999\u00a0%", "up"),
        (5, 0, "new", "up"),
        (0, 0, "0\u00a0%", "same"),
        (None, 100, "—", "unknown"),
        (100, None, "—", "unknown"),
    ],
)
def test_change_of_amounts_is_in_per_cent(now: float | None, before: float | None, text: str, direction: str) -> None:
    assert fmt.change(now, before, CPU_H) == fmt.Change(text, direction)  # type: ignore[arg-type]


def test_change_of_a_ratio_is_in_percentage_points() -> None:
    assert fmt.change(0.75, 0.70, EFFICIENCY).text == "+5.0\u00a0pp"
    assert fmt.change(0.70, 0.75, EFFICIENCY).text == "−5.0\u00a0pp"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 9, 3), date(2026, 9, 3), "3 Sep 2026"),
        (date(2026, 9, 3), date(2026, 9, 21), "3 – 21 Sep 2026"),
        (date(2026, 8, 23), date(2026, 9, 21), "23 Aug – 21 Sep 2026"),
        (date(2025, 12, 31), date(2026, 1, 1), "31 Dec 2025 – 1 Jan 2026"),
    ],
)
def test_span_says_what_both_days_share_once(first: date, last: date, text: str) -> None:
    assert fmt.span(first, last) == text


def test_span_leaves_out_the_year_that_is_known_from_beside_it() -> None:
    assert fmt.span(date(2026, 8, 23), date(2026, 9, 21), 2026) == "23 Aug – 21 Sep"
    assert fmt.span(date(2025, 8, 23), date(2025, 9, 21), 2026) == "23 Aug – 21 Sep 2025"


NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
THEN = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (None, "—"),
        (THEN, "just now"),
        (THEN - 90, "90\u00a0s ago"),
        (THEN - 720, "12\u00a0min ago"),
        (THEN + 60, "just now"),
    ],
)
def test_how_long_ago_is_said_in_one_unit(instant: int | None, text: str) -> None:
    assert fmt.ago(instant, NOW) == text


def test_a_moment_has_its_zone() -> None:
    assert fmt.moment(THEN) == "21 Nov 2026, 12:00\u00a0UTC"
    assert fmt.moment(None) == "—"


def test_one_thing_is_not_several() -> None:
    assert fmt.count(1, "day", "days") == "1\u00a0day"
    assert fmt.count(1200, "day", "days") == "1,200\u00a0days"
