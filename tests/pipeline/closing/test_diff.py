"""What changed since a month was closed, by group and cause; core seconds worked out by hand (all jobs: two cores)."""

from datetime import date

import pytest

from pipeline import rules, workbench
from pipeline.closing.closed_cube import ClosedCube
from pipeline.closing.closing import reopen
from pipeline.closing.diff import DiffQuery, diff
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.metadata.entry import Entry
from pipeline.metadata.store import Origin, day_number, put
from pipeline.schema import ATTEMPT_RECORD, JOB, REJECT
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.closing.closable import (
    NOW,
    OCTOBER,
    READ,
    append,
    build,
    changes,
    close_october,
    difference,
    drop,
    epoch,
    october,
    october_job,
    reject,
)

LATER = READ + 1_000_000
HOUR = 2 * 3600
"""Core seconds of an hour of a job."""


def test_nothing_changed_is_no_row(closed: Lake, settings: Settings) -> None:
    assert changes(closed, settings) == []


def test_with_what_did_not_change_the_rows_are_the_whole_month(closed: Lake, settings: Settings) -> None:
    found = difference(closed, settings, whole=True)
    shown = [(row["project"], row["cause"], row["jobs"], row["core_h_before"]) for row in found.rows.to_pylist()]
    assert shown == [("A", "unchanged", 2, 32.0), ("B", "unchanged", 1, 4.0)]
    assert found.totals["mcore_s"] == (18 * HOUR * 1000, 18 * HOUR * 1000)


def test_a_job_that_came_after_the_closing_is_late(closed: Lake, settings: Settings) -> None:
    append(closed, JOB, october_job(9, 7, 3, project="C"), read_utc=LATER)
    build(closed, settings)
    assert changes(closed, settings) == [("C", "late", 1, 3 * HOUR)]


