"""A lake that cannot be written is said to be so, with the reason and what to do, on real file systems."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.lake import Lake
from pipeline.status.writing import write_state


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB; the tests run as root."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", place], check=True)
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_lake_with_room_is_writable(small_disk: Path) -> None:
    Lake(small_disk / "lake").create()
    found = write_state(small_disk / "lake")
    assert (found.state, found.error, found.hint) == ("writable", None, None)
    assert 0 < found.free_bytes <= 8 << 20


def test_a_disk_without_room_is_full(small_disk: Path) -> None:
    Lake(small_disk / "lake").create()
    other = small_disk / "other"
    with pytest.raises(OSError, match="No space left"):
        other.write_bytes(b"x" * (9 << 20))
    found = write_state(small_disk / "lake")
    assert found.state == "full"
    assert "Make room" in (found.hint or "")
    other.unlink()
    assert write_state(small_disk / "lake").state == "writable"


def test_a_disk_without_inodes_is_full(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "nr_inodes=3", "none", tmp_path / "disk"], check=True)
    try:
        for name in ("a", "b"):
            (tmp_path / "disk" / name).touch()
        assert write_state(tmp_path / "disk").state == "full"
    finally:
        subprocess.run(["umount", tmp_path / "disk"], check=True)


def test_a_file_system_that_is_mounted_read_only_is_read_only_even_for_root(small_disk: Path) -> None:
    Lake(small_disk / "lake").create()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    found = write_state(small_disk / "lake")
    assert found.state == "read-only"
    assert "mount it writable" in (found.hint or "")


def test_a_folder_within_the_lake_can_be_a_mount_of_its_own(small_disk: Path) -> None:
    (small_disk / "lake" / "tables").mkdir(parents=True)
    tables = small_disk / "lake" / "tables"
    subprocess.run(["mount", "--bind", tables, tables], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", tables], check=True)
    try:
        found = write_state(small_disk / "lake")
        assert found.state == "read-only"
        assert str(tables) in (found.error or "")
    finally:
        subprocess.run(["umount", tables], check=True)
