"""How promises are kept over their days; hours worked out by hand."""

from datetime import UTC, date, datetime

import pytest

from pipeline.course import Commitment, Course, Point, commitment, course
from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.metadata.entry import Entry
from pipeline.metadata.store import Origin, day_number, put
from pipeline.publish import publish
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.pipeline.ledger_rows import small_ledger

OCTOBER_31, NOVEMBER_1 = date(2026, 10, 31), date(2026, 11, 1)


def pledge(first: date | None, last: date | None, promised_h: float | None, group: str | None = None) -> Commitment:
    return Commitment("pledge", "site", "Alpha", "Alpha", None, first, last, promised_h, None, group, "own")


def test_what_is_due_is_equal_parts_for_equal_days() -> None:
    ten_days = pledge(date(2026, 10, 1), date(2026, 10, 10), 100)
    assert ten_days.due_h(date(2026, 10, 1), date(2026, 10, 3)) == 30
    assert ten_days.due_h(date(2026, 9, 1), date(2026, 10, 1)) == 10
    assert ten_days.due_h(date(2026, 10, 9), date(2027, 1, 1)) == 20
    assert ten_days.due_h(date(2026, 11, 1), date(2026, 11, 2)) == 0


def test_without_an_end_or_an_amount_nothing_is_due_that_anybody_could_name() -> None:
    assert pledge(OCTOBER_31, None, 100).due_h(OCTOBER_31, NOVEMBER_1) is None
    assert pledge(OCTOBER_31, NOVEMBER_1, None).due_h(OCTOBER_31, NOVEMBER_1) is None


@pytest.fixture
def cube(lake: Lake) -> Cube:
    """Alpha: A 600 s before midnight and 300 s after; B 300 s, 10 s more after it. All on two cores."""
    small_ledger(lake)
    first, last = day_number(OCTOBER_31), day_number(NOVEMBER_1) + 2
    entries = [
        Entry(
            kind="pledge",
            of_kind="site",
            name="Alpha",
            core_s=14_400,
            share_ppm=250_000,
            valid_from=first,
            valid_to=last,
        ),
        Entry(kind="allocation", name="X", target="A", core_s=2400, resource_group="Elsewhere"),
    ]
    put(lake, entries, Origin("own", "file", None), datetime.now(UTC))
    publish(lake, Settings(lake=lake.root), lambda step: None)
    return Cube.open(lake.root)


def test_a_course_has_a_point_a_day_and_ends_with_what_the_cube_says_was_delivered(cube: Cube) -> None:
    (row,) = cube.commitments(("pledge",), ("pool",), LOCAL).to_pylist()
    found = course(cube, LOCAL, "pool", commitment(row), OCTOBER_31, NOVEMBER_1)
    # a quarter of 4 h over four days: a quarter of an hour a day
    assert found.of.promised_h == 1
    assert found.of.share == 0.25
    assert [(point.day, point.due_h) for point in found.points] == [(OCTOBER_31, 0.25), (NOVEMBER_1, 0.5)]
    assert [point.given_h for point in found.points] == pytest.approx([1200 / 3600, 2420 / 3600])
    assert found.given_h == pytest.approx(row["delivered_h"])
    assert found.of_due == pytest.approx(2420 / 1800)
    assert found.left_h == pytest.approx(1 - 2420 / 3600)
    assert found.between(NOVEMBER_1, NOVEMBER_1) == pytest.approx(1220 / 3600)
    assert found.between(OCTOBER_31, OCTOBER_31) == pytest.approx(1200 / 3600)


def test_what_is_spent_elsewhere_is_not_known_and_never_zero(cube: Cube) -> None:
    (row,) = cube.commitments(("allocation",), ("pool",), LOCAL).to_pylist()
    found = course(cube, LOCAL, "pool", commitment(row), OCTOBER_31, NOVEMBER_1)
    assert (found.given_h, found.left_h, found.of_promise, found.points) == (None, None, None, ())
    assert found.between(OCTOBER_31, NOVEMBER_1) is None


def test_what_has_not_begun_in_the_data_has_no_point(cube: Cube) -> None:
    found = course(cube, LOCAL, "pool", pledge(date(2027, 1, 1), date(2027, 1, 2), 5), OCTOBER_31, NOVEMBER_1)
    assert (found.points, found.given_h, found.due_h) == ((), 0, 0)


def run(of: Commitment, *given: float) -> Course:
    points = tuple(Point(date(2026, 10, number), None, hours) for number, hours in enumerate(given, start=1))
    return Course(of, points[-1].day, points, points[-1].given_h, None)


def test_a_grant_lasts_as_long_as_its_newest_pace_allows() -> None:
    grant = pledge(date(2026, 10, 1), date(2026, 12, 31), 100)
    # 10 h a day after the first one: 70 h are left for 7 days
    assert run(grant, 10, 20, 30).lasts_until == date(2026, 10, 10)
    assert run(grant, 10, 10, 10).lasts_until is None, "nothing was used of late"
    assert run(grant, 60, 120).lasts_until is None, "it is overspent"
    assert run(grant, 60, 120).left_h == -20
    assert run(pledge(date(2026, 10, 1), date(2026, 10, 3), 100), 10, 20, 30).lasts_until is None, "it is over"
