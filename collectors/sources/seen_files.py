"""What files were like when they were last read, so that those that have not changed are not opened again.

`<lake>/collect/files/<digest of the target's name>.json`. Losing it, or half of it, costs time and nothing else: what
it says counts only where the lake has been brought at least as far.
"""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from collectors.opening import Identity
from collectors.runner import FileRead
from collectors.streams import Mark
from pipeline.lake_errors import lake_errors

FOLDER = Path("collect") / "files"
_VERSION = 1
Key = tuple[int, int]


class Seen(NamedTuple):
    """A file at its last reading, and what came of it."""

    size: int
    mtime_ns: int
    read: FileRead


class SeenFiles:
    """The files of one target, by device and inode."""

    def __init__(self, path: Path, owner: tuple[str, str | None], files: dict[Key, Seen]) -> None:
        self._path, self._owner, self._files = path, owner, files
        self._changed = False

    @classmethod
    def load(cls, lake_root: Path, target: str, owner: tuple[str, str | None]) -> "SeenFiles":
        """What is known; nothing where that is damaged, or about records that were given to another owner."""
        name = blake2b(target.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
        path = lake_root / FOLDER / f"{name}.json"
        return cls(path, owner, _read(path, owner))

    @property
    def streams(self) -> set[str]:
        """The streams that the files belong to."""
        return {seen.read.stream for seen in self._files.values() if seen.read.stream}

    @property
    def without_records(self) -> set[Key]:
        """The files in which there was no whole record."""
        return {key for key, seen in self._files.items() if not seen.read.stream}

    def believe_only(self, marks: Mapping[str, Mark]) -> None:
        """Forget files of which the lake holds less than was read: it was made anew, or an older copy was put back."""
        held = {name: mark.consumed for name, mark in marks.items()}
        before = len(self._files)
        self._files = {
            key: seen
            for key, seen in self._files.items()
            if not seen.read.consumed or seen.read.consumed <= held.get(seen.read.stream, 0)
        }
        self._changed = self._changed or len(self._files) < before

    def of(self, identity: Identity) -> Seen | None:
        """What came of the file's last reading, if it has not changed since."""
        seen = self._files.get(identity.key)
        unchanged = seen is not None and (seen.size, seen.mtime_ns) == (identity.size, identity.mtime_ns)
        return seen if unchanged else None

    def latest(self, key: Key) -> Seen | None:
        """What came of the file's last reading, whatever it is like by now."""
        return self._files.get(key)

    def add(self, identity: Identity, read: FileRead) -> None:
        """Note a reading: of the file as it was when it was opened."""
        self._files[identity.key] = Seen(identity.size, identity.mtime_ns, read)
        self._changed = True

    def keep_only(self, identities: Iterable[Identity]) -> None:
        """Forget the others: their numbers may be given to new files."""
        there = {identity.key for identity in identities}
        gone = [key for key in self._files if key not in there]
        for key in gone:
            del self._files[key]
        self._changed = self._changed or bool(gone)

    def save(self) -> None:
        """Write it down, if there is anything new: only what is in the lake already. Raises LakeError if it cannot."""
        if not self._changed:
            return
        fresh = self._path.with_suffix(f".{os.getpid()}.new")
        with lake_errors(f"{self._path} cannot be written"):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                fresh.write_text(json.dumps(self._as_json(), separators=(",", ":")), "utf-8")
                fresh.replace(self._path)
            finally:
                with suppress(OSError):  # where it was not put in place
                    fresh.unlink(missing_ok=True)
        self._changed = False

    def _as_json(self) -> dict[str, object]:
        streams: dict[tuple[str, str], int] = {}
        files = []
        for (device, inode), (size, mtime_ns, read) in self._files.items():
            stream = streams.setdefault((read.stream, read.first), len(streams))
            files.append((device, inode, size, mtime_ns, stream, read.consumed, read.left))
        return {"version": _VERSION, "owner": self._owner, "streams": list(streams), "files": files}


def _read(path: Path, owner: tuple[str, str | None]) -> dict[Key, Seen]:
    try:
        with lake_errors(f"{path} cannot be read"):
            text = path.read_text("utf-8") if path.is_file() else "{}"
        said = json.loads(text)
        if said["version"] != _VERSION or tuple(said["owner"]) != owner:
            return {}
        names = said["streams"]
        return {
            (device, inode): Seen(size, mtime_ns, FileRead(names[stream][0], names[stream][1], consumed, left))
            for device, inode, size, mtime_ns, stream, consumed, left in said["files"]
        }
    except (ValueError, TypeError, KeyError, IndexError):
        return {}
