"""`htc-ledger simulate`: what it prints, what it refuses, what it leaves behind."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from collectors.simulate import write
from collectors.simulate.command import simulate
from collectors.simulate.plan import Plan
from collectors.simulate.write import write_pool
from pipeline.errors import LedgerError

TINY = Plan(days=3, jobs=60)


def command() -> typer.Typer:
    app = typer.Typer()
    app.command()(simulate)
    return app


def test_it_prints_what_was_written_and_what_comes_next(tmp_path: Path) -> None:
    folder = tmp_path / "my pool"
    result = CliRunner().invoke(command(), [str(folder), "--jobs", "60", "--days", "3", "--label", "tundra"])
    assert result.exit_code == 0, result.output
    assert "tundra (simulated)" in result.stdout
    assert "2026-11-18 to 2026-11-20" in result.stdout
    assert f"htc-ledger ingest '{folder}'/*/*history" in result.stdout
    assert sorted(path.name for path in folder.iterdir()) == [f"ap{n}.tundra.simulated" for n in (1, 2, 3)]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(LedgerError, match="not empty") as refused:
        write_pool(TINY, tmp_path)
    assert "Name a new folder" in refused.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    folder.mkdir()
    assert write_pool(TINY, folder).files[0].is_file()


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    place = tmp_path / "pool"
    place.write_text("")
    with pytest.raises(LedgerError, match="is a file"):
        write_pool(TINY, place)


def test_a_folder_that_cannot_be_made_is_an_error_without_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="cannot write"):
        write_pool(TINY, tmp_path / "file" / "pool")


def test_nothing_is_left_of_a_pool_that_was_not_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(write, "PROGRESS_EVERY", 10)
    with pytest.raises(KeyboardInterrupt):
        write_pool(TINY, tmp_path / "pool", stop)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_the_jobs_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "PROGRESS_EVERY", 10)
    seen: list[int] = []
    written = write_pool(TINY, tmp_path / "pool", seen.append)
    assert seen == sorted(seen)
    assert set(range(10, written.jobs + 1, 10)) == set(seen)


def test_the_working_folder_can_be_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write_pool(TINY, Path()).bytes > 0
    assert sorted(path.name for path in Path.cwd().iterdir()) == [f"ap{n}.prairie.simulated" for n in (1, 2, 3)]
