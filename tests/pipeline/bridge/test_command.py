"""The command `bridge` as a user runs it."""

from pathlib import Path

import pytest

from tests.collectors.records import history, job_ad, write
from tests.ledger_command import Ledger


@pytest.fixture
def two(ledger: Ledger, tmp_path: Path) -> Ledger:
    """A lake of a job of 100 core seconds, and of one that was removed after as many."""
    removed = job_ad(2, 0, "ap1.example.org", "JobStatus = 3", "CompletionDate = 0")
    ledger.ok("ingest", write(tmp_path / "history", history(job_ad(1), removed)))
    ledger.ok("build")
    return ledger


def test_a_bridge_is_the_same_for_people_and_programs(two: Ledger) -> None:
    rows = two.ok("bridge", "--target", "gracc", "--format", "json").json
    assert [(row["kind"], row["name"], row["mcore_s"]) for row in rows] == [
        ("total", "used", 200_000),
        ("total", "ended", 200_000),
        ("step", "removed", -100_000),
        ("total", "gracc", 100_000),
        ("unexplained", "unexplained", 0),
    ]
    assert rows[2]["receipts"] == "ap1.example.org#2.0 -100000"
    said = two.ok("bridge", "--target", "gracc").out
    assert "Removed jobs" in said
    assert "\u22120.0278" in said


def test_a_foreign_total_is_walked_to_ours(two: Ledger, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("period,hours\n2026-Q4,0.05\n", "utf-8")
    rows = two.ok("bridge", "--foreign", theirs, "--format", "json").json
    assert [(row["name"], row["mcore_s"]) for row in rows] == [
        ("foreign", 180_000),
        ("not_explained", -80_000),
        ("gracc", 100_000),
        ("removed", 100_000),
        ("ended", 200_000),
        ("used", 200_000),
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("--by", "day"),
        ("--from", "2026-11-02", "--to", "2026-11-01"),
        ("--foreign", "nowhere.csv"),
        ("--where", "pool"),
    ],
)
def test_a_mistake_is_a_message_and_no_traceback(two: Ledger, words: tuple[str, ...]) -> None:
    answer = two.run("bridge", *words)
    assert answer.code == 2
    assert answer.err.startswith("error: ")
    assert "Traceback" not in answer.err
