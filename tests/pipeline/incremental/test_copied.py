"""Copies straight to the disk are what the file was, whatever its length, and wherever they are written."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.incremental.copied import AT_ONCE, SECTOR, copy

LENGTHS = (0, 1, SECTOR - 1, SECTOR, SECTOR + 1, AT_ONCE, AT_ONCE + SECTOR, AT_ONCE + SECTOR + 7, 2 * AT_ONCE - 1)


@pytest.fixture(params=["disk", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    if request.param == "disk":
        yield tmp_path
        return
    with TemporaryDirectory(dir="/dev/shm") as in_memory:
        yield Path(in_memory)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_copy_is_byte_for_byte_what_the_file_was(length: int, folder: Path) -> None:
    source, target = folder / "source", folder / "target"
    content = os.urandom(length)
    source.write_bytes(content)
    target.write_bytes(b"what was there before" * 100)
    copy(source, target)
    assert target.read_bytes() == content


def test_a_disk_that_refuses_direct_writes_is_written_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"x" * 10_000)
    monkeypatch.setattr(
        "pipeline.incremental.copied.SECTOR", 1
    )  # parts of a sector: what such a disk answers EINVAL to
    source.write_bytes(b"x" * 10_001)
    copy(source, target)
    assert target.read_bytes() == b"x" * 10_001


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        copy(tmp_path / "none", tmp_path / "target")
    with pytest.raises(FileNotFoundError):
        copy(Path(__file__), tmp_path / "no folder" / "target")
