"""What tests of polled sources share: a lake, and polls of a source of files at a moment of one's own."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.report import Report
from collectors.sources import files
from collectors.sources.target import Polled
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.source_settings import FilesSource
from tests.collectors.sources.spool import Spool


class FilesAt:
    """A source of files: `source(utc)` polls it at that moment."""

    def __init__(self, lake: Lake, *paths: Path | str, name: str = "spool", **more: Any) -> None:
        self.lake = lake
        self.source = FilesSource(name=name, kind="files", paths=tuple(map(str, paths)), **more)
        self._settings = Settings(lake=lake.root)
        (self.target,) = files.targets(self.source, self._settings)

    def __call__(self, utc: int) -> Report:
        """Poll, to the end, without any file that cannot be read."""
        polled = self.once(utc)
        assert not polled.more
        assert polled.report.unread == []
        return polled.report

    def troubles(self, utc: int) -> dict[str, str]:
        """Poll, to the end: what could not be read -> what to do."""
        polled = self.once(utc)
        assert not polled.more
        return dict(polled.report.unread)

    def once(self, utc: int) -> Polled:
        """Poll, as far as it comes."""
        return files.poll(self.target, self.lake, self._settings, datetime.fromtimestamp(utc, UTC))


@pytest.fixture
def spool_folder(tmp_path: Path) -> Path:
    """Where the daemons write."""
    return tmp_path / "spool"


@pytest.fixture
def spool(spool_folder: Path) -> Spool:
    return Spool(spool_folder)


@pytest.fixture
def poll(lake: Lake, spool_folder: Path) -> FilesAt:
    """The history files of that spool."""
    return FilesAt(lake, spool_folder / "history*")
