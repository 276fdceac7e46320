"""Advice from a lake to the command: whose runs it is made of, in which days, and what is written for programs."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.advice import questions
from pipeline.advice.as_rows import as_table
from pipeline.advice.sheet import AdviceSheet
from pipeline.advice.wording import TITLES, lines
from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL, Viewer
from tests.dashboard import idle_lake
from tests.dashboard.idle_lake import POOL, PROJECT, QUIET
from tests.dashboard.made_lake import MARKUP
from tests.ledger_command import Ledger


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return idle_lake.make(tmp_path_factory.mktemp("advice") / "lake")


@pytest.fixture(scope="module")
def cube(root: Path) -> Cube:
    return Cube.open(root)


@pytest.fixture
def ledger(root: Path, tmp_path: Path) -> Ledger:
    return Ledger(root, tmp_path)


def sheet(cube: Cube, project: str = PROJECT, viewer: Viewer = LOCAL, first: date | None = None) -> AdviceSheet:
    return cube.advice(UsageQuery((), (), first, where=(("project", (project,)),)), POOL, viewer)


def test_each_user_is_told_what_its_own_runs_speak_for(cube: Cube) -> None:
    found = sheet(cube)
    kinds = {(one.user, one.kind): one for one in found.advice}
    # 2090 MiB x 1.1 in steps of 128; 128 GiB on 32 cores: 4 GiB go with a core
    memory = kinds["ann@campus.test", "memory"]
    assert lines(memory).splitlines()[-1] == "retry_request_memory = 2304 MB"
    assert found.exchange.memory_mib == 4096
    assert memory.effect.hours == pytest.approx(60 * 4 * (16 - 1), rel=0.02)
    # 8 cores, 0.9 busy: 7 of them for 2 h
    assert kinds["bob@campus.test", "cores"].effect.hours == pytest.approx(60 * 2 * 7)
    # evicted after 6 h: 5.5 of them kept
    assert kinds["cat@campus.test", "checkpoint"].effect.hours == pytest.approx(60 * 5.5 * 2)
    assert (found.runs, found.looked_at) == (180, 180)


def test_disk_is_what_the_records_in_the_lake_say(cube: Cube) -> None:
    disk = next(one for one in sheet(cube).fits if one.measure == "disk")
    assert (disk.measured, disk.runs) == (60, 180)
    assert disk.shares == (0, 0, 0, 0, 1, 0)


def test_only_runs_of_the_days_count(cube: Cube) -> None:
    whole, late = sheet(cube), sheet(cube, first=date(2026, 11, 6))
    assert late.runs < whole.runs
    assert sheet(cube, first=date(2027, 1, 1)).advice == ()


def test_a_project_without_waste_gets_no_advice(cube: Cube) -> None:
    assert sheet(cube, QUIET).advice == ()


def test_a_viewer_gets_no_advice_on_what_it_may_not_see(cube: Cube) -> None:
    assert sheet(cube, viewer=Viewer("other", frozenset({QUIET}))).runs == 0


def test_of_many_runs_a_part_stands_for_all(cube: Cube, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.setattr(questions, "MOST", 90)
    found = sheet(Cube.open(root))
    assert found.runs == 180
    assert found.looked_at < 140
    hours = sum(one.hours for one in found.workflows)
    assert hours == pytest.approx(sum(one.hours for one in sheet(cube).workflows), rel=0.4)


def test_the_command_writes_the_lines_and_their_evidence(ledger: Ledger) -> None:
    text = ledger.ok("advice", "--project", PROJECT).out
    assert "request_cpus = 1" in text
    assert TITLES["checkpoint"] in text
    rows = ledger.ok("advice", "--project", PROJECT, "--format", "json").json
    assert {row["kind"] for row in rows} >= {"memory", "cores", "checkpoint"}
    assert all(row["hours_saved"] > 0 and row["submit_lines"] for row in rows)
    assert any(MARKUP in row["workflow"] for row in rows)
    assert "No change would have saved" in ledger.ok("advice", "--project", QUIET).out


def test_the_table_has_a_row_for_each_piece(cube: Cube) -> None:
    table = as_table(sheet(cube))
    assert table.num_rows == len(sheet(cube).advice)
    assert table.column("hours_saved").to_pylist() == sorted(table.column("hours_saved").to_pylist(), reverse=True)
