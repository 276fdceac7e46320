"""A lake whose October can be closed, and one whose October is closed."""

import pytest

from pipeline.closing.shelf import Shelf
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.pipeline.closing.closable import close_october, october


@pytest.fixture
def settings(lake: Lake) -> Settings:
    return Settings(lake=lake.root)


@pytest.fixture
def built(lake: Lake, settings: Settings) -> Lake:
    """October, built and not closed."""
    october(lake, settings)
    return lake


@pytest.fixture
def closed(built: Lake, settings: Settings) -> Lake:
    """October, closed."""
    close_october(built, settings)
    return built


@pytest.fixture
def shelf(lake: Lake) -> Shelf:
    return Shelf.of(lake)
