"""The oracle itself, against cases that were worked out by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests import oracle

NOON = 1_780_315_200  # 2026-06-01 12:00:00 UTC
DAY = 86_400


def ad(**values: object) -> str:
    """An ad of job 7.0 on ap1, submitted at noon; strings are quoted, `raw(...)` stands as it is."""
    basis = {"GlobalJobId": f"ap1#7.0#{NOON}", "ClusterId": 7, "ProcId": 0, "QDate": NOON, "JobUniverse": 5}
    basis |= {"User": "ann@x.org", "ProjectName": "Bees", "RequestCpus": 1}
    return "".join(f"{name} = {quoted(value)}\n" for name, value in (basis | values).items() if value is not None)


class Raw(str):
    """Text that stands in an ad as it is."""


def quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) and not isinstance(value, Raw) else str(value)


def history(*ads: str) -> str:
    return "".join(f'{ad}*** Offset = 0 ClusterId = 7 ProcId = 0 Owner = "ann" CompletionDate = 1\n' for ad in ads)


def epoch(ad: str, run: int = 0, written: int = 0, kind: str = "EPOCH ") -> str:
    return f'{ad}*** {kind}ClusterId=7 ProcId=0 RunInstanceId={run} Owner="ann" CurrentTime={written}\n'


def run_of(start: int, end: int, /, run: int = 0, **values: object) -> str:
    """An EPOCH record of a run from noon + start to noon + end."""
    times = {"JobCurrentStartDate": NOON + start, "EpochWriteDate": NOON + end}
    return epoch(ad(**(times | values)), run, NOON + end)


def spawn(at: int, run: int) -> str:
    body = f"ClusterId = 7\nProcId = 0\nRunInstanceID = {run}\nShadowBday = {NOON + at}\nEpochWriteDate = {NOON + at}\n"
    return epoch(body, run, NOON + at, "SPAWN ")


def final(wall: float, end: int, **values: object) -> str:
    """The final ad of a job that completed at noon + end."""
    basis = {"JobStatus": 4, "RemoteWallClockTime": wall, "EnteredCurrentStatus": NOON + end, "ExitCode": 0}
    return ad(**(basis | {"CompletionDate": NOON + end} | values))


def books(tmp_path: Path, *texts: str, zone: str = "UTC", ap: str | None = None) -> oracle.Books:
    paths = [tmp_path / f"file{number}" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return oracle.load(paths, ap=ap, pool="test", zone=zone)


def by_day(kept: oracle.Books, metric: str = "wall_s", booking: str = "used") -> dict[object, object]:
    return {row["day"]: row[metric] for row in kept.usage(["day"], [metric], booking=booking)}


def routed(cluster: int, submitted: int, ap: str = "ce1", **values: object) -> str:
    """The final ad of a job of one hour that was submitted at noon + `submitted`."""
    times = {"QDate": NOON + submitted, "JobCurrentStartDate": NOON + 60, "GlobalJobId": f"{ap}#{cluster}.0#{NOON}"}
    return final(3600, 3660, ClusterId=cluster, **(times | values))


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


def test_newest_of_two_final_ads_is_the_job(tmp_path: Path) -> None:
    older, newer = final(70, 100), final(50, 106)
    for pair in ((older, newer), (newer, older)):
        assert by_day(books(tmp_path, history(*pair)), booking="ended") == {"2026-06-01": 50}


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


# ---- sizes, sites, days ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected_s", "values"),
    [
        (40_000, {"CpusProvisioned": 4, "RequestCpus": 2}),
        (5_000, {"CpusProvisioned": Raw("undefined"), "RequestCpus": 0.5}),
        (80_000, {"RequestCpus": Raw("Cpus * 2"), "MachineAttrCpus0": 8}),
    ],
)
def test_cores_are_provisioned_else_requested_else_the_slots(
    tmp_path: Path, expected_s: int, values: dict[str, object]
) -> None:
    assert books(tmp_path, run_of(0, 10, 0, **values)).usage([], ["cpu_h"]) == [{"cpu_h": expected_s / 3_600_000}]


def test_unknown_cores_are_unknown_hours_not_one(tmp_path: Path) -> None:
    assert books(tmp_path, run_of(0, 10, RequestCpus=None)).usage([], ["cpu_h", "wall_s"]) == [
        {"cpu_h": None, "wall_s": 10}
    ]


def test_gpus_and_memory_are_as_provisioned(tmp_path: Path) -> None:
    """1800 s x 2 GPUs = 1 GPU h; 1800 s x 4 GiB = 2 GiB h."""
    kept = books(tmp_path, run_of(0, 1800, GpusProvisioned=2, RequestGPUs=1, MemoryProvisioned=4096, RequestMemory=9))
    assert kept.usage([], ["gpu_h", "memory_gib_h"]) == [{"gpu_h": 1.0, "memory_gib_h": 2.0}]


def test_site_is_the_first_usable_name(tmp_path: Path) -> None:
    named = run_of(0, 10, JOBGLIDEIN_Site="$$(X:Unknown)", MATCH_EXP_JOBGLIDEIN_Site="Local Job", JOB_GLIDEIN_Site="S")
    assert books(tmp_path, named).usage(["site"], ["wall_s"]) == [{"site": "S", "wall_s": 10}]
    assert books(tmp_path, run_of(0, 10)).usage(["site"], ["wall_s"]) == [{"site": "unattributed", "wall_s": 10}]


def test_attempt_is_cut_at_midnight_of_the_reporting_zone(tmp_path: Path) -> None:
    """From 17:00 UTC for 10 h: 7 h + 3 h in UTC; in India (+5:30) from 22:30: 1.5 h + 8.5 h."""
    run = run_of(5 * 3600, 15 * 3600)
    assert by_day(books(tmp_path, run)) == {"2026-06-01": 25_200, "2026-06-02": 10_800}
    assert by_day(books(tmp_path, run, zone="Asia/Kolkata")) == {"2026-06-01": 5_400, "2026-06-02": 30_600}


def test_days_of_23_and_25_hours_come_out_right(tmp_path: Path) -> None:
    """Chicago 2026: clocks go forward on 8 March, back on 1 November. From 1 h before the day to 1 h after it."""
    spring, autumn = 1_772_949_600, 1_793_509_200  # 2026-03-08 00:00 CST, 2026-11-01 00:00 CDT
    in_spring = books(tmp_path, run_of(spring - 3600 - NOON, spring + 24 * 3600 - NOON), zone="America/Chicago")
    assert by_day(in_spring) == {"2026-03-07": 3600, "2026-03-08": 82_800, "2026-03-09": 3600}
    in_autumn = books(tmp_path, run_of(autumn - 3600 - NOON, autumn + 26 * 3600 - NOON), zone="America/Chicago")
    assert by_day(in_autumn) == {"2026-10-31": 3600, "2026-11-01": 90_000, "2026-11-02": 3600}


def test_first_and_last_day_are_both_in(tmp_path: Path) -> None:
    kept = books(tmp_path, run_of(0, 3 * DAY))
    rows = kept.usage(["day"], ["wall_s"], first=date(2026, 6, 2), last=date(2026, 6, 3))
    assert rows == [{"day": "2026-06-02", "wall_s": DAY}, {"day": "2026-06-03", "wall_s": DAY}]


def test_share_gives_the_rest_to_the_largest_remainder_then_to_the_earlier() -> None:
    days = [(date(2026, 6, number + 1), weight) for number, weight in enumerate([1, 1, 1])]
    assert oracle.share(2, days) == [1, 1, 0]
    days = [(date(2026, 6, number + 1), weight) for number, weight in enumerate([1, 5, 4])]
    assert oracle.share(7, days) == [1, 3, 3]  # 0.7, 3.5, 2.8: the rests go to .8 and .7


def test_cpu_time_goes_to_days_by_wall_time(tmp_path: Path) -> None:
    """13 h: 12 h of 1 June, 1 h of 2 June. 1.000001 s of CPU: 923077.846 us and 76923.154 us."""
    kept = books(tmp_path, run_of(0, 13 * 3600, RemoteUserCpu=1.0, RemoteSysCpu=0.000001))
    assert [(line.day.day, line.cpu_us) for line in kept.used] == [(1, 923_078), (2, 76_923)]


def test_efficiency_is_over_measured_attempts_only(tmp_path: Path) -> None:
    """100 s x 2 cores with 50 s of CPU, and 300 s x 1 core that nobody measured: 50 / 200, not 50 / 500."""
    measured = run_of(0, 100, RequestCpus=2, RemoteUserCpu=40.0, RemoteSysCpu=10.0)
    kept = books(tmp_path, measured + run_of(200, 500, run=1))
    (row,) = kept.usage([], ["cpu_efficiency", "cpu_measured_h", "cpu_used_h", "cpu_h"])
    assert row == {"cpu_efficiency": 0.25, "cpu_measured_h": 200 / 3600, "cpu_used_h": 50 / 3600, "cpu_h": 500 / 3600}


# ---- residuals and the two bookings ---------------------------------------------------------------------------------


def test_residual_is_spread_over_the_jobs_window(tmp_path: Path) -> None:
    """100 s are unexplained; the window is 12:00 to 06:00, 12 h + 6 h, so 67 + 33 s."""
    job = final(110, 18 * 3600, JobStartDate=NOON, CpusProvisioned=4, NumShadowStarts=1, JOB_GLIDEIN_Site="S")
    kept = books(tmp_path, run_of(0, 10), history(job))
    rows = kept.usage(["day", "outcome"], ["wall_s", "cpu_h", "attempts"], where={"site": "unattributed"})
    assert [(row["day"], row["outcome"], row["wall_s"], row["attempts"]) for row in rows] == [
        ("2026-06-01", "unattributed", 67, 0),
        ("2026-06-01", "unknown", 10, 1),
        ("2026-06-02", "unattributed", 33, 0),
    ]
    assert [row["cpu_h"] for row in rows] == [67 * 4 / 3600, 10 / 3600, 33 * 4 / 3600]


def test_charges_and_residual_make_the_jobs_wall_time(tmp_path: Path) -> None:
    kept = books(tmp_path, run_of(0, 10), history(final(110, DAY, JobStartDate=NOON)))
    assert kept.usage([], ["wall_s"]) == kept.usage([], ["wall_s"], booking="ended") == [{"wall_s": 110}]


def test_as_ended_puts_the_whole_job_on_its_end_day_and_last_site(tmp_path: Path) -> None:
    """12 h at A, evicted; 12 h at B from the next noon on, across midnight."""
    evicted = run_of(0, DAY // 2, JOB_GLIDEIN_Site="A", VacateReasonCode=1011)
    second = run_of(DAY + DAY // 4, DAY + 3 * DAY // 4, run=1, JOB_GLIDEIN_Site="B", ExitCode=0)
    job = final(DAY, DAY + 3 * DAY // 4, JobCurrentStartDate=NOON + DAY + DAY // 4, NumShadowStarts=2)
    kept = books(tmp_path, evicted + second, history(job + 'JOB_GLIDEIN_Site = "B"\nCumulativeRemoteUserCpu = 36.0\n'))
    used = kept.usage(["day", "site", "outcome"], ["wall_s"])
    assert [tuple(row.values()) for row in used] == [
        ("2026-06-01", "A", "evicted", DAY // 2),
        ("2026-06-02", "B", "succeeded", DAY // 4),
        ("2026-06-03", "B", "succeeded", DAY // 4),
    ]
    ended = kept.usage(["day", "site", "outcome"], ["wall_s", "cpu_used_h", "jobs", "attempts"], booking="ended")
    assert [tuple(row.values()) for row in ended] == [("2026-06-03", "B", "succeeded", DAY, 0.01, 1, 2)]


# ---- real records ---------------------------------------------------------------------------------------------------


def test_thirty_jobs_of_an_old_pool_have_their_known_wall_time(shared_data: Path) -> None:
    kept = oracle.load(sorted((shared_data / "jobads" / "opensciencegrid__gratia-probe").iterdir()))
    for booking in ("used", "ended"):
        assert kept.usage([], ["jobs", "wall_s"], booking=booking) == [{"jobs": 30, "wall_s": 21_965}]


def test_capture_has_the_sums_that_awk_finds(shared_data: Path) -> None:
    """974 s in 152 EPOCH runs and 20 jobs with 1 s more; 925 s in 139 final ads outside universes 7 and 12."""
    files = [path for ap in ("ap1", "ap2") for path in sorted((shared_data / "captures" / ap / "files").iterdir())]
    kept = oracle.load(files)
    assert sum(each.wall_s or 0 for each in kept.attempts if each.source == "EPOCH") == 974
    assert kept.usage([], ["wall_s", "attempts"]) == [{"wall_s": 994, "attempts": 152}]
    assert kept.usage([], ["wall_s", "jobs"], booking="ended") == [{"wall_s": 925, "jobs": 139}]
    assert sum(line.wall_s or 0 for line in kept.residuals) == 20
    assert sorted(kept.overrun_s.values()) == [2, 6, 6, 20]


def test_capture_of_an_older_version_has_the_sums_that_awk_finds(shared_data: Path) -> None:
    folder = shared_data / "captures" / "v23.9.6"
    names = ("ap1/history", "ap1/history.20261121T011305", "ap1/epoch_history", "ap2/history", "ap2/epoch_history")
    kept = oracle.load([folder / name for name in names])
    assert kept.usage([], ["wall_s", "attempts"]) == [{"wall_s": 499, "attempts": 70}]
    assert kept.usage([], ["wall_s", "jobs"], booking="ended") == [{"wall_s": 377, "jobs": 59}]
