"""The command line: it teaches, it answers in every format, and a mistake is a message and an exit code."""

import csv
import io
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from htc_ledger import command_line
from pipeline.lake import Lake
from tests.conftest import ROOT
from tests.copied_lake import copied
from tests.ledger_command import Ledger

COMMANDS = [
    command.name or command.callback.__name__ for command in command_line().registered_commands if command.callback
]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """The command in an interpreter of its own for each run: here it is what is tested."""
    return Ledger(tmp_path / "lake", tmp_path, is_fresh=True)


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The real sample, ingested and built. Do not write to it."""
    folder = tmp_path_factory.mktemp("sampled")
    command = Ledger(folder / "lake", folder, is_fresh=True)
    command.ok("ingest", "--pool", "sample", *sorted((ROOT / "data-samples").glob("ap*/*history*")))
    command.ok("build")
    return Lake(command.lake)


@pytest.fixture
def sample(ledger: Ledger, sampled: Lake) -> Ledger:
    """The command with that lake, for one test."""
    copied(sampled, ledger.lake)
    return ledger


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(ledger: Ledger, command: str) -> None:
    help_text = ledger.ok(command, "--help").out
    assert len(help_text.splitlines()) > 5
    assert command in (ROOT / "README.md").read_text("utf-8"), "the README speaks of every command"


def test_help_lists_every_command_and_where_to_start(ledger: Ledger) -> None:
    shown = ledger.ok("--help").out
    assert all(re.search(rf"^\W*{command}\b", shown, re.MULTILINE) for command in COMMANDS)
    assert "Start with: htc-ledger ingest" in shown


def test_usage_answers_the_same_in_every_format(sample: Ledger) -> None:
    question = ("usage", "--by", "project,site", "--metrics", "cpu_h,jobs")
    objects = sample.ok(*question, "--format", "json").json
    assert [list(row) for row in objects] == [["project", "site", "cpu_h", "jobs"]] * len(objects)
    lines = list(csv.DictReader(io.StringIO(sample.ok(*question, "--format", "csv").out)))
    assert [float(row["cpu_h"]) for row in lines] == [row["cpu_h"] for row in objects]
    sample.ok(*question, "--format", "parquet", "--output", "answer.parquet")
    assert pq.read_table(sample.cwd / "answer.parquet").to_pylist() == objects
    table = sample.ok(*question).out
    assert "Core hours" in table
    assert "as used" in table


def test_equal_records_give_equal_bytes(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(tmp_path / "other", tmp_path, is_fresh=True)
    files = sorted((ROOT / "data-samples").glob("ap*/*history*"))
    ledger.ok("ingest", *files)
    for file in reversed(files):
        other.ok("ingest", file)
    for command in (ledger, other):
        command.ok("build")
    question = ("usage", "--by", "day,project,site,user,outcome", "--metrics", "cpu_h,gpu_h,cpu_used_h,jobs,attempts")
    for booking in ("used", "ended"):
        more = ("--booking", booking, "--format", "csv")
        assert ledger.ok(*question, *more).out == other.ok(*question, *more).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("usage",), "nothing is published"),
        (("usage", "--from", "yesterday"), "yesterday"),
        (("usage", "--from", "2026-02-01", "--to", "2026-01-01"), "is after"),
        (("usage", "--where", "project"), "no '='"),
        (("build",), "there is no lake"),
        (("status",), "there is no lake"),
        (("ingest",), "Missing argument"),
        (("ingest", "nowhere"), "nowhere"),
        (("nothing",), "No such command"),
    ],
)
def test_a_mistake_is_a_message_and_an_exit_code(ledger: Ledger, words: tuple[str, ...], says: str) -> None:
    answer = ledger.run(*words)
    assert answer.code in (1, 2)
    assert says in answer.out + answer.err
    assert "Traceback" not in answer.err
    assert not ledger.lake.exists() or words[0] == "ingest"


def test_an_unknown_metric_is_answered_with_the_nearest(sample: Ledger) -> None:
    answer = sample.run("usage", "--metrics", "cpu_hour")
    assert (answer.code, answer.out) == (2, "")
    assert "Did you mean 'cpu_h'?" in answer.err


def test_an_unknown_setting_is_refused_everywhere(ledger: Ledger) -> None:
    answer = ledger.run("status", HTC_LEDGER_LAKEE="x")
    assert answer.code == 2
    assert "HTC_LEDGER_LAKE" in answer.err


def test_init_writes_a_file_once(ledger: Ledger) -> None:
    ledger.ok("init")
    assert "# Reporting time zone" in (ledger.cwd / "ledger.toml").read_text("utf-8")
    assert "--force" in ledger.run("init").err
    ledger.ok("init", "--force")


def test_status_shows_pools_rejects_and_settings(sample: Ledger) -> None:
    shown = sample.ok("status").out
    assert "sample" in shown
    assert "reporting time zone" in shown.lower()
    assert str(sample.lake) in shown


def test_a_table_never_obeys_a_name_from_a_record(ledger: Ledger, tmp_path: Path) -> None:
    ad = (
        'ProjectName = "[red]\x1b[31mred\u202e"\nUser = "a@b"\nGlobalJobId = "ap1#1.0#1790000000"\nClusterId = 1\n'
        "ProcId = 0\nQDate = 1790000000\nJobStatus = 4\nJobUniverse = 5\nJobCurrentStartDate = 1790000010\n"
        "CompletionDate = 1790000020\nEnteredCurrentStatus = 1790000020\nRemoteWallClockTime = 10.0\nRequestCpus = 1\n"
        'ExitCode = 0\n*** Offset = 0 ClusterId = 1 ProcId = 0 Owner = "a" CompletionDate = 1790000020\n'
    )
    (tmp_path / "history").write_text(ad, "utf-8")
    ledger.ok("ingest", "history")
    ledger.ok("build")
    shown = ledger.ok("usage").out
    assert "[red]\\x1b[31mred\\u202e" in shown
