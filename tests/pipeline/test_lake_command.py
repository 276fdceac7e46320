"""`lake maintain` says what it did, to people and to programs."""

from tests.collectors.records import history, job_ad, write
from tests.ledger_command import Ledger


def test_it_says_what_it_did(ledger: Ledger) -> None:
    for number in range(9):
        ledger.ok("ingest", write(ledger.cwd / f"history.{number}", history(job_ad(number))))
    found = {table["table"]: table for table in ledger.ok("lake", "maintain", "--format", "json").json}
    assert (found["job"]["files_before"], found["job"]["files_after"], found["job"]["merged"]) == (9, 1, 9)
    assert found["job"]["note"] == ""
    out = ledger.ok("lake", "maintain").out
    assert "archive" in out
    assert "0.0 MiB freed" in out
    ledger.ok("build")
    assert ledger.usage("ap", "jobs") == [{"ap": "ap1.example.org", "jobs": 9}]


def test_without_a_lake_it_says_so(ledger: Ledger) -> None:
    answer = ledger.run("lake", "maintain")
    assert (answer.code, "there is no lake" in answer.err) == (1, True)
    assert len(ledger.ok("lake", "maintain", "--help").out.splitlines()) > 5
