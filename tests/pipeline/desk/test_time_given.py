"""Spans and moments as people type them."""

import pytest

from pipeline.desk.time_given import until_of
from pipeline.errors import UsageError
from tests.pipeline.desk.found import NOW


@pytest.mark.parametrize(
    ("span", "moment", "seconds"),
    [
        ("90m", None, 5400),
        ("12h", None, 43_200),
        ("3d", None, 259_200),
        ("2w", None, 1_209_600),
        (None, "2026-11-23", 86_400),
        (None, "2026-11-22T02:00+01:00", 3600),
    ],
)
def test_a_span_counts_from_now_and_a_moment_without_a_zone_is_utc(
    span: str | None, moment: str | None, seconds: int
) -> None:
    assert until_of(span, moment, NOW) == NOW + seconds
    assert until_of(None, None, NOW) is None


@pytest.mark.parametrize(
    ("span", "moment"),
    [("3", None), ("0d", None), ("-3d", None), ("3 days", None), ("٣d", None), (None, "soon"), ("3d", "2026-11-23")],
)
def test_anything_else_is_refused(span: str | None, moment: str | None) -> None:
    with pytest.raises(UsageError):
        until_of(span, moment, NOW)
