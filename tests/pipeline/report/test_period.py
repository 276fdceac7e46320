"""Which days a report's period is of."""

from datetime import date

import pytest

from pipeline.errors import UsageError
from pipeline.report.period import Period, chosen, days_before, months, same_days, words


@pytest.mark.parametrize(
    ("written", "fiscal_month", "first", "last"),
    [
        ("2026-11", 1, date(2026, 11, 1), date(2026, 11, 30)),
        ("2024-02", 1, date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q4", 10, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-Q1", 1, date(2026, 1, 1), date(2026, 3, 31)),
        ("2026", 10, date(2026, 1, 1), date(2026, 12, 31)),
        ("FY2026", 10, date(2025, 10, 1), date(2026, 9, 30)),
        ("FY2026", 1, date(2026, 1, 1), date(2026, 12, 31)),
        ("FY2024", 3, date(2023, 3, 1), date(2024, 2, 29)),
    ],
)
def test_a_period_is_whole_months_and_a_fiscal_year_is_named_by_its_end(
    written: str, fiscal_month: int, first: date, last: date
) -> None:
    found = Period.parse(written, fiscal_month)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("written", ["", "2026-13", "2026-00", "2026-Q5", "FY26", "26", "2026-1", "0000", "２０２６"])
def test_what_is_no_period_is_refused_with_how_to_write_one(written: str) -> None:
    with pytest.raises(UsageError, match="is no period") as refused:
        Period.parse(written, 1)
    assert "FY2026" in refused.value.hint


def test_a_report_is_either_of_a_named_period_or_of_both_days() -> None:
    day = date(2026, 11, 1)
    assert chosen(None, day, day, 1).last == day
    wrong: list[tuple[str | None, date | None, date | None]] = [
        (None, None, None),
        ("2026", day, None),
        ("2026", day, day),
        (None, day, None),
    ]
    for name, first, last in wrong:
        with pytest.raises(UsageError, match="a report is of a period"):
            chosen(name, first, last, 1)
    with pytest.raises(UsageError, match="is after"):
        chosen(None, date(2026, 11, 2), day, 1)


def test_the_year_before_is_compared_on_days_that_the_ledger_has_of_both_years() -> None:
    days = (date(2026, 1, 1), date(2026, 11, 10))
    assert same_days(days, date(2024, 5, 1)) == (days, (date(2025, 1, 1), date(2025, 11, 10)))
    part = ((date(2026, 9, 27), days[1]), (date(2025, 9, 27), date(2025, 11, 10)))
    assert same_days(days, date(2025, 9, 27)) == part
    assert same_days(days, date(2025, 11, 11)) is None


def test_a_leap_day_is_compared_with_the_day_before_march() -> None:
    leap = (date(2024, 2, 29), date(2024, 2, 29))
    assert same_days(leap, date(2020, 1, 1)) == (leap, (date(2023, 2, 28), date(2023, 2, 28)))
    assert same_days((date(2025, 2, 1), date(2025, 3, 5)), date(2024, 2, 29)) == (
        (date(2025, 3, 1), date(2025, 3, 5)),
        (date(2024, 3, 1), date(2024, 3, 5)),
    )


def test_days_of_a_period_that_the_ledger_has_not_are_told_apart() -> None:
    year = Period.parse("2026", 1)
    assert year.known(date(2026, 8, 23), date(2027, 1, 5)) == (date(2026, 8, 23), date(2026, 12, 31))
    with pytest.raises(UsageError, match="nothing is known of 2026"):
        year.known(date(2027, 1, 1), date(2027, 2, 1))


def test_a_period_touches_its_months_and_has_words() -> None:
    days = (date(2025, 12, 31), date(2026, 2, 1))
    assert months(days) == ["2025-12", "2026-01", "2026-02"]
    assert words(days) == "31 December 2025 to 1 February 2026"
    assert words((days[1], days[1])) == "1 February 2026"


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-11-01", "2026-11-30", ("2026-10-01", "2026-10-31")),
        ("2026-01-01", "2026-03-31", ("2025-10-01", "2025-12-31")),
        ("2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31")),
        ("2026-11-01", "2026-11-10", ("2026-10-22", "2026-10-31")),
        ("2026-11-05", "2026-11-05", ("2026-11-04", "2026-11-04")),
    ],
)
def test_the_days_before_are_as_many_or_as_many_whole_months(first: str, last: str, before: tuple[str, str]) -> None:
    found = days_before((date.fromisoformat(first), date.fromisoformat(last)))
    assert tuple(day.isoformat() for day in found) == before


def test_days_that_are_a_month_are_called_by_it() -> None:
    assert Period.of(date(2026, 11, 1), date(2026, 11, 30)).name == "2026-11"
    assert Period.of(date(2026, 11, 1), date(2026, 11, 30)).words == "November 2026"
    assert Period.of(date(2026, 11, 1), date(2026, 11, 29)).name == "2026-11-01-to-2026-11-29"
