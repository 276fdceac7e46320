"""Months as people write them."""

from datetime import date

import pytest

from pipeline.closing.month import Month, version_of
from pipeline.errors import UsageError
from tests.pipeline.ledger_rows import MIDNIGHT


def test_a_month_knows_its_days_and_its_end_in_the_zone() -> None:
    october = Month.parse("2026-10")
    assert (october.first, october.last) == (date(2026, 10, 1), date(2026, 10, 31))
    assert october.end_utc("UTC") == MIDNIGHT
    assert october.end_utc("America/Chicago") == MIDNIGHT + 5 * 3600


def test_december_ends_with_the_year_and_february_with_its_leap_day() -> None:
    assert Month.parse("2026-12").last == date(2026, 12, 31)
    assert Month.parse("2028-02").last == date(2028, 2, 29)


@pytest.mark.parametrize(
    "written", ["", "2026", "2026-13", "2026-00", "2026-1", "26-10", "2026-10-01", "../../etc", "٢٠٢٦-10"]
)
def test_anything_else_is_no_month(written: str) -> None:
    with pytest.raises(UsageError, match="is not a month"):
        Month.parse(written)


@pytest.mark.parametrize(("written", "meant"), [("2026-10", None), ("2026-10:2", 2)])
def test_a_version_stands_after_a_colon(written: str, meant: int | None) -> None:
    assert version_of(written) == (Month(2026, 10), meant)


@pytest.mark.parametrize("written", ["2026-10:", "2026-10:0", "2026-10:x", "2026-10:1:2", "2026-10:²"])
def test_anything_else_after_the_colon_is_no_version(written: str) -> None:
    with pytest.raises(UsageError, match="names no version"):
        version_of(written)
