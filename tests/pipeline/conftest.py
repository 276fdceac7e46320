"""Ledgers that are built and published once, and copied for each test that asks for them."""

import pytest

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from tests.copied_lake import copied
from tests.pipeline.ledger_rows import small_ledger
from tests.pipeline.polled_rows import polled_pool
from tests.pipeline.triage.full_disk import full_disk


@pytest.fixture
def settings(lake: Lake) -> Settings:
    return Settings(lake=lake.root)


@pytest.fixture(scope="session")
def small_lake(empty_lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The small ledger and its cube. Do not write to it."""
    made = copied(empty_lake, tmp_path_factory.mktemp("small") / "lake")
    small_ledger(made)
    publish(made, Settings(lake=made.root), lambda step: None)
    return made


@pytest.fixture(scope="session")
def polled_lake(empty_lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A pool that was polled, and its cube. Do not write to it."""
    made = copied(empty_lake, tmp_path_factory.mktemp("polled") / "lake")
    polled_pool(made)
    publish(made, Settings(lake=made.root), lambda step: None)
    return made


@pytest.fixture(scope="session")
def broken_pool(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A simulated pool with a site whose disks are full, and its cube. Do not write to it."""
    return Lake(full_disk(tmp_path_factory.mktemp("broken")).lake)


@pytest.fixture
def cube(lake: Lake, small_lake: Lake) -> Cube:
    """The cube of the small ledger, which the test's lake now holds."""
    return Cube.open(copied(small_lake, lake.root).root)
