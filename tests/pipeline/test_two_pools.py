"""The same history under the names of two pools: two pools with the same jobs, and nothing is mixed up."""

from pathlib import Path

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.ingesting import ingest


def test_the_same_files_under_two_names_are_two_pools(lake: Lake, samples: Path) -> None:
    settings = Settings(lake=lake.root)
    for pool in ("one", "other"):
        ingest(sorted(samples.glob("ap*/*history*")), settings, pool=pool)
    publish(lake, settings, lambda step: None)
    rows = Cube.open(lake.root).usage(UsageQuery(by=("pool",), metrics=("wall_s", "jobs")), LOCAL).to_pylist()
    assert [row["pool"] for row in rows] == ["one", "other"]
    assert (rows[0]["wall_s"], rows[0]["jobs"]) == (rows[1]["wall_s"], rows[1]["jobs"])
    assert rows[0]["wall_s"] > 0
