"""The command `report facility`, as a user runs it."""

import csv
import io
from pathlib import Path

import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger


@pytest.fixture
def ledger(reported_lake: Lake, tmp_path: Path) -> Ledger:
    return Ledger(reported_lake.root, tmp_path)


def test_a_report_is_written_in_both_forms_with_its_annex(ledger: Ledger, tmp_path: Path) -> None:
    said = ledger.ok("report", "facility", "--period", "2026-11", "-o", "a.pdf", "--annex", "annex.zip")
    assert said.out == "Wrote a.pdf and annex.zip.\n"
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-1.7")
    ledger.ok("report", "facility", "--period", "2026-11", "-o", "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    ledger.ok("report", "facility", "--period", "2026-11", "--format", "html", "-o", "a.html")
    assert "18.0" in (tmp_path / "a.html").read_text("utf-8")


@pytest.mark.parametrize(("kind", "name"), [("facility", ""), ("project", "A"), ("site", "Beta")])
def test_the_total_of_each_report_is_that_of_usage(ledger: Ledger, tmp_path: Path, kind: str, name: str) -> None:
    days = ("--from", "2026-11-01", "--to", "2026-11-10")
    said = ledger.ok(
        "report", kind, *([name] if name else []), *days, "--format", "html", "-o", "a.html", "--annex", "a"
    )
    assert said.out == "Wrote a.html and a.\n"
    by, where = (kind, ("--where", f"{kind}={name}")) if name else ("pool", ())
    (row,) = ledger.usage(by, "cpu_h,gpu_h,jobs,goodput_succeeded_h", *days, *where)
    totals = dict(csv.reader(io.StringIO((tmp_path / "a" / "totals.csv").read_text("utf-8"))))
    for metric in ("cpu_h", "jobs", "goodput_succeeded_h"):
        assert float(totals[metric]) == row[metric] > 0, metric
    assert f">{row['cpu_h']:,.1f}<" in (tmp_path / "a.html").read_text("utf-8")


def test_a_report_is_asked_as_closed_when_a_month_is_closed(reported_lake: Lake, tmp_path: Path) -> None:
    own = Ledger(copied(reported_lake, tmp_path / "own").root, tmp_path)
    asked = ("report", "facility", "--period", "2026-10", "--as-closed", "--format", "html", "-o", "a.html")
    refused = own.run(*asked)
    assert (refused.code, "no month up to 2026-10-31 is closed" in refused.err) == (2, True)
    own.ok("close", "2026-10", "--even-so", "--reason", "monthly")
    own.ok(*asked)
    assert "What was restated" in (tmp_path / "a.html").read_text("utf-8")


def test_the_fiscal_year_and_the_template_are_settings(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "our.toml").write_text('facility = "Our Facility"\nparts = ["provenance"]\n', "utf-8")
    settings = {"HTC_LEDGER_FISCAL_YEAR_MONTH": "10", "HTC_LEDGER_REPORT_TEMPLATE": "our.toml"}
    ledger.ok("report", "facility", "--period", "FY2027", "--format", "html", "-o", "a.html", **settings)
    written = (tmp_path / "a.html").read_text("utf-8")
    assert "Our Facility" in written
    assert "1 October 2026 to 30 September 2027" in written


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "a report is of a period"),
        (("--period", "soon"), "'soon' is no period"),
        (("--period", "2020"), "nothing is known of 2020"),
        (("--from", "2026-11-02", "--to", "2026-11-01"), "is after"),
        (("--period", "2026-11", "--template", "none.toml"), "none.toml cannot be read"),
        (("--period", "2026-11", "--pool", "none"), "there is no pool 'none'"),
        (("--period", "2026-11", "--where", "pool=reported"), "a report is of one pool"),
    ],
)
def test_a_mistake_is_a_message_and_writes_nothing(
    ledger: Ledger, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    done = ledger.run("report", "facility", "-o", "a.pdf", *words)
    assert done.code == 2
    assert why in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "a.pdf").exists()
