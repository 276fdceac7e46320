"""A lake whose October can be closed, and one whose October is closed."""

import pytest

from pipeline.closing.shelf import Shelf
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.copied_lake import copied
from tests.pipeline.closing.closable import close_october, october


@pytest.fixture
def settings(lake: Lake) -> Settings:
    return Settings(lake=lake.root)


@pytest.fixture(scope="session")
def built_lake(empty_lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """October, built and not closed. Do not write to it."""
    made = copied(empty_lake, tmp_path_factory.mktemp("built") / "lake")
    october(made, Settings(lake=made.root))
    return made


@pytest.fixture(scope="session")
def closed_lake(built_lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """October, closed. Do not write to it."""
    made = copied(built_lake, tmp_path_factory.mktemp("closed") / "lake")
    close_october(made, Settings(lake=made.root))
    return made


@pytest.fixture
def built(lake: Lake, built_lake: Lake) -> Lake:
    """October, built and not closed, for one test."""
    return copied(built_lake, lake.root)


@pytest.fixture
def closed(lake: Lake, closed_lake: Lake) -> Lake:
    """October, closed, for one test."""
    return copied(closed_lake, lake.root)


@pytest.fixture
def shelf(lake: Lake) -> Shelf:
    return Shelf.of(lake)
