"""Files that are whole on the disk, or not there at all. Raises OSError throughout."""

import os
from pathlib import Path

_READ_ONLY = 0o444


def put(path: Path, content: bytes) -> None:
    """Replace a file at once: written beside it, brought to the disk, renamed."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def seal(path: Path) -> None:
    """Bring a file to the disk and take the right to write it away."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.chmod(_READ_ONLY)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
