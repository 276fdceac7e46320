"""The badge speaks of the days that the page shows, and leads to the page that has all of it."""

from datetime import date

from dashboard.filters import parse
from dashboard.state_badge import asked_days, evidence, health_address
from pipeline.cube import PoolInfo
from pipeline.state import DataState
from tests.dashboard.component_text import all_of, text_of

POOL = PoolInfo("campus", False, date(2026, 9, 1), date(2026, 11, 20))


def test_a_view_up_to_the_newest_day_speaks_of_all_that_came_after_too() -> None:
    assert asked_days(parse("?range=7d"), POOL) == (date(2026, 11, 14), None)
    assert asked_days(parse("?from=2026-10-01&to=2026-10-07"), POOL) == (date(2026, 10, 1), date(2026, 10, 7))


def test_a_pool_without_usage_is_asked_about_all_days() -> None:
    assert asked_days(parse(""), PoolInfo("new", False, None, None)) == (None, None)


def test_the_evidence_leads_to_data_health_of_the_same_pool() -> None:
    shown = evidence(
        DataState("unknown", "Nothing proves it.", (("Files read", "3"),)), health_address(parse("?pool=a b"))
    )
    assert "Completeness is not proven" in text_of(shown)
    (link,) = all_of(shown, "Link")
    assert link.href == "/data-health?pool=a+b"
