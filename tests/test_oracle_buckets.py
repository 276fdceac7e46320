"""The oracle's buckets, against cases that were worked out by hand."""

from pathlib import Path
from typing import Any

import pytest

from tests import oracle
from tests.oracle_texts import NOON, Raw, books, final, history, run_of, spawn

CORE = {"CpusProvisioned": 1, "ExitCode": 0}


def hours(kept: oracle.Books, metric: str = "cpu_h", booking: str = "used") -> dict[object, object]:
    """Bucket -> seconds (of one core, one GPU or one GiB)."""
    rows = kept.usage(["bucket"], [metric], booking=booking)
    return {row["bucket"]: None if row[metric] is None else round(float(str(row[metric])) * 3600, 6) for row in rows}


def test_a_run_that_ended_well_is_used_and_idle(tmp_path: Path) -> None:
    kept = books(tmp_path, run_of(0, 100, **CORE, RemoteUserCpu=29.5, RemoteSysCpu=0.5))
    assert hours(kept) == {"idle": 70, "not_measured": None, "used": 30}


def test_a_run_without_cpu_report_is_not_measured_and_not_idle(tmp_path: Path) -> None:
    assert hours(books(tmp_path, run_of(0, 100, **CORE))) == {"not_measured": 100}


def test_cpu_time_beyond_the_cores_is_in_no_bucket(tmp_path: Path) -> None:
    kept = books(tmp_path, run_of(0, 100, **CORE, RemoteUserCpu=250.0))
    assert hours(kept) == {"idle": 0, "not_measured": None, "used": 100}
    assert kept.usage([], ["cpu_overuse_h"]) == [{"cpu_overuse_h": 150 / 3600}]


def test_memory_and_gpus_have_sheets_of_their_own(tmp_path: Path) -> None:
    """4096 MiB of which 1 GiB was used, two GPUs of which half a one was busy."""
    size = {"MemoryProvisioned": 4096, "GPUsProvisioned": 2}
    measured: dict[str, Any] = {"ResidentSetSize": 1024 * 1024, "GPUsAverageUsage": 0.5}
    kept = books(tmp_path, run_of(0, 100, **CORE, **size, **measured))
    assert hours(kept, "memory_gib_h") == {"idle": 300, "not_measured": None, "used": 100}
    assert hours(kept, "gpu_h") == {"idle": 150, "not_measured": None, "used": 50}
    names = ["memory_efficiency", "memory_coverage", "gpu_efficiency", "gpu_coverage"]
    assert kept.usage([], names) == [dict(zip(names, (0.25, 1.0, 0.25, 1.0), strict=True))]


def test_transfers_and_waiting_for_them_come_first(tmp_path: Path) -> None:
    into = {"TransferInQueued": NOON + 5, "TransferInStarted": NOON + 15, "TransferInFinished": NOON + 45}
    out = {"TransferOutStarted": NOON + 80, "TransferOutFinished": NOON + 99}
    kept = books(tmp_path, run_of(0, 100, **CORE, **into, **out))
    assert hours(kept) == {"not_measured": 41, "transfer_in": 30, "transfer_out": 19, "transfer_queue": 10}


def test_instants_of_an_earlier_run_are_not_of_this_one(tmp_path: Path) -> None:
    stale = {"TransferInStarted": NOON - 50, "TransferInFinished": NOON - 20, "LastSuspensionTime": NOON - 10}
    assert hours(books(tmp_path, run_of(0, 100, 1, **CORE, **stale, CumulativeSuspensionTime=40))) == {
        "not_measured": 100
    }


def test_a_suspension_that_was_open_lasts_to_the_end(tmp_path: Path) -> None:
    status = {"JobStatus": 7, "LastSuspensionTime": NOON + 70, "UncommittedSuspensionTime": 20}
    kept = books(tmp_path, run_of(0, 100, VacateReasonCode=1023, **CORE, **status))
    assert hours(kept) == {"removed": 50, "suspended": 50}


def test_what_a_checkpoint_saved_is_not_lost_and_good_once_the_job_completed(tmp_path: Path) -> None:
    saved = {"VacateReasonCode": 1022, "JobCurrentStartExecutingDate": NOON + 10, "JobLastCheckpointTime": NOON + 60}
    evicted, second = run_of(0, 100, **CORE, **saved), run_of(200, 300, 1, **CORE)
    open_, whole = books(tmp_path, evicted), books(tmp_path, evicted + second, history(final(200, 300)))
    assert hours(open_) == {"checkpointed": 50, "evicted": 50}
    assert hours(whole) == {"checkpointed": 50, "evicted": 50, "not_measured": 100}
    for kept, good in ((open_, 0), (whole, 150)):
        (row,) = kept.usage([], ["goodput_completed_h", "goodput_succeeded_h"])
        assert row == {"goodput_completed_h": good / 3600, "goodput_succeeded_h": good / 3600}


