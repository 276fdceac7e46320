"""The command `htc-ledger triage`: what is broken in a simulated pool, for people and for programs."""

import csv
import io
import json
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from pipeline.cube import Cube
from pipeline.triage.chosen import newest_hours
from pipeline.triage.findings import findings
from pipeline.viewer import LOCAL, Viewer
from tests.ledger_command import Ledger
from tests.pipeline.triage.full_disk import POOL, full_disk


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return full_disk(tmp_path_factory.mktemp("triage"))


@pytest.fixture(scope="module")
def site(ledger: Ledger) -> str:
    """The site that was spoilt."""
    (planted,) = json.loads((ledger.cwd / "truth.json").read_text("utf-8"))
    return str(planted["value"])


def test_people_read_what_is_broken_and_what_to_do(ledger: Ledger, site: str) -> None:
    shown = ledger.ok("triage", "--since", "48").out
    assert "of “Disk exceeded” " in shown
    assert f"are at site {site}, which ran" in " ".join(shown.split())
    assert "if all of one host fail, it is full" in " ".join(shown.split())


def test_programs_get_every_finding_in_every_format(ledger: Ledger, site: str) -> None:
    rows = ledger.ok("triage", "--since", "48", "--format", "json").json
    full = next(row for row in rows if row["failure"] == "disk_exceeded")
    assert (full["dimension"], full["value"], full["values"], full["alarm"]) == ("site", site, [site], True)
    assert full["failed"] <= full["tried"]
    lines = list(csv.DictReader(io.StringIO(ledger.ok("triage", "--since", "48", "--format", "csv").out)))
    assert [line["sentence"] for line in lines] == [row["sentence"] for row in rows]
    ledger.ok("triage", "--since", "48", "--format", "parquet", "--output", "found.parquet")
    assert pq.read_table(ledger.cwd / "found.parquet").column("sentence").to_pylist() == [
        row["sentence"] for row in rows
    ]


def test_days_are_a_window(ledger: Ledger, site: str) -> None:
    before = ledger.ok("triage", "--from", "2026-11-12", "--to", "2026-11-12", "--format", "json").json
    assert not any(row["failure"] == "disk_exceeded" for row in before)
    assert "Nothing stands out" in ledger.ok("triage", "--from", "2025-01-01", "--to", "2025-01-02").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pool", "elsewhere"), "there is no pool 'elsewhere'"),
        (("--since", "0"), "0 hours is no window"),
        (("--from", "2026-11-20", "--to", "2026-11-19"), "is after"),
    ],
)
def test_a_mistake_is_a_message(ledger: Ledger, words: tuple[str, ...], said: str) -> None:
    answer = ledger.run("triage", *words)
    assert answer.code == 2
    assert said in answer.err


def test_who_sees_one_project_finds_only_what_is_of_its_runs(ledger: Ledger, site: str) -> None:
    cube = Cube.open(ledger.lake)
    asked = newest_hours(cube, LOCAL, POOL, datetime.now(UTC), 48)
    everything = next(one for one in findings(cube, LOCAL, asked) if one.value == site)
    assert findings(cube, Viewer("nobody", frozenset()), asked) == ()
    projects = [row["project"] for row in ledger.usage("project", "jobs")]
    for project in projects[:3]:
        for one in findings(cube, Viewer("member", frozenset({project})), asked):
            assert one.tried + one.tried_elsewhere < everything.tried + everything.tried_elsewhere
