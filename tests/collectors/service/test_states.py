"""Health after a poll: since when it is so, how often it failed, what to do."""

from dataclasses import replace

import pytest

from collectors.report import Report
from collectors.service.errand import Done, Failed, Outcome
from collectors.service.states import Subject, after, gone, is_to_be_forgotten, of_target
from collectors.sources.target import Polled, Target
from pipeline.health import Health
from pipeline.settings import Settings
from pipeline.source_settings import FilesSource, ScheddsSource

SUBJECT = Subject("ospool: history of ap1", "ospool", "schedds", "ospool", "ap1", "history", 300)
BADLY = Failed("no answer", "Is it up?", "source", 2.0)
DAY_S = 86_400


def well(new: int = 0, rejects: int = 0, unread: int = 0) -> Done[Polled]:
    report = Report()
    report.of("history").new = new
    report.of("epochs").rejects = rejects
    for number in range(unread):
        report.not_read(f"file {number} cannot be read", "Give the right to read it.")
    return Done(Polled(report), 1.5)


def run(*outcomes: Outcome[object]) -> Health:
    """The state after those, the first at 1000 s, each next one 10 s later."""
    state: Health | None = None
    for number, outcome in enumerate(outcomes):
        state = after(state, SUBJECT, outcome, 1000 + 10 * number)
    assert state is not None
    return state


def test_a_poll_that_went_well_is_ok_and_says_what_it_brought() -> None:
    state = run(well(new=7, rejects=2))
    assert (state.state, state.new_rows, state.rejects, state.ok_utc, state.error) == ("ok", 7, 2, 1000, None)
    assert (state.failures, state.seconds, state.interval_s, state.ap) == (0, 1.5, 300, "ap1")


def test_failures_are_counted_since_the_first_of_them() -> None:
    state = run(well(), BADLY, BADLY, BADLY)
    assert (state.state, state.failures, state.since_utc, state.tried_utc, state.ok_utc) == (
        "failing",
        3,
        1010,
        1030,
        1000,
    )
    assert (state.error, state.hint) == ("no answer", "Is it up?")


def test_the_first_poll_that_goes_well_ends_it() -> None:
    state = run(BADLY, BADLY, well())
    assert (state.state, state.failures, state.since_utc, state.error, state.hint) == ("ok", 0, 1020, None, None)


def test_what_never_went_well_has_no_last_success() -> None:
    assert run(BADLY).ok_utc is None


@pytest.mark.parametrize(
    ("unread", "says"),
    [(1, "file 0 cannot be read"), (3, "file 0 cannot be read, and 2 more could not be read")],
)
def test_a_poll_that_could_not_read_all_is_failing_and_keeps_what_it_read(unread: int, says: str) -> None:
    state = run(well(new=5, unread=unread))
    assert (state.state, state.new_rows, state.error) == ("failing", 5, says)
    assert state.hint == "Give the right to read it."


def test_what_strangers_say_is_kept_within_bounds() -> None:
    assert len(run(replace(BADLY, what="x" * 1_000_000)).error or "") == 2000


def test_something_that_is_not_found_any_more_is_failing_and_says_when_it_was_read() -> None:
    state = gone(run(well()), 5000)
    assert (state.state, state.since_utc, state.failures) == ("failing", 5000, 1)
    assert state.error == "ap1 is not seen by the collector daemon any more; it was last read 1970-01-01 00:16 UTC"
    assert gone(state, 6000).since_utc == 5000


def test_something_that_is_gone_is_forgotten_after_a_month() -> None:
    state = gone(run(well()), 5000)
    assert not is_to_be_forgotten(state, 5000 + 30 * DAY_S)
    assert is_to_be_forgotten(state, 5001 + 30 * DAY_S)


def test_a_target_belongs_to_its_daemon_or_to_the_access_point_that_its_source_names() -> None:
    schedds = ScheddsSource(kind="schedds", name="ospool", pool="osg")
    files = FilesSource(kind="files", name="here", paths=("history",), ap="ap7")
    settings = Settings(pool="mine")
    asked = of_target(Target("ospool: history of ap1", schedds, "history", "ap1"), settings)
    read = of_target(Target("here", files, "files"), settings)
    assert (asked.ap, asked.pool, asked.interval_s) == ("ap1", "osg", 300)
    assert (read.ap, read.pool, read.interval_s) == ("ap7", "mine", 60)