def test_a_retried_failure_completed_nothing_and_the_last_one_completed_its_job(tmp_path: Path) -> None:
    failed = {"CpusProvisioned": 1, "ExitCode": 3}
    runs = run_of(0, 100, **failed) + run_of(200, 250, 1, **failed)
    (row,) = books(tmp_path, runs).usage([], ["goodput_completed_h", "goodput_succeeded_h", "badput_h", "wasted_h"])
    expected = {"goodput_completed_h": 50, "goodput_succeeded_h": 0, "badput_h": 100, "wasted_h": 150}
    assert row == {name: seconds / 3600 for name, seconds in expected.items()}


def test_a_run_before_one_that_runs_now_completed_nothing(tmp_path: Path) -> None:
    kept = books(tmp_path, run_of(0, 100, **CORE) + spawn(200, 1))
    assert kept.usage(["bucket"], ["goodput_completed_h"]) == [
        {"bucket": "not_measured", "goodput_completed_h": 0.0},
        {"bucket": "unknown", "goodput_completed_h": None},
    ]


def test_a_bucket_is_cut_at_midnight_as_its_attempt_is(tmp_path: Path) -> None:
    """12 h before midnight and 1 h after it; input took the first 6 h, so the rest is 6 h + 1 h of 7 h of CPU time."""
    into = {"TransferInStarted": NOON, "TransferInFinished": NOON + 6 * 3600}
    kept = books(tmp_path, run_of(0, 13 * 3600, **CORE, **into, RemoteUserCpu=3.5 * 3600))
    rows = kept.usage(["day", "bucket"], ["cpu_h"])
    assert [(row["day"], row["bucket"], row["cpu_h"]) for row in rows if row["cpu_h"] is not None] == [
        ("2026-06-01", "idle", 3.0),
        ("2026-06-01", "transfer_in", 6.0),
        ("2026-06-01", "used", 3.0),
        ("2026-06-02", "idle", 0.5),
        ("2026-06-02", "used", 0.5),
    ]


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ({"idle": 50, "not_measured": None, "unattributed": 30, "used": 20}, {"CommittedTime": 70}),
        ({"idle": 80, "not_measured": None, "used": 20}, {"CommittedTime": 999}),
        ({"unknown": 100}, {}),
        ({"failed": 70, "unattributed": 30}, {"CommittedTime": 70, "ExitCode": 1}),
        ({"removed": 100}, {"CommittedTime": 0, "JobStatus": 3, "CompletionDate": Raw("undefined")}),
    ],
)
def test_as_ended_the_committed_time_is_good_and_the_other_runs_are_unattributed(
    tmp_path: Path, expected: dict[str, float], values: dict[str, object]
) -> None:
    kept = books(tmp_path, history(final(100, 100, RemoteUserCpu=20.0, **values)))
    assert hours(kept, booking="ended") == expected


def test_real_jobs_are_committed_as_their_schedd_says(samples: Path) -> None:
    """Goodput of each job that completed is its CommittedTime, but for what the README of the samples tells of.

    To the second in 458 of 469 jobs. Eleven differ: three committed no second of setting up (50.0, 51.0 and 18.0, which
    checkpoint themselves), and eight kept their slot for 1 to 16 s after the record of the run was written.
    """
    files = [path for ap in ("ap1", "ap2") for path in (samples / ap).iterdir() if "history" in path.name]
    kept = oracle.load(files)
    ours = {job.id: 0 for job in kept.jobs}
    for line in kept.used:
        ours[line.job] += sum(piece.wall_us or 0 for piece in line.pieces if piece.completed) // 1_000_000
    told = {job.id: job.final.whole("CommittedTime") for job in kept.jobs if job.final and job.venue == "pool"}
    assert len(told) == 469
    assert {name.split("#")[1]: (ours[name], told[name]) for name in told if ours[name] != told[name]} == {
        **{"50.0": (61, 60), "51.0": (40, 39), "18.0": (69, 68)},
        **{"77.0": (86, 87), "81.0": (62, 78), "81.1": (64, 74), "91.2": (3, 4), "93.3": (76, 77)},
        **{"99.0": (106, 107), "99.1": (106, 107), "115.2": (26, 27)},
    }
