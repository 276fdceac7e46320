"""Work on the lake's files spills to its own disk and leaves nothing there."""

from pathlib import Path

import duckdb
import pytest

from pipeline.workspace import workspace


def test_what_does_not_fit_into_memory_spills_to_the_folder_and_goes(tmp_path: Path) -> None:
    spill = tmp_path / "spill"
    (spill / "left by a killed one").mkdir(parents=True)
    with workspace(spill, 64) as con:
        assert not (spill / "left by a killed one").exists()
        con.execute("CREATE TEMP TABLE large AS SELECT range AS id, hash(range) AS text FROM range(20_000_000)")
        assert sum(path.stat().st_size for path in spill.iterdir()) > 10_000_000
    assert not spill.exists()


def test_it_goes_after_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(duckdb.BinderException), workspace(tmp_path / "spill", 64) as con:
        con.execute("SELECT no_such_column")
    assert list(tmp_path.iterdir()) == []
