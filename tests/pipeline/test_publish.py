"""A cube is swapped at once, or not at all."""

import json

import pytest

from pipeline import build
from pipeline.cube import Cube
from pipeline.errors import CheckFailed, CubeMissing
from pipeline.lake import Lake
from pipeline.publish import POINTER, current, publish
from pipeline.query import UsageQuery
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
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
    monkeypatch.setattr(build, "checks", lambda: iter([build.Check("always", "never holds", "SELECT 1")]))
    with pytest.raises(CheckFailed):
        publish(lake, settings, quiet)
    assert current(lake.cubes) == served
    assert cube.newest() is cube


def test_what_a_killed_build_left_behind_does_not_matter(lake: Lake, settings: Settings) -> None:
    small_ledger(lake)
    version = build.inputs(lake, settings).version
    lake.cubes.mkdir()
    (lake.cubes / f"cube-{version}.building").write_bytes(b"half a cube")
    publish(lake, settings, quiet)
    assert Cube.open(lake.root).usage(JOBS, LOCAL).to_pylist() == [{"jobs": 3}]


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
    monkeypatch.setattr("pipeline.cube.rules", lambda: "other")
    with pytest.raises(CubeMissing, match="another version"):
        Cube.open(lake.root)
