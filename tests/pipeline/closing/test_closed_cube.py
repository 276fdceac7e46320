"""A published figure can be asked again, and is the same for ever."""

from datetime import date

import pytest

from pipeline import rules
from pipeline.closing.closed_cube import ClosedCube
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.export import to_csv
from pipeline.lake import Lake
from pipeline.metrics import METRICS
from pipeline.query import BOOKINGS, UsageQuery
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.closing.closable import NOW, POOL, append, build, october_job

METRIC_NAMES = tuple(metric.name for metric in METRICS)
QUESTIONS = [
    UsageQuery(by, METRIC_NAMES, booking=booking)
    for by in (("project",), ("day", "site", "user"), ("pool", "month", "outcome", "venue"), ())
    for booking in BOOKINGS
]


def answers(cube: Cube) -> list[bytes]:
    return [to_csv(cube.usage(query, LOCAL)) for query in QUESTIONS]


def test_a_closed_month_answers_as_the_live_one_did(closed: Lake) -> None:
    month = date(2026, 10, 1), date(2026, 10, 31)
    live = [
        to_csv(Cube.open(closed.root).usage(UsageQuery(query.by, query.metrics, *month, booking=query.booking), LOCAL))
        for query in QUESTIONS
    ]
    assert answers(ClosedCube.find(closed, "2026-10")) == live
    assert live[0].count(b"\n") == 3


def test_later_records_change_the_live_month_and_not_the_closed_one(closed: Lake, settings: Settings) -> None:
    before = answers(ClosedCube.find(closed, "2026-10"))
    append(closed, JOB, october_job(9, 7, 3))
    live = build(closed, settings)
    assert answers(ClosedCube.find(closed, "2026-10")) == before
    assert answers(live) != before


def test_a_closed_month_is_asked_when_the_rules_have_changed(closed: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    before = answers(ClosedCube.find(closed, "2026-10"))
    monkeypatch.setattr("pipeline.opened.rules", lambda: "others")
    assert answers(ClosedCube.find(closed, "2026-10")) == before
    assert rules.rules() != "others"


def test_days_outside_the_month_are_refused(closed: Lake) -> None:
    with pytest.raises(UsageError, match="2026-11-01 is not in 2026-10"):
        ClosedCube.find(closed, "2026-10").usage(UsageQuery(last=date(2026, 11, 1)), LOCAL)


def test_some_days_of_the_month_can_be_asked(closed: Lake) -> None:
    cube = ClosedCube.find(closed, "2026-10")
    asked = UsageQuery(("project",), ("wall_s",), date(2026, 10, 6), date(2026, 10, 30))
    assert cube.usage(asked, LOCAL).to_pylist() == [{"project": "B", "wall_s": 2 * 3600}]


def test_what_was_not_known_at_the_closing_is_refused_in_a_sentence(
    closed: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    cube = ClosedCube.find(closed, "2026-10")
    cube._con.execute("CREATE OR REPLACE VIEW usage_day AS SELECT 1 AS other")
    with pytest.raises(UsageError, match=r"version 1, .* does not hold what is asked for"):
        cube.usage(UsageQuery(("project",), ("wall_s",)), LOCAL)


def test_a_viewer_sees_its_projects_of_a_closed_month(closed: Lake) -> None:
    cube = ClosedCube.find(closed, "2026-10")
    only_b = Viewer("x", frozenset({"B"}))
    assert cube.usage(UsageQuery(("project",), ("jobs",)), only_b).to_pylist() == [{"project": "B", "jobs": 1}]
    assert [pool.name for pool in cube.pools(only_b)] == [POOL]
    assert cube.pools(Viewer("y", frozenset({"Z"}))) == ()


def test_the_badge_of_a_closed_month_is_that_of_its_closing(closed: Lake) -> None:
    found = ClosedCube.find(closed, "2026-10").state((POOL,), LOCAL, NOW)
    assert found.state == "complete"
    assert found.sentence.startswith("When it was closed: ")


def test_a_month_that_was_never_closed_is_said_so(built: Lake) -> None:
    with pytest.raises(UsageError, match="2026-10 was never closed"):
        ClosedCube.find(built, "2026-10")


def test_a_version_that_is_not_there_is_said_so(closed: Lake) -> None:
    with pytest.raises(UsageError, match="2026-10 has no version 2"):
        ClosedCube.find(closed, "2026-10:2")