def test_the_epoch_of_an_earlier_run_that_came_late_is_late(lake: Lake, settings: Settings) -> None:
    append(lake, JOB, october_job(4, 5, 4, shadow_starts=2, wall_s=6 * 3600, site="Beta"))
    october(lake, settings)
    close_october(lake, settings)
    # its last run was 4 h at Beta; the other 2 h had no owner, and are of a run at Alpha two days before
    same_job = {"global_job_id": october_job(4, 5, 4)["global_job_id"], "record_id": 50, "offset_bytes": 1}
    append(lake, ATTEMPT_RECORD, epoch(4, 3, 2, 0, **same_job), read_utc=LATER)
    build(lake, settings)
    found = difference(lake, settings, by=("site",)).rows.to_pylist()
    shown = {row["site"]: (row["cause"], row["mcore_s_difference"] // 1000) for row in found}
    assert shown["Alpha"] == ("late", 2 * HOUR)
    assert sum(row["mcore_s_difference"] for row in found) == 0


def test_a_second_final_ad_of_a_job_is_a_correction(closed: Lake, settings: Settings) -> None:
    append(closed, JOB, october_job(2, 6, 5, project="B", record_id=60, offset_bytes=7), read_utc=LATER)
    build(closed, settings)
    assert changes(closed, settings) == [("B", "corrected", 1, 3 * HOUR)]


def test_a_correction_to_another_project_is_less_here_and_more_there(closed: Lake, settings: Settings) -> None:
    append(
        closed, JOB, october_job(2, 6, 2, project="C", record_id=60, offset_bytes=7, shadow_starts=2), read_utc=LATER
    )
    build(closed, settings)
    assert changes(closed, settings) == [("B", "corrected", 1, -2 * HOUR), ("C", "corrected", 1, 2 * HOUR)]


def test_a_record_that_was_rejected_and_counts_now_is_told_so(lake: Lake, settings: Settings) -> None:
    append(lake, REJECT, reject(9))
    october(lake, settings)
    close_october(lake, settings)
    drop(lake, REJECT, 10_009)
    append(lake, JOB, october_job(9, 7, 3), read_utc=LATER)
    build(lake, settings)
    assert changes(lake, settings) == [("A", "counted now", 1, 3 * HOUR)]


def test_a_record_that_counted_and_is_rejected_now_is_told_so(closed: Lake, settings: Settings) -> None:
    drop(closed, JOB, 2)
    append(closed, REJECT, reject(2))
    build(closed, settings)
    assert changes(closed, settings) == [("B", "rejected now", 1, -2 * HOUR)]


def test_a_record_that_is_gone_is_told_so(closed: Lake, settings: Settings) -> None:
    drop(closed, JOB, 2)
    build(closed, settings)
    assert changes(closed, settings) == [("B", "gone", 1, -2 * HOUR)]


def test_the_same_bytes_read_differently_are_told_so(closed: Lake, settings: Settings) -> None:
    drop(closed, JOB, 2)
    append(closed, JOB, october_job(2, 6, 2, project="B", record_id=61, cpus_milli=3000), read_utc=LATER)
    build(closed, settings)
    assert changes(closed, settings) == [("B", "read anew", 1, 2 * 3600)]


def test_another_time_zone_moves_hours_over_the_end_of_the_month(closed: Lake) -> None:
    settings = Settings(lake=closed.root, zone="Asia/Kolkata")
    build(closed, settings)
    # October ends five and a half hours earlier there
    assert changes(closed, settings) == [("A", "zone", 1, -11 * 3600)]


def test_changed_rules_are_told(closed: Lake, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    model_sql = rules.model_sql

    def doubled(name: str) -> str:
        return model_sql(name).replace("coalesce(cpus_milli, request", "coalesce(2 * cpus_milli, request")

    monkeypatch.setattr(rules, "model_sql", doubled)
    monkeypatch.setattr(workbench, "model_sql", doubled)
    rules.rules.cache_clear()
    try:
        build(closed, settings)
        assert changes(closed, settings) == [("A", "rules", 2, 16 * HOUR), ("B", "rules", 1, 2 * HOUR)]
    finally:
        monkeypatch.undo()
        rules.rules.cache_clear()


def test_a_project_that_was_renamed_after_the_closing_is_mapping(closed: Lake, settings: Settings) -> None:
    """A ran 4 h on the 5th and 12 h of the 31st: from the 10th on it is C. No record came, and no sum changed."""
    renamed = Entry(kind="alias", of_kind="project", name="A", target="C", valid_from=day_number(date(2026, 10, 10)))
    put(closed, [renamed], Origin("own", "file", None), NOW)
    build(closed, settings)
    assert changes(closed, settings) == [("A", "mapping", 1, -12 * HOUR), ("C", "mapping", 1, 12 * HOUR)]
    assert changes(closed, settings, by=("raw_project",)) == [], "what the jobs say is what it was"
    found = difference(closed, settings)
    assert found.totals["mcore_s"] == (18 * HOUR * 1000, 18 * HOUR * 1000)


def test_an_institution_that_was_registered_after_the_closing_is_mapping(closed: Lake, settings: Settings) -> None:
    put(closed, [Entry(kind="project", name="B", institution_id="uni-b")], Origin("own", "file", None), NOW)
    build(closed, settings)
    assert changes(closed, settings, by=("institution",)) == [
        ("uni-b", "mapping", 1, 2 * HOUR),
        ("unmapped", "mapping", 1, -2 * HOUR),
    ]
    assert changes(closed, settings) == []


def test_late_records_are_late_even_where_the_mapping_changed_too(closed: Lake, settings: Settings) -> None:
    put(closed, [Entry(kind="alias", of_kind="project", name="B", target="C")], Origin("own", "file", None), NOW)
    append(closed, JOB, october_job(9, 7, 3, project="D"), read_utc=LATER)
    build(closed, settings)
    assert changes(closed, settings) == [
        ("B", "mapping", 1, -2 * HOUR),
        ("C", "mapping", 1, 2 * HOUR),
        ("D", "late", 1, 3 * HOUR),
    ]


def test_a_job_that_another_ones_record_turns_into_a_routed_one_is_linked(closed: Lake, settings: Settings) -> None:
    """Job 1 said nothing of being routed; a queue picture, no record of its own, does."""
    from pipeline.schema import QUEUE_JOB

    start = october_job(1, 5, 4)
    told = {name: start[name] for name in ("pool", "ap", "global_job_id", "cluster", "proc", "submit_utc")}
    append(closed, QUEUE_JOB, told | {"routed_to": "70.0", "seen_utc": READ, "record_id": 1, "status": 2})
    copy = october_job(70, 5, 4, routed_from="1.0", submit_utc=start["submit_utc"] + 10)
    append(closed, JOB, copy, read_utc=LATER)
    build(closed, settings)
    assert changes(closed, settings, by=("venue",)) == [
        ("pilot", "late", 1, 4 * HOUR),
        ("pool", "linked", 1, -4 * HOUR),
        ("routed", "linked", 1, 4 * HOUR),
    ]


def test_two_versions_are_compared_like_a_version_and_the_live_month(closed: Lake, settings: Settings) -> None:
    append(closed, JOB, october_job(9, 7, 3, project="C"), read_utc=LATER)
    build(closed, settings)
    reopen(closed, OCTOBER, "late", NOW)
    close_october(closed, settings)
    first, second = ClosedCube.find(closed, "2026-10:1"), ClosedCube.find(closed, "2026-10:2")
    found = diff(closed, settings, first, second, DiffQuery(), LOCAL)
    assert [(row["project"], row["cause"], row["core_h_difference"]) for row in found.rows.to_pylist()] == [
        ("C", "late", 6.0)
    ]
    assert (found.before, found.after) == ("version 1", "version 2")
    backward = diff(closed, settings, second, first, DiffQuery(), LOCAL)
    assert [(row["cause"], row["core_h_difference"]) for row in backward.rows.to_pylist()] == [("gone", -6.0)]


def test_as_ended_a_job_counts_where_it_ended(closed: Lake, settings: Settings) -> None:
    append(closed, JOB, october_job(9, 31, 24), october_job(10, 30, 24), read_utc=LATER)
    build(closed, settings)
    assert changes(closed, settings) == [("A", "late", 2, (12 + 24) * HOUR)]
    assert changes(closed, settings, booking="ended") == [("A", "late", 1, 24 * HOUR)]


def test_a_viewer_sees_only_the_changes_of_its_projects(closed: Lake, settings: Settings) -> None:
    append(closed, JOB, october_job(9, 7, 3, project="C"), october_job(10, 7, 1), read_utc=LATER)
    cube = build(closed, settings)
    found = diff(closed, settings, ClosedCube.find(closed, "2026-10"), cube, DiffQuery(), Viewer("x", frozenset({"C"})))
    assert [row["project"] for row in found.rows.to_pylist()] == ["C"]
    assert found.totals["mcore_s"] == (0, 3 * HOUR * 1000)


def test_a_dimension_that_is_not_there_is_a_clear_error(closed: Lake, settings: Settings) -> None:
    with pytest.raises(UsageError, match="there is no dimension 'projekt'"):
        changes(closed, settings, by=("projekt",))
    with pytest.raises(UsageError, match="asked for twice: site"):
        changes(closed, settings, by=("site", "site"))
    with pytest.raises(UsageError, match="not known by bucket"):
        changes(closed, settings, by=("bucket",))
