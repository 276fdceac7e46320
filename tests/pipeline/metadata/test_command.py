"""The commands `htc-ledger metadata ...` as a user runs them."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger
from tests.pipeline.ledger_rows import small_ledger
from tests.pipeline.metadata.small_topology import write

OWN = """
[[alias]]
of = "project"
name = "A"
registered = "North_Ada"

[[project]]
name = "B"
institution = "=uni-b"

[[pledge]]
name = "Alpha"
core_hours = 2
share = "50 %"
"""


@pytest.fixture(scope="module")
def imported_lake(shared_lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The small ledger with made-up Topology and a file of one's own, built. Do not write to it."""
    folder = tmp_path_factory.mktemp("imported")
    ledger = Ledger(shared_lake.root, folder)
    small_ledger(shared_lake)
    (folder / "own.toml").write_text(OWN)
    ledger.ok("metadata", "import", "topology", write(folder / "topology"), "--as-of", "2026-11-01")
    ledger.ok("metadata", "import", "toml", folder / "own.toml")
    ledger.ok("build")
    return shared_lake


@pytest.fixture
def imported(ledger: Ledger, imported_lake: Lake) -> Ledger:
    """The command with that lake, for one test."""
    copied(imported_lake, ledger.lake)
    return ledger


def test_usage_is_grouped_by_what_was_imported(imported: Ledger) -> None:
    rows = imported.usage("institution,project", "wall_s,jobs")
    assert rows == [
        {"institution": "=uni-b", "project": "B", "wall_s": 900, "jobs": 1},
        {"institution": "North University", "project": "North_Ada", "wall_s": 900, "jobs": 1},
        {"institution": "unmapped", "project": "unmapped", "wall_s": 110, "jobs": 1},
    ]
    assert imported.usage("field_of_science", "wall_s", "--where", "project=North_Ada") == [
        {"field_of_science": "Physics (40.08)", "wall_s": 900}
    ]


def test_an_import_says_what_it_did_and_twice_is_once(ledger: Ledger, tmp_path: Path) -> None:
    topology = write(tmp_path / "topology")
    tried = ledger.ok("metadata", "import", "topology", topology, "--dry-run").out
    first = ledger.ok("metadata", "import", "topology", topology).out
    again = ledger.ok("metadata", "import", "topology", topology).out
    assert "would be new, 0 would be gone." in " ".join(tried.split())
    assert "are new, 0 are gone." in " ".join(first.split())
    assert "key-twice 1" in " ".join(first.split())
    assert "Nothing changed." in " ".join(again.split())


def test_a_bad_file_is_an_error_without_a_traceback(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("name,pi\nA\n")
    answer = ledger.run("metadata", "import", "csv", tmp_path / "own.csv", "--kind", "project")
    assert answer.code == 1
    assert "own.csv, line 2: 1 cells, but 2 columns" in answer.err
    assert "Traceback" not in answer.err


def test_lists_are_as_of_a_day(ledger: Ledger, tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text("name,pi,valid_from,valid_to\nA,Ada,,2026-06-30\nA,Ben,2026-07-01,\n")
    ledger.ok("metadata", "import", "csv", table, "--kind", "project")
    rows = ledger.ok("metadata", "list", "project", "--as-of", "2026-06-30", "--format", "json").json
    assert [(row["name"], row["pi"], row["valid_to"]) for row in rows] == [("A", "Ada", "2026-06-30")]
    rows = ledger.ok("metadata", "show", "A", "--as-of", "2026-07-01", "--format", "json").json
    assert [(row["kind"], row["what"], row["value"]) for row in rows] == [("project", "pi", "Ben")]
    assert "nothing is stated about 'Z'" in ledger.run("metadata", "show", "Z").err
    assert "there is no kind 'galaxy'" in ledger.run("metadata", "list", "galaxy").err


def test_work_lists_come_in_every_format(imported: Ledger, tmp_path: Path) -> None:
    rows = imported.ok("metadata", "unmapped", "--kind", "site", "--format", "json").json
    assert [(row["name"], round(row["cpu_h"] * 1800)) for row in rows] == [("Alpha", 1210), ("Beta", 600)]
    text = imported.ok("metadata", "unmapped", "--format", "csv").out
    assert text.startswith("kind,name,cpu_h,first_day,last_day,suggestion\n")
    imported.ok("metadata", "unmapped", "--format", "parquet", "-o", tmp_path / "unmapped.parquet")
    assert pq.read_table(tmp_path / "unmapped.parquet").num_rows == text.count("\n") - 1
    assert "alice@pool.test" in imported.ok("metadata", "unmapped").out
    assert "there is no pool 'moon'" in imported.run("metadata", "unmapped", "--pool", "moon").err


def test_pledges_downtimes_and_awards_are_shown(imported: Ledger) -> None:
    pledge = imported.ok("metadata", "pledges", "--format", "json").json[0]
    assert (pledge["owner"], pledge["promised_h"], pledge["delivered_h"]) == ("Alpha", 1, 2420 / 3600)
    assert "67.2 %" in imported.ok("metadata", "pledges").out
    down = imported.ok("metadata", "downtimes", "--from", "2026-11-01", "--format", "json").json[0]
    assert (down["site"], down["from_utc"], down["is_planned"]) == ("North", "2026-11-01T08:00:00Z", True)
    assert imported.ok("metadata", "awards", "--format", "json").json[0]["number"] == "007"
    assert "No downtime is known" in imported.ok("metadata", "downtimes", "--to", "2020-01-01").out


def test_oddities_are_listed_with_their_reason(imported: Ledger) -> None:
    rows = imported.ok("metadata", "oddities", "--rule", "field-damaged", "--format", "json").json
    assert [row["name"] for row in rows] == ["projects/South_Ben.yaml"]
    assert "no entry is odd by rule 'fine'" in imported.run("metadata", "oddities", "--rule", "fine").err


def test_names_of_strangers_are_text_in_every_form(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text('name,pi\n"[red]=x\x1b[31m",=cmd()\n')
    ledger.ok("metadata", "import", "csv", tmp_path / "own.csv", "--kind", "project")
    assert "'=cmd()" in ledger.ok("metadata", "list", "project", "--format", "csv").out
    shown = ledger.ok("metadata", "list", "project").out
    assert "\x1b" not in shown
    assert "[red]=x\\x1b[31m" in shown


def test_who_imported_and_when_is_kept(imported: Ledger) -> None:
    rows = imported.ok("metadata", "list", "import", "--format", "json").json
    assert [(row["name"], row["basis"], row["as_of"]) for row in rows] == [
        ("own.toml", "file", None),
        ("topology", "topology", "2026-11-01"),
    ]
    assert all(row["imported_by"] and row["imported_utc"].startswith(str(datetime.now(UTC).year)) for row in rows)
