"""Reading files into a lake within the test's own process."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from collectors.ingest import ingest as ingest_files
from collectors.report import Report
from pipeline.lake import Lake
from pipeline.settings import Settings

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def ingest(paths: Iterable[Path], settings: Settings, ap: str | None = None, pool: str | None = None) -> Report:
    """Read the files into the lake of those settings, as if it were December 2026."""
    return ingest_files(paths, Lake(settings.lake), settings, NOW, ap, pool)
