"""A small ledger, built and published."""

import pytest

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from tests.pipeline.ledger_rows import small_ledger


@pytest.fixture
def settings(lake: Lake) -> Settings:
    return Settings(lake=lake.root)


@pytest.fixture
def cube(lake: Lake, settings: Settings) -> Cube:
    """The cube of the small ledger."""
    small_ledger(lake)
    publish(lake, settings, lambda step: None)
    return Cube.open(lake.root)
