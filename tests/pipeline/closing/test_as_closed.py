"""Closed months as they were closed between days as they are known now."""

from datetime import date

import pytest

from pipeline.closing.as_closed import AsClosedCube
from pipeline.closing.closing import Reason, close, reopen
from pipeline.cube import Cube
from pipeline.errors import LakeError, UsageError
from pipeline.export import to_csv
from pipeline.lake import Lake
from pipeline.metrics import METRICS
from pipeline.query import BOOKINGS, UsageQuery
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.closing.closable import NOW, OCTOBER, READ, append, build, close_october, october_job

LAST = date(2026, 11, 10)
QUESTIONS = [
    UsageQuery(by, tuple(metric.name for metric in METRICS), booking=booking)
    for by in (("project",), ("day", "site"), ("month",), ())
    for booking in BOOKINGS
]


def hours(cube: Cube) -> dict[str, float]:
    rows = cube.usage(UsageQuery(("month",), ("cpu_h",)), LOCAL).to_pylist()
    return {row["month"]: row["cpu_h"] for row in rows}


def test_where_nothing_changed_since_it_answers_as_the_live_ledger(closed: Lake) -> None:
    live = Cube.open(closed.root)
    frozen = AsClosedCube.of(live, LAST)
    assert [to_csv(frozen.usage(query, LOCAL)) for query in QUESTIONS] == [
        to_csv(live.usage(query, LOCAL)) for query in QUESTIONS
    ]
    assert frozen.version != live.version


def test_later_records_change_other_days_alone_and_are_listed_with_their_cause(
    closed: Lake, settings: Settings
) -> None:
    before = hours(Cube.open(closed.root))
    # late: 3 h on two cores in October, 2 h in November
    append(closed, JOB, october_job(9, 7, 3), october_job(10, 35, 2), read_utc=READ + 86_400)
    live = build(closed, settings)
    frozen = AsClosedCube.of(live, LAST)
    assert hours(live) == {"2026-10": before["2026-10"] + 6, "2026-11": before["2026-11"] + 4}
    assert hours(frozen) == {"2026-10": before["2026-10"], "2026-11": before["2026-11"] + 4}
    (step,) = frozen.restated(UsageQuery(), LOCAL)
    assert (step.month, step.before, step.after) == ("2026-10", 1, None)
    assert (step.after_h - step.before_h, step.by_cause) == (6.0, {"late": 6.0})
    assert frozen.restated(UsageQuery(where=(("project", ("B",)),)), LOCAL)[0].by_cause == {}
    assert frozen.restated(UsageQuery(first=date(2026, 11, 1)), LOCAL) == ()


def test_of_a_month_that_was_closed_again_each_step_is_told(closed: Lake, settings: Settings) -> None:
    append(closed, JOB, october_job(9, 7, 3))
    build(closed, settings)
    reopen(closed, OCTOBER, "a late file", NOW)
    close(closed, settings, OCTOBER, Reason("again"), NOW)
    append(closed, JOB, october_job(11, 8, 1))
    frozen = AsClosedCube.of(build(closed, settings), LAST)
    steps = frozen.restated(UsageQuery(), LOCAL)
    assert [(step.before, step.after, step.after_h - step.before_h) for step in steps] == [(1, 2, 6.0), (2, None, 2.0)]


def test_a_viewer_sees_its_projects_alone(closed: Lake, settings: Settings) -> None:
    append(closed, JOB, october_job(9, 7, 3))
    frozen, only_b = AsClosedCube.of(build(closed, settings), LAST), Viewer("x", frozenset({"B"}))
    assert frozen.usage(UsageQuery(("project",), ("jobs",)), only_b).to_pylist() == [{"project": "B", "jobs": 1}]
    assert frozen.restated(UsageQuery(), only_b)[0].by_cause == {}


def test_without_a_closed_month_or_in_another_zone_there_is_no_answer(built: Lake) -> None:
    with pytest.raises(UsageError, match="no month up to 2026-11-10 is closed"):
        AsClosedCube.of(Cube.open(built.root), LAST)
    close_october(built, Settings(lake=built.root))
    with pytest.raises(UsageError, match="no month up to 2026-09-30"):
        AsClosedCube.of(Cube.open(built.root), date(2026, 9, 30))
    with pytest.raises(UsageError, match="not of 'Europe/Berlin'"):
        AsClosedCube.of(Cube.open(built.root), LAST).in_zone("Europe/Berlin")


def test_a_damaged_version_or_journal_is_never_asked(closed: Lake) -> None:
    version = closed.root / "closed" / "2026-10" / "v1"
    (version / "usage_day.parquet").chmod(0o600)
    (version / "usage_day.parquet").write_bytes(b"")
    with pytest.raises(LakeError, match=r"usage_day\.parquet was changed"):
        AsClosedCube.of(Cube.open(closed.root), LAST)


def test_what_was_not_known_at_the_closing_is_refused_and_not_answered_in_part(
    closed: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.closing.manifest.Manifest.file", lambda self, table: None)
    frozen = AsClosedCube.of(Cube.open(closed.root), LAST)
    with pytest.raises(UsageError, match="closed months do not hold what is asked for"):
        frozen.usage(UsageQuery(("project",), ("cpu_h",)), LOCAL)
