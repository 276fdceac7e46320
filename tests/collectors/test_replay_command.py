"""`replay` says what came of each table, and what was refused."""

from pathlib import Path

from tests.collectors.records import history, job_ad, write
from tests.ledger_command import Ledger

AP = "ap1.example.org"
JOBS = history(job_ad(1), job_ad(2, 0, AP, "RequestCpus = 5000"))


def test_it_says_what_changed_and_what_is_refused_now(ledger: Ledger, tmp_path: Path) -> None:
    ledger.ok("ingest", write(tmp_path / "history", JOBS), HTC_LEDGER_LARGEST_SLOT_CPUS="5000")
    same = ledger.ok("replay", HTC_LEDGER_LARGEST_SLOT_CPUS="5000").out
    assert "Archived records read again: 2." in same
    assert "nothing changed" in same
    assert "build" not in same
    refused = ledger.ok("replay").out
    assert "made anew" in refused
    assert "Refused now, cpus-bound: 1, such as: request_cpus_milli is 5000 cores" in refused
    assert "htc-ledger build" in refused
    ledger.ok("build")
    assert ledger.usage("ap", "jobs") == [{"ap": AP, "jobs": 1}]


def test_programs_get_the_same_as_json(ledger: Ledger, tmp_path: Path) -> None:
    ledger.ok("ingest", write(tmp_path / "history", JOBS))
    done = ledger.ok("replay", "--format", "json", HTC_LEDGER_LARGEST_SLOT_CPUS="5000").json
    assert done["archive"]["records"] == 1
    assert done["tables"] == [{"table": "job", "rows": 1, "as_they_were": 0, "changed": False}]
    assert (done["rejects"]["passed"], done["rejects"]["new_rows"]) == (1, 1)


def test_without_a_lake_it_says_so(ledger: Ledger) -> None:
    answer = ledger.run("replay")
    assert (answer.code, "there is no lake" in answer.err) == (1, True)
