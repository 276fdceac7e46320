"""Pictures of a pool at each interval: what they prove, and when one was missed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.sources import pool
from collectors.sources.target import Target
from pipeline.lake import Lake
from pipeline.schema import COVERAGE
from pipeline.settings import Settings
from pipeline.source_settings import PoolSource

NOON = 1_793_534_400
SOURCE = PoolSource(name="pool", kind="pool", collector="127.0.0.1:9", interval_s=60)


@pytest.mark.parametrize(
    ("minutes", "states"),
    [(range(6), ["proven"] * 6), ([0, 1, 9, 10], ["proven", "proven", "gap", "proven"])],
)
def test_a_gap_is_stated_where_pictures_were_missed_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minutes: list[int], states: list[str]
) -> None:
    lake = Lake(tmp_path / "lake")
    lake.create()
    monkeypatch.setenv("CONDOR_CONFIG", "ONLY_ENV")
    monkeypatch.setattr(pool, "_ads", lambda collector, matched_on: iter(()))
    for minute in minutes:
        now = datetime.fromtimestamp(NOON + 60 * minute, UTC)
        pool.poll(Target("pool: ads", SOURCE, "pool"), lake, Settings(lake=lake.root), now)
    stated = sorted((row["to_utc"], row["state"]) for row in lake.read(COVERAGE).to_pylist())
    assert [state for _, state in stated] == states
