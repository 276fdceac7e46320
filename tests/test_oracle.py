"""The oracle itself, against cases that were worked out by hand: files -> records -> jobs -> attempts."""

from pathlib import Path
from typing import Any

import pytest

from tests import oracle
from tests.oracle_texts import NOON, Raw, ad, books, by_day, epoch, final, history, routed, run_of, spawn


@pytest.mark.parametrize(
    ("original", "copy", "venue"),
    [
        ({"RoutedToJobId": "9.0"}, {"RoutedFromJobId": "7.0"}, "routed"),
        ({"RoutedToJobId": "9.0"}, {"RoutedFromJobId": "8.0"}, "pool"),
        ({"RoutedToJobId": "8.0"}, {"RoutedFromJobId": "7.0"}, "pool"),
        ({"RoutedToJobId": "9.0"}, {"RoutedFromJobId": "7.0", "QDate": NOON - 301}, "pool"),
        ({"RoutedToJobId": "9.0"}, {"RoutedFromJobId": "7.0", "QDate": NOON + 3661}, "pool"),
    ],
)
def test_a_job_that_a_ce_made_another_one_of_counts_once(
    tmp_path: Path, original: dict[str, Any], copy: dict[str, Any], venue: str
) -> None:
    kept = books(tmp_path, history(routed(7, 0, **original), routed(9, 30, "batch", **copy)))
    rows = kept.usage(["ap", "venue"], ["wall_s"])
    assert {(row["ap"], row["venue"]): row["wall_s"] for row in rows} == {
        ("ce1", venue): 3600,
        ("batch", "pilot"): 3600,
    }


