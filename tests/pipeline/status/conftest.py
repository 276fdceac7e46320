"""A lake with an ingested and a polled pool, a source that fails, and what `status` gathers of it."""

from datetime import UTC, datetime

import pytest

from pipeline.health import write_health
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from pipeline.status.gather import Status, gather
from tests.copied_lake import copied
from tests.pipeline.ledger_rows import MIDNIGHT, small_ledger
from tests.pipeline.polled_rows import polled_pool, rejected
from tests.pipeline.status.test_sources import FAILING

NOW = datetime.fromtimestamp(MIDNIGHT + 26_000, UTC)


@pytest.fixture
def settings(lake: Lake) -> Settings:
    return Settings(lake=lake.root)


@pytest.fixture(scope="session")
def troubled_lake(empty_lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Both pools, the reject and the source that fails, and their cube. Do not write to it."""
    made = copied(empty_lake, tmp_path_factory.mktemp("troubled") / "lake")
    small_ledger(made)
    polled_pool(made)
    rejected(made, "pool", "ap1.pool.test", b"RequestCpus = 1073741824\n", reason="too many \x1b[31m[red]cores")
    write_health(made.root, FAILING)
    publish(made, Settings(lake=made.root), lambda step: None)
    return made


@pytest.fixture
def status(lake: Lake, settings: Settings, troubled_lake: Lake) -> Status:
    """What is gathered of it, in the test's own lake."""
    copied(troubled_lake, lake.root)
    return gather(settings, NOW)
