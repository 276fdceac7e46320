"""A lake with an ingested and a polled pool, a source that fails, and what `status` gathers of it."""

from datetime import UTC, datetime

import pytest

from pipeline.health import write_health
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from pipeline.status.gather import Status, gather
from tests.pipeline.ledger_rows import MIDNIGHT, small_ledger
from tests.pipeline.polled_rows import polled_pool, rejected
from tests.pipeline.status.test_sources import FAILING

NOW = datetime.fromtimestamp(MIDNIGHT + 26_000, UTC)


@pytest.fixture
def settings(lake: Lake) -> Settings:
    return Settings(lake=lake.root)


@pytest.fixture
def status(lake: Lake, settings: Settings) -> Status:
    small_ledger(lake)
    polled_pool(lake)
    rejected(lake, "pool", "ap1.pool.test", b"RequestCpus = 1073741824\n", reason="too many \x1b[31m[red]cores")
    write_health(lake.root, FAILING)
    publish(lake, settings, lambda step: None)
    return gather(settings, NOW)
