"""Lists of jobs and attempts: what a slow, obvious search of the same rows finds, page by page."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.explorer import questions
from pipeline.explorer.asked import MOST_ROWS, Listed, Rows
from pipeline.explorer.columns import COLUMNS
from pipeline.explorer.conditions import Condition
from pipeline.explorer.ids import JobIds, job_ids
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.explorer.made_lists import DAY_S, DAYS, FIRST, FIRST_UTC, Made, expected

TEXTS = st.sampled_from([None, "sweep_1", "Sweep%", "50%_\\done", "<img src=x onerror=alert(1)>", "=cmd|'x'!A0", ""])
COUNTS = st.one_of(st.none(), st.integers(0, 5), st.integers(0, 50_000_000))
MOMENTS = st.integers(FIRST_UTC, FIRST_UTC + DAYS * DAY_S - 1)


@st.composite
def jobs(draw: st.DrawFn) -> dict[str, Any]:
    end = draw(MOMENTS)
    return {
        "ap": draw(st.sampled_from(["ap1.x", "ap2.x"])),
        "cluster": draw(st.integers(1, 3)),
        "proc": draw(st.integers(0, 2)),
        "end_utc": end,
        "end_day": FIRST + timedelta(days=(end - FIRST_UTC) // DAY_S),
        "submit_utc": draw(st.one_of(st.none(), MOMENTS)),
        "project": draw(st.sampled_from(["A", "B", "C"])),
        "user": draw(st.sampled_from(["ann", "bob"])),
        "venue": draw(st.sampled_from(["pool", "pool", "pilot"])),
        "outcome": draw(st.sampled_from(["succeeded", "failed", "removed"])),
        "command": draw(TEXTS),
        "attempts": draw(st.integers(0, 3)),
        "mcore_s": draw(COUNTS),
        "wasted_mcore_s": draw(COUNTS),
        "wasted_on": draw(st.sampled_from([None, "evicted", "idle"])),
        "memory_used_mib": draw(COUNTS),
        "cpu_measured_us": draw(COUNTS),
        "mcore_measured_s": draw(COUNTS),
    }


@st.composite
def attempts(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(MOMENTS)
    end = draw(st.one_of(st.none(), st.integers(start, FIRST_UTC + DAYS * DAY_S - 1)))
    failure = draw(st.sampled_from([None, "memory_exceeded", "evicted"]))
    return {
        "failure": failure,
        "signature": None if failure is None else draw(TEXTS),
        "cluster": draw(st.integers(1, 3)),
        "proc": 0,
        "run_instance": draw(st.integers(0, 3)),
        "start_utc": start,
        "end_utc": end,
        "project": draw(st.sampled_from(["A", "B", "C"])),
        "outcome": draw(st.sampled_from(["succeeded", "evicted", "lost"])),
        "wall_s": None if end is None else end - start,
        "cores_milli": draw(st.sampled_from([None, 1000, 8000])),
        "cpu_used_us": draw(COUNTS),
        "hold_reason": draw(TEXTS),
    }


AMOUNTS = st.sampled_from(["0", "0.001", "1", "2", "0.5", "13.8888"])
RANGES = st.one_of(
    AMOUNTS.map(">={}".format),
    AMOUNTS.map("<={}".format),
    st.tuples(AMOUNTS, AMOUNTS).map(lambda pair: "..".join(pair)),
    st.just("?"),
)
WORDS = st.sampled_from(["~sweep", "~%", "~_", "~\\", "=Sweep%", "~<IMG", "=", "?", "!?", "~'; DROP TABLE job; --"])
DAY_TEXTS = st.sampled_from([">=2026-11-02", "<=2026-11-02", "2026-11-02..2026-11-03", "2026-11-04", "<=2020-01-01"])
OF_JOBS = st.one_of(
    st.builds(Condition, st.sampled_from(["cpu_h", "wasted_h", "attempts", "memory_used_gib"]), RANGES),
    st.builds(Condition, st.just("cpu_efficiency"), RANGES),
    st.builds(Condition, st.just("command"), WORDS),
    st.builds(Condition, st.just("submit_utc"), DAY_TEXTS),
    st.builds(Condition, st.just("outcome"), st.sampled_from(["failed", "failed,removed"])),
    st.builds(Condition, st.just("wasted_on"), st.sampled_from(["evicted", "?", "idle,evicted"])),
    st.builds(Condition, st.just("project"), st.sampled_from(["~z", "=A"])),
)
OF_ATTEMPTS = st.one_of(
    st.builds(Condition, st.sampled_from(["cpu_h", "wall_h", "run"]), RANGES),
    st.builds(Condition, st.sampled_from(["hold_reason", "signature"]), WORDS),
    st.builds(Condition, st.just("failure"), st.sampled_from(["=evicted", "memory_exceeded", "~E", "?"])),
    st.builds(Condition, st.just("end_utc"), DAY_TEXTS),
    st.builds(Condition, st.just("outcome"), st.sampled_from(["evicted", "lost,succeeded"])),
)
WHERES = st.sampled_from(
    [(), (("project", ("Z",)),), (("project", ("A", "C")), ("user", ("ann",))), (("pool", ("p",)),), (("user", ()),)]
)
FIRSTS = st.one_of(st.none(), st.sampled_from([FIRST, FIRST + timedelta(days=1), date(2030, 1, 1)]))
LASTS = st.one_of(st.none(), st.sampled_from([FIRST + timedelta(days=2), FIRST, date(2020, 1, 1)]))


@st.composite
def asked(draw: st.DrawFn, of: Any) -> Listed:
    sort = draw(st.sampled_from([column.name for column in COLUMNS[of]]))
    return Listed(
        of,
        draw(FIRSTS),
        draw(LASTS),
        draw(WHERES),
        tuple(draw(st.lists(OF_JOBS if of == "jobs" else OF_ATTEMPTS, max_size=2))),
        draw(st.sampled_from([None, None, None, JobIds(2), JobIds(1, 0, "ap1.x")])),
        draw(st.sampled_from(["", "-"])) + sort,
    )


def all_rows(made: Made, question: Listed, at_once: int, viewer: Viewer = LOCAL) -> list[dict[str, Any]]:
    """Every page, one after the other."""
    found: list[dict[str, Any]] = []
    while True:
        rows = questions.page(made.ask, question, Rows(len(found), at_once), viewer, "UTC").to_pylist()
        found += [{name: row[name] for name in row if name not in ("pool", "global_job_id")} for row in rows]
        if len(rows) < at_once:
            return found


@settings(max_examples=60, deadline=None)
@given(st.lists(jobs(), max_size=12), asked("jobs"), st.integers(1, 5))
def test_pages_of_jobs_are_all_rows_that_fit_once_and_in_order(
    rows: list[dict[str, Any]], question: Listed, at_once: int
) -> None:
    made = Made(jobs=rows)
    wanted = expected(made.jobs, question)
    assert all_rows(made, question, at_once) == wanted
    sums = questions.summary(made.ask, question, LOCAL, "UTC")
    known = [row["cpu_h"] for row in wanted if row["cpu_h"] is not None]
    assert (sums["rows"], sums["cpu_h"]) == (len(wanted), pytest.approx(sum(known)) if known else None)


@settings(max_examples=40, deadline=None)
@given(st.lists(attempts(), max_size=12), asked("attempts"), st.integers(1, 5))
def test_pages_of_attempts_are_all_rows_that_fit_once_and_in_order(
    rows: list[dict[str, Any]], question: Listed, at_once: int
) -> None:
    made = Made(attempts=rows)
    assert all_rows(made, question, at_once) == expected(made.attempts, question)


def job(cluster: int, **more: Any) -> dict[str, Any]:
    return {"cluster": cluster, "proc": 0, "end_utc": FIRST_UTC + 5, "end_day": FIRST, "attempts": 1} | more


def clusters(made: Made, question: Listed, viewer: Viewer = LOCAL) -> list[int]:
    ids = [row["job"] for row in all_rows(made, question, 10, viewer)]
    return [int(each.partition("#")[2].partition(".")[0]) for each in ids]


def test_a_person_gets_jobs_of_the_own_projects_and_none_that_others_paid_for_too() -> None:
    made = Made(jobs=[job(1), job(2, project="C"), job(3, several_projects=True), job(4, project="A")])
    person = Viewer("ann", frozenset({"A"}))
    assert clusters(made, Listed(sort="job"), person) == [1, 4]
    assert clusters(made, Listed(ids=job_ids("2.0")), person) == []
    assert questions.summary(made.ask, Listed(), person, "UTC")["rows"] == 2


def test_an_id_is_found_whenever_and_wherever_the_job_ran() -> None:
    made = Made(jobs=[job(1, venue="pilot"), job(2, submit_utc=77), job(2, proc=1, other_id="odd#2.1#88")])
    assert clusters(made, Listed(ids=job_ids("1.0"), first=date(2030, 1, 1))) == [1]
    assert clusters(made, Listed(ids=job_ids("ap1#2"))) == [2, 2]
    assert clusters(made, Listed(ids=job_ids("ap1.x#2.0#77"))) == [2]
    assert clusters(made, Listed(ids=job_ids("ap1.x#2.1#77"))) == []
    assert clusters(made, Listed(ids=job_ids("ap1.x#2.1#88"))) == [2]


def test_the_cube_s_own_id_of_a_job_is_told_so_that_its_receipt_is_found() -> None:
    made = Made(jobs=[job(1, submit_utc=77), job(2, other_id="odd")])
    rows = questions.page(made.ask, Listed(sort="job"), Rows(), LOCAL, "UTC").to_pylist()
    assert [row["global_job_id"] for row in rows] == ["ap1.x#1.0#77", "odd"]


def test_days_of_attempts_begin_at_the_zone_s_midnight_where_names_are_looked_up() -> None:
    made = Made(attempts=[{"cluster": 1, "proc": 0, "start_utc": FIRST_UTC + DAY_S + 21 * 3600, "project": "A"}])
    question = Listed("attempts", where=(("project", ("Z",)),))
    found = [questions.page(made.ask, question, Rows(), LOCAL, zone).num_rows for zone in ("UTC", "Asia/Tokyo")]
    assert found == [0, 1], "A is called Z from the third day on"


@pytest.mark.parametrize(
    "wrong",
    [
        Listed(sort="end_utc; DROP TABLE job"),
        Listed(where=(("bucket", ("idle",)),)),
        Listed(conditions=(Condition("nothing", "1"),)),
        Listed(conditions=(Condition("wasted_h", ">=x"),)),
        Listed(conditions=(Condition("outcome", "good"),)),
    ],
    ids=str,
)
def test_what_a_list_does_not_have_cannot_be_asked(wrong: Listed) -> None:
    with pytest.raises(UsageError) as said:
        questions.page(Made().ask, wrong, Rows(), LOCAL, "UTC")
    assert said.value.hint


@pytest.mark.parametrize(("start", "count"), [(-1, 5), (0, MOST_ROWS + 1), (MOST_ROWS, 1), (5, -1)])
def test_rows_that_a_list_does_not_reach_cannot_be_asked_for(start: int, count: int) -> None:
    with pytest.raises(UsageError):
        Rows(start, count)