def test_a_job_read_at_a_ce_is_a_pilot(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(history(routed(7, 0)))
    (row,) = oracle.load([tmp_path / "file"], at_ce=True).usage(["venue"], ["wall_s"])
    assert row == {"venue": "pilot", "wall_s": 3600}


# ---- reading --------------------------------------------------------------------------------------------------------


def test_values_are_read_by_kind() -> None:
    text = ["A=1", "b = 2.5", "C = TRUE", r'd = "say \"hi\" C:\"', "e = a + 1", "f = undefined", "G = 1", "g = 2"]
    read = oracle.Ad([*text, 'h = real("NaN")', "i = 1.5E-07", 'j = "a" + "b"'])
    assert [read.value(name) for name in "ABCDEFGHIJ"] == [
        1, 2.5, True, r'say "hi" C:"'.replace('C:"', "C:\\"), None, None, 2, None, 1.5e-07, None,
    ]  # fmt: skip


def test_octal_text_is_decoded_in_machine_attributes_only() -> None:
    read = oracle.Ad([r'MachineAttrGLIDEIN_Site0 = "B\303\252ta"', r'Cmd = "B\303\252ta"', 'MachineAttrX0 = "Bêta"'])
    assert read.value("machineattrglidein_site0") == "Bêta"
    assert read.value("cmd") == r"B\303\252ta"
    assert read.value("MachineAttrX0") == "Bêta"


def test_ad_without_its_banner_is_left_out(tmp_path: Path) -> None:
    kept = books(tmp_path, history(final(60, 60, JobCurrentStartDate=NOON)) + final(99, 99, GlobalJobId="ap1#8.0#1"))
    assert [job.id for job in kept.jobs] == [f"ap1#7.0#{NOON}"]


def test_banner_without_line_feed_does_not_close_its_ad(tmp_path: Path) -> None:
    second = history(final(99, 99, GlobalJobId="ap1#8.0#1")).rstrip("\n")
    assert len(books(tmp_path, history(final(60, 60)) + second).jobs) == 1


def test_file_without_banner_is_one_ad(tmp_path: Path) -> None:
    assert by_day(books(tmp_path, final(60, 60, JobCurrentStartDate=NOON))) == {"2026-06-01": 60}


def test_banner_text_inside_a_string_closes_nothing(tmp_path: Path) -> None:
    kept = books(tmp_path, history(final(60, 60, JobCurrentStartDate=NOON, ProjectName="*** Offset = 0 ClusterId = 1")))
    assert kept.usage(["project"], ["wall_s"]) == [{"project": "*** Offset = 0 ClusterId = 1", "wall_s": 60}]


def test_records_of_startd_and_schedd_daemon_are_not_jobs(tmp_path: Path) -> None:
    of_startd = history(final(60, 60, JobCurrentStartDate=NOON, BadputCausedByDraining=Raw("false")))
    of_daemon = 'MyType = "Scheduler"\n*** SCHEDD CurrentTime=1795222879\n'
    assert books(tmp_path, of_startd, of_daemon).jobs == []


def test_same_record_in_two_files_counts_once(tmp_path: Path) -> None:
    job, runs = history(final(60, 60, JobCurrentStartDate=NOON, NumShadowStarts=1)), run_of(0, 60)
    kept = books(tmp_path, job, job, runs, runs)
    assert kept.usage([], ["wall_s", "jobs", "attempts"]) == [{"wall_s": 60, "jobs": 1, "attempts": 1}]


def test_access_point_is_as_named_else_of_global_job_id(tmp_path: Path) -> None:
    text = history(final(60, 60, JobCurrentStartDate=NOON))
    assert [job.ap for job in books(tmp_path, text).jobs + books(tmp_path, text, ap="named").jobs] == ["ap1", "named"]


# ---- jobs and attempts ----------------------------------------------------------------------------------------------


def test_newest_of_two_final_ads_is_the_job_with_the_larger_wall_time(tmp_path: Path) -> None:
    older, newer = final(70, 100), final(50, 106)
    for pair in ((older, newer), (newer, older)):
        assert by_day(books(tmp_path, history(*pair)), booking="ended") == {"2026-06-01": 70}


def test_of_two_records_of_a_run_the_one_with_the_hold_is_taken(tmp_path: Path) -> None:
    plain, held = run_of(0, 9, ExitCode=9), run_of(0, 9, ExitCode=9, HoldReason="look at it", HoldReasonCode=3)
    for pair in (plain + held, held + plain):
        assert [(each.wall_s, each.labels["outcome"]) for each in books(tmp_path, pair).attempts] == [(9, "held")]


def test_record_without_write_date_ends_at_its_banner(tmp_path: Path) -> None:
    kept = books(tmp_path, epoch(ad(JobCurrentStartDate=NOON), 3, NOON + 40, kind=""))
    assert [(each.run, each.wall_s) for each in kept.attempts] == [(3, 40)]


def test_run_without_start_has_no_wall_time(tmp_path: Path) -> None:
    kept = books(tmp_path, epoch(ad(EpochWriteDate=NOON + 5), 0, NOON + 5))
    assert kept.usage(["day"], ["wall_s", "attempts"]) == [{"day": "2026-06-01", "wall_s": 0, "attempts": 1}]


def test_final_ad_stands_for_a_last_run_without_record(tmp_path: Path) -> None:
    job = history(final(70, 170, JobCurrentStartDate=NOON + 110, NumShadowStarts=2))
    kept = books(tmp_path, run_of(0, 10) + run_of(30, 40, run=5, GlobalJobId="ap1#8.0#1", ProcId=1), job)
    of_job = [each for each in kept.attempts if each.job.endswith(f"#7.0#{NOON}")]
    assert [(each.run, each.source, each.wall_s) for each in of_job] == [(0, "EPOCH", 10), (1, "final", 60)]
    assert kept.residuals == []


def test_final_ad_does_not_overrule_the_record_of_its_run(tmp_path: Path) -> None:
    job = history(final(70, 170, JobCurrentStartDate=NOON + 3, NumShadowStarts=1))
    assert [(each.source, each.wall_s) for each in books(tmp_path, run_of(0, 170), job).attempts] == [("EPOCH", 170)]


def test_final_ad_of_a_removed_job_ends_its_run_at_the_wall_time(tmp_path: Path) -> None:
    """Removed at 500 s out of hold; it had run for 40 s only."""
    job = final(40, 500, CompletionDate=-1, JobStatus=3, LastJobStatus=5, JobCurrentStartDate=NOON, NumShadowStarts=1)
    assert [(each.wall_s, each.labels["outcome"]) for each in books(tmp_path, history(job)).attempts] == [(40, "held")]


def test_run_taken_over_after_a_schedd_restart_is_one_attempt(tmp_path: Path) -> None:
    """Shadow 0 died with the schedd; shadow 1 found the run that had begun at second 0. The job ad lost 20 s."""
    runs = spawn(0, 0) + spawn(20, 1) + run_of(0, 41, run=1)
    job = history(final(21, 41, JobCurrentStartDate=NOON, NumShadowStarts=2, NumJobStarts=1))
    kept = books(tmp_path, runs, job)
    assert [(each.run, each.wall_s) for each in kept.attempts] == [(1, 41)]
    assert kept.overrun_s == {f"ap1#7.0#{NOON}": 20}


def test_shadow_that_died_leaves_a_lost_attempt_and_its_time_as_residual(tmp_path: Path) -> None:
    runs = spawn(0, 0) + spawn(100, 1) + run_of(100, 130, run=1)
    kept = books(tmp_path, runs, history(final(90, 130, JobStartDate=NOON, NumShadowStarts=2)))
    assert [(each.run, each.labels["outcome"], each.wall_s) for each in kept.attempts] == [
        (0, "lost", None),
        (1, "unknown", 30),
    ]
    assert [(line.labels["site"], line.wall_s) for line in kept.residuals] == [("unattributed", 60)]


def test_last_spawn_of_a_job_in_the_queue_is_running(tmp_path: Path) -> None:
    kept = books(tmp_path, run_of(0, 10, VacateReasonCode=1013) + spawn(0, 0) + spawn(20, 1))
    assert [each.labels["outcome"] for each in kept.attempts] == ["evicted", "running"]
    assert [each.labels["project"] for each in kept.attempts] == ["Bees", "Bees"]
    (running,) = kept.usage(["outcome"], ["wall_s", "gpu_h", "cpu_h", "attempts"], where={"outcome": "running"})
    assert running == {"outcome": "running", "wall_s": None, "gpu_h": None, "cpu_h": None, "attempts": 1}


def test_of_several_spawns_without_end_only_the_last_can_be_running(tmp_path: Path) -> None:
    for texts in (spawn(0, 0) + spawn(20, 1) + spawn(20, 2), spawn(20, 2) + spawn(20, 1) + spawn(0, 0)):
        assert [each.labels["outcome"] for each in books(tmp_path, texts).attempts] == ["lost", "lost", "running"]


def test_spawn_belongs_to_the_newest_job_of_its_number(tmp_path: Path) -> None:
    """Cluster ids began anew: job 7.0 of noon, and job 7.0 of noon + 1000."""
    later = f"ap1#7.0#{NOON + 1000}"
    first, second = run_of(0, 10), run_of(1100, 1110, GlobalJobId=later, QDate=NOON + 1000)
    kept = books(tmp_path, first + spawn(900, 2) + second + spawn(1200, 1))
    assert [(each.job == later, each.run) for each in kept.attempts] == [(False, 0), (False, 2), (True, 0), (True, 1)]


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("succeeded", {"ExitBySignal": Raw("false"), "ExitCode": 0, "ExitSignal": 15}),
        ("failed", {"ExitCode": 1}),
        ("succeeded", {"ExitCode": 3, "JobSuccessExitCode": 3}),
        ("failed", {"ExitCode": 0, "JobSuccessExitCode": 3}),
        ("signal", {"ExitBySignal": Raw("true"), "ExitSignal": 11}),
        ("unknown", {}),
        (
            "held",
            {"HoldReason": "too long", "HoldReasonCode": 47, "VacateReasonCode": 1009, "ExitBySignal": Raw("true")},
        ),
        ("succeeded", {"HoldReason": Raw("undefined"), "HoldReasonCode": Raw("undefined"), "ExitCode": 0}),
        ("succeeded", {"HoldReason": "submitted on hold", "HoldReasonCode": 15, "ExitCode": 0}),
        ("succeeded", {"HoldReason": "Spooling input data files", "HoldReasonCode": 16, "ExitCode": 0}),
        ("held", {"VacateReasonCode": 13, "ExitCode": 255}),
        ("evicted", {"VacateReasonCode": 1022, "LastVacateTime": NOON - 5, "ExitBySignal": Raw("true")}),
        ("evicted", {"VacateReasonCode": 1005, "VacateReason": ""}),
        ("removed", {"VacateReasonCode": 1023, "ExitBySignal": Raw("true")}),
        ("removed", {"VacateReasonCode": 1009, "RemoveReason": "PeriodicRemove"}),
    ],
)
def test_outcome_of_a_run_is_the_first_cause_that_applies(
    tmp_path: Path, expected: str, values: dict[str, object]
) -> None:
    assert [each.labels["outcome"] for each in books(tmp_path, run_of(0, 10, 0, **values)).attempts] == [expected]


@pytest.mark.parametrize(("last_status", "expected"), [(2, "removed"), (7, "removed"), (5, "held"), (1, "held")])
def test_vacate_without_reason_is_a_removal_if_the_job_was_removed_while_running(
    tmp_path: Path, last_status: int, expected: str
) -> None:
    run = run_of(0, 10, VacateReasonCode=0, VacateReason="", ExitBySignal=Raw("true"))
    job = history(final(10, 10, CompletionDate=None, JobStatus=3, LastJobStatus=last_status, NumShadowStarts=1))
    assert [each.labels["outcome"] for each in books(tmp_path, run, job).attempts] == [expected]


def test_jobs_on_the_access_point_are_apart_from_the_pool(tmp_path: Path) -> None:
    job = history(final(60, 60, JobCurrentStartDate=NOON, JobUniverse=12))
    kept = books(tmp_path, job)
    assert kept.usage([], ["wall_s"]) == []
    assert kept.usage(["venue"], ["wall_s"]) == [{"venue": "access_point", "wall_s": 60}]
