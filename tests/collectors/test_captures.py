"""Real files of real daemons and of other people: all are read, or rejected with a reason that a person can act on."""

from pathlib import Path

import pytest

from collectors.report import Report
from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, JOB, SLOT_AD, TABLES
from tests.collectors.conftest import Ingest

ACTS = ("name it with --ap NAME", "write it whole", "ingest the history file", "no attribute", "cut or projected")
"""What every reason among the shared files tells to do, or what is wrong at the place that is named."""
LEFT_UNREAD = (
    "is empty",
    "is XML, which is not read",
    "is in the bracketed ClassAd form, which is not read",
    "is text, but not records of HTCondor",
    "is a job event log, which holds no usage records",
)


def new(report: Report) -> int:
    return sum(tally.new for tally in report.kinds.values())


def files(folder: Path, *patterns: str) -> list[Path]:
    found = sorted(path for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    assert found
    return found


def sums(lake: Lake) -> dict[str, int]:
    return {table.name: lake.read(table, ["record_id"]).num_rows for table in TABLES}


def test_thirty_per_job_files_of_htcondor_7_are_thirty_jobs(read: Ingest, lake: Lake, shared_data: Path) -> None:
    report = read(*files(shared_data / "jobads" / "opensciencegrid__gratia-probe", "*"))
    jobs = lake.read(JOB).to_pylist()
    assert (report.of("ads").files, len(jobs), sum(job["wall_s"] for job in jobs)) == (30, 30, 21_965)
    assert not report.rejects
    assert {job["ap"] for job in jobs} == {"stress3.chtc.wisc.edu"}
    # an expression over ImageSize, which no column holds
    assert {job["request_memory_mib"] for job in jobs} == {342}


@pytest.mark.parametrize("ap", ["ap1", "ap2"])
def test_copies_and_tool_output_add_no_row_to_what_the_files_held(
    ap: str, read: Ingest, lake: Lake, shared_data: Path
) -> None:
    captures = shared_data / "captures" / ap
    first = read(*files(captures / "files", "*history*"))
    assert (new(first) > 50, first.rejects, first.unread) == (True, {}, [])
    assert all(tally.chain_breaks == tally.tails == 0 for tally in first.kinds.values())
    before = sums(lake)
    copies = read(*files(captures, "perjob_and_epochs_dirs/*/*", "tools/*.json", "tools/*.jsonl", "tools/*.long"))
    assert new(copies) == 0
    # SPAWN records alone say nothing of their access point
    assert set(copies.rejects) == {"no-owner"}
    assert sums(lake) | {"reject": 0, "source_file": 0} == before | {"reject": 0, "source_file": 0}
    named = read(*files(captures, "tools/spawn.jsonl"), ap=f"{ap}.pool.test")
    assert (new(named), named.rejects) == (0, {})


def test_other_versions_tools_add_no_row_either(read: Ingest, shared_data: Path) -> None:
    captures = shared_data / "captures" / "v23.9.6"
    first = read(*files(captures, "ap*/history", "ap*/history.2*", "ap*/epoch_history"))
    assert (new(first), first.rejects) == (63 + 79, {})
    assert new(read(*files(captures, "ap1/*.json", "ap1/*.jsonl"))) == 0


def test_bindings_read_the_same_records_as_the_files_hold(read: Ingest, shared_data: Path) -> None:
    captures = shared_data / "captures"
    read(*files(captures, "ap*/files/*history*", "collector/startd_history.*"))
    bindings = (
        "ap*.history.jsonl",
        "ap*.epochs.jsonl",
        "ap*.transfers.jsonl",
        "startd.*.history.jsonl",
        "*.daemon.jsonl",
    )
    report = read(*files(captures / "bindings", *bindings))
    assert (new(report), report.rejects) == (0, {})
    assert {what.split(": ")[1] for what, _ in report.unread} == {"is empty"}


def test_startd_history_is_of_runs_and_never_of_jobs(read: Ingest, lake: Lake, shared_data: Path) -> None:
    report = read(*files(shared_data / "captures", "**/startd_history.*"))
    assert (report.of("startd history").ads, report.of("startd history").new) == (151, 151)
    assert lake.read(JOB).num_rows == 0
    assert set(lake.read(ATTEMPT_RECORD, ["record_type"]).column("record_type").to_pylist()) == {"STARTD"}


def test_every_record_of_captured_files_is_a_row(read: Ingest, lake: Lake, shared_data: Path) -> None:
    paths = files(shared_data / "captures", "*/files*/*history*", "v23.9.6/ap*/history*", "v23.9.6/ap*/epoch_history")
    records = sum(path.read_bytes().count(b"\n***") for path in paths if path.suffix not in (".json", ".jsonl"))
    report = read(*(path for path in paths if path.suffix not in (".json", ".jsonl")))
    assert sum(tally.ads for tally in report.kinds.values()) == records
    assert (report.rejects, report.skipped, report.unread) == ({}, {}, [])


@pytest.mark.parametrize(
    ("name", "rows", "tails", "rejects"),
    [
        ("full3", 3, 0, 0),
        ("blank_start", 3, 0, 0),
        ("noban", 3, 1, 0),
        ("banner_half", 3, 1, 0),
        ("banner_nonl", 3, 1, 0),
        ("nul_tail", 3, 1, 0),
        ("partial_attr", 3, 1, 0),
        ("partial_midvalue", 3, 1, 0),
        ("junk_then_more", 4, 0, 1),
    ],
)
def test_partial_tails_wait_and_junk_is_rejected(
    name: str, rows: int, tails: int, rejects: int, read: Ingest, shared_data: Path
) -> None:
    tally = read(shared_data / "captures" / "partial_tails" / name).of("history")
    assert (tally.new, tally.tails, tally.rejects) == (rows, tails, rejects)


def test_a_partial_tail_that_is_finished_later_is_read_then(
    read: Ingest, lake: Lake, shared_data: Path, tmp_path: Path
) -> None:
    whole = (shared_data / "captures" / "ap1" / "files" / "history").read_bytes()
    growing = tmp_path / "history"
    for size in range(0, len(whole), 4_321):
        growing.write_bytes(whole[:size])
        read(growing)
    growing.write_bytes(whole)
    read(growing)
    undisturbed = {line.split()[6] + line.split()[9] for line in whole.decode().splitlines() if line.startswith("*** ")}
    jobs = lake.read(JOB, ["cluster", "proc"]).to_pylist()
    assert len(jobs) == len(undisturbed) == whole.count(b"\n***")


def test_live_queue_ads_are_rejected_as_such(read: Ingest, shared_data: Path) -> None:
    report = read(*files(shared_data / "captures" / "queue", "*.json", "*.long"))
    assert (new(report), set(report.rejects)) == (0, {"not-final"})
    assert "live queue ads are not history" in report.reasons["not-final"]


def test_pool_ads_of_every_age_and_form_are_slots(read: Ingest, lake: Lake, shared_data: Path) -> None:
    report = read(*files(shared_data, "poolads/*/*", "captures/collector/*.long", "captures/collector/*.json"))
    assert (report.rejects, report.unread) == ({}, [])
    assert set(report.skipped) == {f"MyType {word}" for word in ("DaemonMaster", "StartD", "Collector")}
    slots = lake.read(SLOT_AD).to_pylist()
    assert len(slots) > 30
    assert all(slot["name"] and slot["seen_utc"] for slot in slots)


def test_every_shared_file_is_read_or_refused_with_a_reason_to_act_on(read: Ingest, shared_data: Path) -> None:
    report = read(*files(shared_data, "jobads/*/*", "poolads/*/*", "captures/**/*"))
    assert all(any(words in reason for words in ACTS) for reason in report.reasons.values()), report.reasons
    assert all(any(words in what for words in LEFT_UNREAD) and hint for what, hint in report.unread), report.unread


def test_everything_twice_changes_nothing(read: Ingest, lake: Lake, shared_data: Path) -> None:
    everything = files(shared_data, "jobads/*/*", "poolads/*/*", "captures/**/*")
    read(*everything)
    before = sums(lake)
    assert new(read(*reversed(everything))) == 0
    assert sums(lake) == before
