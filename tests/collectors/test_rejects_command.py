"""`rejects list | show | replay`: strangers' texts are shown and not obeyed, and every format says the same."""

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.collectors.records import history, job_ad, write
from tests.ledger_command import Ledger

AP = "ap1.example.org"
LARGE = job_ad(1, 0, AP, "RequestCpus = 5000", 'Cmd = "\x1b[31mred[bold]"', f'X = "{"y" * 5_000}"')
JUNK = b"=cmd()\n***\n"


@pytest.fixture
def refused(ledger: Ledger, tmp_path: Path) -> Path:
    """A file of two records, both refused; its name is odd, too."""
    path = write(tmp_path / "=[bold]history", history(LARGE) + JUNK)
    ledger.ok("ingest", path)
    return path


def ids(ledger: Ledger) -> dict[str, str]:
    """The id of each rule's reject."""
    return {row["rule"]: row["example"] for row in ledger.ok("rejects", "list", "--format", "json").json}


def test_list_is_the_same_in_every_format(ledger: Ledger, refused: Path) -> None:
    objects = ledger.ok("rejects", "list", "--format", "json").json
    assert [(row["rule"], row["records"]) for row in objects] == [("cpus-bound", 1), ("unreadable", 1)]
    lines = list(csv.DictReader(io.StringIO(ledger.ok("rejects", "list", "--format", "csv").out)))
    assert [row["example"] for row in lines] == [row["example"] for row in objects]
    path = ledger.cwd / "rejects.parquet"
    with path.open("wb") as file:
        file.write(ledger.bytes("rejects", "list", "--format", "parquet"))
    assert pq.read_table(path).to_pylist() == objects
    table = ledger.ok("rejects", "list").out
    assert "cpus-bound" in table
    assert objects[0]["example"] in table


def test_each_record_is_listed_with_its_place(ledger: Ledger, refused: Path) -> None:
    out = ledger.ok("rejects", "list", "--each", "--rule", "unreadable").out
    assert len(out.splitlines()) == 2
    assert f"{refused}, byte {len(history(LARGE)):,}: " in out
    cells = next(csv.DictReader(io.StringIO(ledger.ok("rejects", "list", "--each", "--format", "csv").out)))
    assert cells["path"] == str(refused)
    assert ledger.ok("rejects", "list", "--pool", "none").out == "No such record is rejected.\n"


def test_csv_runs_in_no_spreadsheet(ledger: Ledger, tmp_path: Path) -> None:
    ledger.ok("ingest", "--ap", "=cmd()", write(tmp_path / "history", history(LARGE.replace(f"{AP}#", ""))))
    rows = list(csv.DictReader(io.StringIO(ledger.ok("rejects", "list", "--each", "--format", "csv").out)))
    assert [row["ap"] for row in rows] == ["'=cmd()"]


def test_show_says_where_why_what_to_do_and_the_record(ledger: Ledger, refused: Path) -> None:
    out = ledger.ok("rejects", "show", ids(ledger)["cpus-bound"]).out
    for said in (
        str(refused),
        "5000 cores",
        "largest_slot_cpus",
        "rejects replay --rule cpus-bound",
        "ClusterId = 1",
        AP,
    ):
        assert said in out
    assert "\x1b" not in out
    assert r'Cmd = "\x1b[31mred[bold]"' in out
    assert "... (3,006 more)" in out, "a long line is cut"


def test_show_raw_gives_the_bytes(ledger: Ledger, refused: Path) -> None:
    assert ledger.bytes("rejects", "show", ids(ledger)["unreadable"], "--raw") == JUNK


def test_replay_says_what_came_of_it_and_the_ledger_counts_it(ledger: Ledger, refused: Path) -> None:
    stays = ledger.ok("rejects", "replay").out
    assert "Pass: 0" in stays
    assert "cpus-bound: 1, such as: request_cpus_milli is 5000 cores" in stays
    passes = ledger.ok("rejects", "replay", "--id", ids(ledger)["cpus-bound"], HTC_LEDGER_LARGEST_SLOT_CPUS="5000").out
    assert "Pass: 1 (new rows: 1)" in passes
    assert "htc-ledger build" in passes
    assert list(ids(ledger)) == ["unreadable"]
    ledger.ok("build")
    assert ledger.usage("ap", "jobs") == [{"ap": AP, "jobs": 1}]
    done = ledger.ok("rejects", "replay", "--rule", "unreadable", "--format", "json").json
    assert (done["read"], done["passed"], done["stayed"]) == (1, 0, {"unreadable": 1})


def test_mistakes_are_said_so(ledger: Ledger, refused: Path) -> None:
    for words in (("show", "nonsense"), ("replay", "--id", "0" * 16), ("replay", "--ap", " ")):
        answer = ledger.run("rejects", *words)
        assert (answer.code, answer.err.startswith("error: ")) == (2, True), words
        assert "Traceback" not in answer.err


def test_without_rejects_it_says_so(ledger: Ledger, tmp_path: Path) -> None:
    ledger.ok("ingest", write(tmp_path / "history", history(job_ad(1))))
    assert ledger.ok("rejects", "list").out == "No record is rejected.\n"
    assert ledger.ok("rejects", "replay").out.startswith("Rejects read again: 0.")


@pytest.mark.parametrize("command", ["list", "show", "replay"])
def test_every_command_explains_itself(ledger: Ledger, command: str) -> None:
    assert len(ledger.ok("rejects", command, "--help").out.splitlines()) > 5
