"""A cube is swapped at once, or not at all."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import build
from pipeline.cube import Cube
from pipeline.errors import CheckFailed, CubeMissing, LakeError
from pipeline.lake import Lake
from pipeline.publish import POINTER, current, publish
from pipeline.query import UsageQuery
from pipeline.rules import Check
from pipeline.schema import JOB, SLOT_AD
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.disks import filled, read_only, small_disk
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows, small_ledger

JOBS = UsageQuery(metrics=("jobs",))


def quiet(step: str) -> None:
    """Progress that nobody watches."""


def test_nothing_published_is_said_so(lake: Lake) -> None:
    with pytest.raises(CubeMissing, match="nothing is published"):
        Cube.open(lake.root)


def test_an_empty_lake_makes_an_empty_cube(lake: Lake, settings: Settings) -> None:
    publish(lake, settings, quiet)
    assert Cube.open(lake.root).pools(LOCAL) == ()


def test_the_same_lake_is_not_built_twice(lake: Lake, settings: Settings) -> None:
    small_ledger(lake)
    first, is_new = publish(lake, settings, quiet)
    again, is_new_again = publish(lake, settings, quiet)
    assert (is_new, is_new_again) == (True, False)
    assert again == first


def test_another_time_zone_is_another_version(lake: Lake, settings: Settings) -> None:
    first, _ = publish(lake, settings, quiet)
    other, is_new = publish(lake, settings.model_copy(update={"zone": "Asia/Kolkata"}), quiet)
    assert is_new
    assert other.version != first.version


def test_an_open_cube_keeps_its_numbers_and_knows_the_newest(lake: Lake, settings: Settings, cube: Cube) -> None:
    assert cube.usage(JOBS, LOCAL).to_pylist() == [{"jobs": 3}]
    lake.writer(JOB).append(rows(JOB, job("pool", "ap9", 9, MIDNIGHT, MIDNIGHT + 5)), {"more": 1})
    publish(lake, settings, quiet)
    assert cube.usage(JOBS, LOCAL).to_pylist() == [{"jobs": 3}]
    newest = cube.newest()
    assert newest.usage(JOBS, LOCAL).to_pylist() == [{"jobs": 4}]
    assert cube.usage(JOBS, LOCAL).to_pylist() == [{"jobs": 3}]
    assert newest.newest() is newest


def test_a_broken_rule_leaves_the_cube_before_in_place(
    lake: Lake, settings: Settings, cube: Cube, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = current(lake.cubes)
    lake.writer(JOB).append(rows(JOB, job("pool", "ap9", 9, MIDNIGHT, MIDNIGHT + 5)), {"more": 1})
    monkeypatch.setattr(build, "checks", lambda: iter([Check("always", "never holds", "SELECT 1")]))
    with pytest.raises(CheckFailed):
        publish(lake, settings, quiet)
    assert current(lake.cubes) == served
    assert cube.newest() is cube


def test_what_killed_builds_left_behind_does_not_matter_and_goes(lake: Lake, settings: Settings) -> None:
    small_ledger(lake)
    version = build.inputs(lake, settings).version
    for left in (f"cube-{version}.building", "cube-of another version.building"):
        (lake.cubes / left / "cube.spill").mkdir(parents=True)
        (lake.cubes / left / "cube").write_bytes(b"half a cube")
    (lake.cubes / "cube-of an older release.building").write_bytes(b"half a cube")
    publish(lake, settings, quiet)
    assert Cube.open(lake.root).usage(JOBS, LOCAL).to_pylist() == [{"jobs": 3}]
    assert list(lake.cubes.glob("*.building*")) == []


def test_old_cubes_are_removed_but_for_the_one_before(lake: Lake, settings: Settings) -> None:
    for zone in ("UTC", "Asia/Kolkata", "Europe/Berlin", "America/Chicago"):
        publish(lake, settings.model_copy(update={"zone": zone}), quiet)
    assert len(list(lake.cubes.glob("*.duckdb"))) == 2


def test_a_damaged_pointer_is_a_clear_error(lake: Lake, settings: Settings) -> None:
    publish(lake, settings, quiet)
    (lake.cubes / POINTER).write_text(json.dumps({"file": "x"}))
    with pytest.raises(CubeMissing, match="cannot be read"):
        Cube.open(lake.root)
    publish(lake, settings, quiet)
    assert Cube.open(lake.root).pools(LOCAL) == ()


def test_a_cube_that_other_models_made_is_not_asked(
    lake: Lake, settings: Settings, cube: Cube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.opened.rules", lambda: "other")
    with pytest.raises(CubeMissing, match="another version"):
        Cube.open(lake.root)


def test_a_full_disk_leaves_the_cube_before_and_nothing_half_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "24m") as disk:
        lake = Lake(disk / "lake")
        lake.create()
        small_ledger(lake)
        settings = Settings(lake=lake.root)
        publish(lake, settings, quiet)
        served, files = current(lake.cubes), sorted(lake.cubes.iterdir())
        lake.writer(JOB).append(rows(JOB, job("pool", "ap9", 9, MIDNIGHT, MIDNIGHT + 5)), {"more": 1})
        whole_kib = (lake.cubes / str(served and served.file)).stat().st_size >> 10
        for free_kib in (0, 8, 300, whole_kib // 2, whole_kib):
            with filled(disk, free_kib), pytest.raises(LakeError, match="no space left on device") as raised:
                publish(lake, settings, quiet)
            assert "Make room" in raised.value.hint
            assert (current(lake.cubes), sorted(lake.cubes.iterdir())) == (served, files)
        assert Cube.open(lake.root).usage(JOBS, LOCAL).to_pylist() == [{"jobs": 3}]
        publish(lake, settings, quiet)
        assert Cube.open(lake.root).usage(JOBS, LOCAL).to_pylist() == [{"jobs": 4}]


def test_a_read_only_lake_is_served_but_not_built(lake: Lake, settings: Settings, cube: Cube) -> None:
    with read_only(lake.root):
        assert Cube.open(lake.root).usage(JOBS, LOCAL).to_pylist() == [{"jobs": 3}]
        with pytest.raises(LakeError, match="read-only file system") as raised:
            publish(lake, settings.model_copy(update={"zone": "Asia/Kolkata"}), quiet)
        assert "mounted read-only" in raised.value.hint


def test_a_lake_of_an_older_version_is_built_without_the_columns_and_tables_that_it_lacks(
    lake: Lake, settings: Settings
) -> None:
    small_ledger(lake)
    for path in lake.folder(JOB).glob("*.parquet"):
        pq.write_table(pq.read_table(path).drop_columns(["routed_to", "cluster_jobs", "at_ce"]), path)
    shutil.rmtree(lake.folder(SLOT_AD))
    published, _ = publish(lake, settings, quiet)
    assert published.tables["slot_ad"] == -1
    assert Cube.open(lake.root).usage(JOBS, LOCAL).to_pylist() == [{"jobs": 3}]


def test_a_commit_that_brings_no_row_makes_no_new_cube_but_is_noted(lake: Lake, settings: Settings) -> None:
    small_ledger(lake)
    first, _ = publish(lake, settings, quiet)
    lake.writer(JOB).append(rows(JOB), {"source": 5})
    again, is_new = publish(lake, settings, quiet)
    assert (is_new, again.version, again.file) == (False, first.version, first.file)
    assert again.tables["job"] == first.tables["job"] + 1 == lake.snapshot(JOB).version
    assert current(lake.cubes) == again
