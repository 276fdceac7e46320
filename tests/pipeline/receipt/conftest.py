"""Lakes for receipts: what a real pool wrote while its schedd was killed, and a small one written by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.receipt.naming import parse
from pipeline.receipt.parts import Receipt
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.ingesting import ingest

Explain = Callable[[str], Receipt]


def published(root: Path, files: list[Path]) -> Cube:
    """The cube of a lake of those files."""
    settings = Settings(lake=root)
    Lake(root).create()
    ingest(sorted(files), settings, pool="pool")
    publish(Lake(root), settings, lambda step: None)
    return Cube.open(root)


def explaining(cube: Cube) -> Explain:
    return lambda name: cube.receipt(parse(name), LOCAL)


@pytest.fixture(scope="session")
def captured(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Cube:
    """The captures of a pool of HTCondor 25.14.1."""
    folders = [shared_data / "captures" / ap / "files" for ap in ("ap1", "ap2")]
    files = [path for folder in folders for path in folder.iterdir() if path.name.startswith(("history", "epoch"))]
    return published(tmp_path_factory.mktemp("captured") / "lake", files)


@pytest.fixture(scope="session")
def sampled(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Cube:
    """The project's own samples, with the execution points' records."""
    files = [*samples.glob("ap*/*history*"), *samples.glob("startd/*history*")]
    return published(tmp_path_factory.mktemp("sampled") / "lake", files)
