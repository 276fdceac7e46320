"""What people are told of each source: its last error and what to do, and that nobody polls it any more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.health import Health, write_health
from pipeline.status.sources import duration, source_states, state_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
THEN = int(NOW.timestamp())
OK = Health(
    name="mine: history of ap1",
    source="mine",
    kind="schedds",
    pool="pool",
    ap="ap1",
    stream="history",
    state="ok",
    since_utc=THEN - 86_400,
    tried_utc=THEN - 60,
    ok_utc=THEN - 60,
    failures=0,
    error=None,
    hint=None,
    new_rows=5,
    rejects=0,
    interval_s=300,
    seconds=1.5,
)
FAILING = replace(
    OK,
    name="mine: epochs of ap1",
    state="failing",
    error="schedd ap1: history refused (not authorised)",
    hint="add this host to ALLOW_READ",
    failures=3,
    ok_utc=THEN - 7200,
)


def test_a_source_that_fails_tells_its_error_and_what_to_do() -> None:
    found = state_of(FAILING, NOW)
    assert (found.state, found.error, found.hint, found.ok_utc) == (
        "failing",
        "schedd ap1: history refused (not authorised)",
        "add this host to ALLOW_READ",
        THEN - 7200,
    )


def test_a_source_that_nobody_polls_any_more_is_overdue_not_ok() -> None:
    assert state_of(OK, NOW).state == "ok"
    assert state_of(OK, NOW + timedelta(seconds=839)).state == "ok"
    late = state_of(OK, NOW + timedelta(hours=5))
    assert (late.state, late.since_utc) == ("overdue", OK.tried_utc)
    assert late.error == "No poll for 5 h although one is due every 5 min: whether its records still come is not known."
    assert "htc-ledger-collect" in (late.hint or "")


def test_a_source_with_a_long_interval_is_overdue_after_three_of_them() -> None:
    slow = replace(OK, interval_s=3600)
    assert state_of(slow, NOW + timedelta(hours=2)).state == "ok"
    assert state_of(slow, NOW + timedelta(hours=4)).state == "overdue"


def test_chores_of_the_lake_come_when_there_is_something_to_do() -> None:
    assert state_of(replace(OK, kind="lake"), NOW + timedelta(days=3)).state == "ok"


def test_those_in_trouble_come_first(tmp_path: Path) -> None:
    for health in (OK, FAILING, replace(OK, name="a")):
        write_health(tmp_path, health)
    assert [source.name for source in source_states(tmp_path, NOW)] == [
        "mine: epochs of ap1",
        "a",
        "mine: history of ap1",
    ]


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 days")],
)
def test_durations_are_in_the_largest_unit_that_fits_twice(seconds: int, says: str) -> None:
    assert duration(seconds) == says
