"""The days of a digest: ISO weeks and days of the ledger's zone, over before they are told."""

from datetime import UTC, date, datetime

import pytest

from pipeline.digest.period import Period
from pipeline.errors import UsageError


def test_a_week_is_monday_to_sunday_and_is_beside_the_one_before() -> None:
    week = Period.week("2026-W47", "UTC")
    assert (week.first, week.last, week.days) == (date(2026, 11, 16), date(2026, 11, 22), 7)
    assert week.before == (date(2026, 11, 9), date(2026, 11, 15))
    assert week.words == "Monday 16 November to Sunday 22 November 2026 (days of UTC)"
    assert Period.week("2026-W53", "UTC").last == date(2027, 1, 3)


def test_the_newest_is_the_last_that_is_over_in_the_ledger_s_zone() -> None:
    sunday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert Period.newest("weekly", sunday, "UTC").name == "2026-W46"
    assert Period.newest("weekly", sunday, "Europe/Berlin").name == "2026-W47", "there it is Monday"
    assert Period.newest("daily", sunday, "UTC").name == "2026-11-21"
    assert Period.newest("weekly", datetime(2027, 1, 4, tzinfo=UTC), "UTC").name == "2026-W53"


def test_the_week_in_which_clocks_go_back_has_an_hour_more() -> None:
    week = Period.week("2026-W43", "Europe/Berlin")
    assert week.to_utc - week.from_utc == 7 * 86_400 + 3600


@pytest.mark.parametrize("name", ["2026-W00", "2026-W54", "2027-W53", "2026-47", "W47", "2026-W4７", "0000-W01"])
def test_a_week_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no week"):
        Period.week(name, "UTC")


def test_what_is_not_over_is_not_told() -> None:
    week = Period.week("2026-W47", "UTC")
    week.require_over(datetime(2026, 11, 23, tzinfo=UTC))
    with pytest.raises(UsageError, match="not over"):
        week.require_over(datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
