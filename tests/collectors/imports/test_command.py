"""`htc-ledger import` as a user runs it: into the cube, and what mistakes it tells."""

from pathlib import Path

import pytest

from tests.ledger_command import Ledger

APEL = """APEL-individual-job-message: v0.4
Site: S
SubmitHost: ce.s
LocalJobId: 7.0
VO: atlas
WallDuration: 7200
Processors: 2
StartTime: 1793487600
EndTime: 1793494800
%%
APEL-summary-job-message: v0.4
Site: S
Month: 10
Year: 2026
VO: cms
WallDuration: 36000
CpuDuration: 18000
Processors: 1
NumberOfJobs: 10
%%
"""


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    path = tmp_path / "messages"
    path.write_text(APEL, "utf-8")
    return path


def test_imported_hours_are_in_usage(ledger: Ledger, messages: Path) -> None:
    shown = ledger.ok("import", messages, "--pool", "grid", "--report", "json").json
    assert shown["files"]["usage records, apel"]["new"] == 2
    ledger.ok("build")
    found = ledger.usage("project", "cpu_h,wall_h,cpu_used_h,cpu_coverage,jobs", "--where", "pool=grid")
    by_project = {row["project"]: row for row in found}
    assert by_project["atlas"] == {
        "project": "atlas",
        "cpu_h": 4.0,
        "wall_h": 2.0,
        "cpu_used_h": None,
        "cpu_coverage": None,
        "jobs": 1,
    }
    assert (by_project["cms"]["cpu_h"], by_project["cms"]["cpu_used_h"], by_project["cms"]["jobs"]) == (10.0, 5.0, 10)
    days = ledger.usage("day", "cpu_h", "--where", "project=atlas")
    assert [(row["day"], row["cpu_h"]) for row in days] == [("2026-10-31", 2.0), ("2026-11-01", 2.0)]


def test_a_mistake_is_a_message(ledger: Ledger, messages: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a\n1\n", "utf-8")
    for words, said in (
        ((messages, "--pool", " "), "--pool is empty"),
        ((table, "--pool", "p", "--format", "csv"), "a table needs a mapping"),
        ((messages, "--pool", "p", "--format", "apel", "--mapping", table), "a mapping is for tables, not for apel"),
        ((table, "--pool", "p", "--mapping", tmp_path / "none"), "cannot be read"),
        ((table, "--pool", "p"), "holds no usage records"),
    ):
        answer = ledger.run("import", *words)
        assert (answer.code != 0, said in answer.err, "Traceback" in answer.err) == (True, True, False), answer.err


def test_a_table_with_a_mapping_is_imported_whole_or_not_at_all(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        '[columns]\nlocal_job_id = "id"\nend = "end"\nwall = "s"\n[constants]\ncores = 1\n', "utf-8"
    )
    table = tmp_path / "t.csv"
    table.write_text("id,end,s\n1,2026-11-01T10:00:00Z,60\n2,2026-11-01T10:00:00Z,x\n", "utf-8")
    answer = ledger.run("import", table, "--mapping", tmp_path / "m.toml", "--pool", "old")
    assert answer.code == 1
    assert "line 3: column 's' is 'x': no number" in answer.err
    table.write_text(table.read_text("utf-8").replace("x", "60"), "utf-8")
    ledger.ok("import", table, "--mapping", tmp_path / "m.toml", "--pool", "old")
    ledger.ok("build")
    assert ledger.usage("pool", "jobs,wall_h") == [{"pool": "old", "jobs": 2, "wall_h": 120 / 3600}]
