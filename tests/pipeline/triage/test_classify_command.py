"""`htc-ledger classify`."""

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from pipeline.errors import UsageError
from pipeline.triage.command import classify

TSV = "code\tsubcode\tmessage\n34\t102\t\n\t\tvia condor_rm (by user bob)\n"


def command() -> typer.Typer:
    app = typer.Typer()
    app.command()(classify)
    return app


def test_lines_of_standard_input_are_messages() -> None:
    said = CliRunner().invoke(command(), ["--format", "json"], input="Proxy about to expire\n\nwho knows\n")
    assert said.exit_code == 0, said.output
    first, second = json.loads(said.stdout)
    assert (first["class"], first["blame"], first["confidence"]) == ("credential", "user", "clear")
    assert (second["class"], second["confidence"]) == ("unknown", "none")


def test_columns_name_codes(tmp_path: Path) -> None:
    file = tmp_path / "failures.tsv"
    file.write_text(TSV)
    said = CliRunner().invoke(command(), [str(file), "--format", "csv"])
    assert [line.split(",")[0] for line in said.stdout.splitlines()] == ["class", "memory_exceeded", "removed_user"]


def test_people_get_a_table() -> None:
    said = CliRunner().invoke(command(), input="disk usage exceeded request_disk [bold]\x1b[31m\n")
    assert "Disk exceeded" in said.stdout
    assert "[bold]" in said.stdout
    assert "\x1b[31m" not in said.stdout


def test_what_is_no_number_is_named_with_its_line() -> None:
    said = CliRunner().invoke(command(), input="code\tmessage\nmany\tx\n")
    assert isinstance(said.exception, UsageError)
    assert "line 2" in str(said.exception)


def test_nothing_to_classify_says_what_to_do() -> None:
    said = CliRunner().invoke(command(), input="\n")
    assert isinstance(said.exception, UsageError)
    assert "Pipe messages" in said.exception.hint


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    said = CliRunner().invoke(command(), [str(tmp_path / "none")])
    assert isinstance(said.exception, UsageError)
    assert "none" in str(said.exception)
