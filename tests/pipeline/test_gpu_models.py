"""GPU hours by model: of a real pool whose slots were seen, beside its GPU hours."""

from pathlib import Path

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import Booking, UsageQuery
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests import oracle
from tests.ingesting import ingest


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Cube:
    lake = Lake(tmp_path_factory.mktemp("gpus") / "lake")
    lake.create()
    settings = Settings(lake=lake.root, pool="sample")
    ingest([*samples.glob("ap*/*history*"), samples / "pool" / "slots.long"], settings)
    publish(lake, settings, lambda step: None)
    return Cube.open(lake.root)


@pytest.mark.parametrize("booking", ["used", "ended"])
def test_gpu_hours_by_model_add_up_to_the_gpu_hours(cube: Cube, booking: Booking) -> None:
    by_model = cube.usage(UsageQuery(by=("gpu_model",), metrics=("gpu_h",), booking=booking), LOCAL).to_pylist()
    (total,) = cube.usage(UsageQuery(metrics=("gpu_h", "gpu_full_h"), booking=booking), LOCAL).to_pylist()
    assert sum(row["gpu_h"] for row in by_model) == pytest.approx(total["gpu_h"])
    assert total["gpu_full_h"] == pytest.approx(total["gpu_h"]), "no MIG slices in this pool"
    assert {row["gpu_model"] for row in by_model} <= {"NVIDIA A100-SXM4-40GB", "Tesla T4", "unknown"}
    assert len(by_model) > 1, "slots were seen once while GPU jobs ran"


@pytest.mark.parametrize("booking", ["used", "ended"])
@pytest.mark.parametrize("by", [("gpu_model",), ("day", "project", "site", "outcome", "gpu_model")])
def test_gpu_hours_by_model_are_what_the_oracle_finds(
    cube: Cube, samples: Path, booking: Booking, by: tuple[str, ...]
) -> None:
    books = oracle.load(sorted(samples.glob("ap*/*history*")), pool="sample")
    expected = oracle.gpu_usage(books, oracle.slots(samples / "pool" / "slots.long"), by, booking)
    asked = UsageQuery(by=by, metrics=("gpu_h", "gpu_full_h", "gpu_model_coverage"), booking=booking)
    assert cube.usage(asked, LOCAL).to_pylist() == [pytest.approx(row) for row in expected]
    assert {row["gpu_model"] for row in expected} > {"unknown"}


def test_sums_stand_beside_counts_and_buckets(cube: Cube) -> None:
    metrics = ("jobs", "gpu_full_h", "goodput_succeeded_h", "gpu_h")
    rows = cube.usage(UsageQuery(by=("site",), metrics=metrics), LOCAL).to_pylist()
    gamma = next(row for row in rows if row["site"] == "Gamma")
    assert list(gamma) == ["site", *metrics]
    assert gamma["gpu_full_h"] == pytest.approx(gamma["gpu_h"])
    assert next(row for row in rows if row["site"] == "Alpha")["gpu_full_h"] is None


@pytest.mark.parametrize("metric", ["jobs", "wasted_h"])
def test_what_is_not_known_by_model_is_refused(cube: Cube, metric: str) -> None:
    with pytest.raises(UsageError, match="is not known by GPU model"):
        cube.usage(UsageQuery(by=("gpu_model",), metrics=(metric,)), LOCAL)
