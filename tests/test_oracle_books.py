"""The oracle's sums, against cases that were worked out by hand: sizes, days, residuals and the two bookings."""

from datetime import date
from pathlib import Path

import pytest

from tests import oracle
from tests.oracle_texts import DAY, NOON, Raw, books, by_day, final, history, run_of


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
    """974 s in 152 EPOCH runs and 20 jobs with 1 s more; 927 s in 139 jobs outside universes 7 and 12."""
    files = [path for ap in ("ap1", "ap2") for path in sorted((shared_data / "captures" / ap / "files").iterdir())]
    kept = oracle.load(files)
    assert sum(each.wall_s or 0 for each in kept.attempts if each.source == "EPOCH") == 974
    assert kept.usage([], ["wall_s", "attempts"]) == [{"wall_s": 994, "attempts": 152}]
    assert kept.usage([], ["wall_s", "jobs"], booking="ended") == [{"wall_s": 927, "jobs": 139}]
    assert sum(line.wall_s or 0 for line in kept.residuals) == 20
    assert sorted(kept.overrun_s.values()) == [6, 6, 20]


def test_capture_of_an_older_version_has_the_sums_that_awk_finds(shared_data: Path) -> None:
    folder = shared_data / "captures" / "v23.9.6"
    names = ("ap1/history", "ap1/history.20261121T011305", "ap1/epoch_history", "ap2/history", "ap2/epoch_history")
    kept = oracle.load([folder / name for name in names])
    assert kept.usage([], ["wall_s", "attempts"]) == [{"wall_s": 499, "attempts": 70}]
    assert kept.usage([], ["wall_s", "jobs"], booking="ended") == [{"wall_s": 377, "jobs": 59}]
