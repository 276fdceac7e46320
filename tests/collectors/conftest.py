"""What tests of the way in share: settings of a lake in the test's own folder, and a way to read files into it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.report import Report
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.ingesting import ingest

Ingest = Callable[..., Report]


@pytest.fixture
def settings(lake: Lake) -> Settings:
    """Settings that choose the test's lake."""
    return Settings(lake=lake.root)


@pytest.fixture
def read(settings: Settings) -> Ingest:
    """Read files into the test's lake: `read(path, ..., ap=..., pool=...)`."""

    def run(*paths: Path, ap: str | None = None, pool: str | None = None) -> Report:
        return ingest(paths, settings, ap, pool)

    return run
