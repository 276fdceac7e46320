"""Sources that are not collected stand among the findings of now, each once, with why and what to do."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.health import Health, write_health
from pipeline.status.sources import source_states
from pipeline.triage.finding import Asked, Finding
from pipeline.triage.sheet import Evidence, Sheet
from pipeline.triage.sources import first_of_all, of_sources, on_sheet

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
THEN = int(NOW.timestamp())
OK = Health(
    "asked: history of ap1", "asked", "schedds", "p", "ap1", "history", "ok",
    THEN - 9000, THEN - 60, THEN - 60, 0, None, None, 5, 0, 300, 1.5,
)  # fmt: skip
FAILING = replace(
    OK, name="asked: history of ap2", ap="ap2", state="failing", since_utc=THEN - 3600, failures=3,
    error="history of ap2: cannot be reached (Connection refused).", hint="Does its schedd run?",
)  # fmt: skip
OTHERS = (
    replace(FAILING, name="asked: queue of ap2", stream="queue", since_utc=THEN - 3000),
    replace(FAILING, name="mine: discovery", source="mine", ap=None, stream="discovery", since_utc=THEN - 7200),
    replace(FAILING, name="lake: build", source="lake", kind="lake", ap=None, stream="lake: build"),
    replace(FAILING, name="far: history of ap9", pool="q", ap="ap9"),
)


def found(folder: Path) -> tuple[Finding, ...]:
    for health in (OK, FAILING, *OTHERS):
        write_health(folder, health)
    return of_sources(source_states(folder, NOW), "p", "UTC")


def test_streams_of_one_access_point_are_one_finding_with_why_and_what_to_do(tmp_path: Path) -> None:
    mine, ap2 = found(tmp_path)
    assert ap2.sentence == (
        "Collection from access point ap2 has failed since Saturday 11:00 (21 November), history and queue: "
        "history of ap2: cannot be reached (Connection refused)."
    )
    assert (ap2.kind, ap2.dimension, ap2.values, ap2.alarm) == ("quiet", "access point", ("ap2",), True)
    assert (ap2.action, ap2.since_utc) == ("Does its schedd run?", THEN - 3600)
    assert (mine.dimension, mine.value) == ("source", "mine")


def test_a_source_that_nobody_polls_any_more_has_stopped_too(tmp_path: Path) -> None:
    write_health(tmp_path, replace(OK, tried_utc=THEN - 7200))
    (late,) = of_sources(source_states(tmp_path, NOW), "p", "UTC")
    assert "No poll for 2 h although one is due every 5 min" in late.sentence
    assert "Is the service running?" in late.action


def test_an_access_point_whose_runs_stopped_for_that_is_told_once_and_first(tmp_path: Path) -> None:
    silent = found(tmp_path)
    runs = replace(silent[1], tried_before=90, sentence="From access point ap2 came 0 attempts.")
    other = replace(runs, value="ap3", values=("ap3",))
    assert first_of_all(silent, (runs, other)) == (*silent, other)
    sheet = Sheet(Asked("p", 10, 20, 0), (Evidence(runs, (), ()), Evidence(other, (), ())), (), 0, 0)
    assert [one.finding for one in on_sheet(silent, sheet).evidence] == [*silent, other]
