"""The files of one family as a poll found them, and what a statement about them leaves for the next one. Pure.

A family is a file that a daemon writes, and its rotations.
"""

import json
from dataclasses import asdict, dataclass

from collectors.runner import FileRead
from collectors.sources.rotations import Place


@dataclass(frozen=True)
class FamilyFile:
    """One file; `read` is None where it could not be read in this poll."""

    path: str
    place: Place
    read: FileRead | None

    @property
    def has_stream(self) -> bool:
        """False where it has no whole record, or could not be read."""
        return self.read is not None and self.read.stream != ""

    @property
    def stream(self) -> str:
        return "" if self.read is None else self.read.stream


@dataclass(frozen=True)
class Family:
    """`files` are in order, the oldest first; `lost` are those that were seen in this poll and removed unread."""

    path: str
    files: tuple[FamilyFile, ...]
    lost: tuple[Place, ...] = ()

    @property
    def newest(self) -> FamilyFile | None:
        """The newest file that has a whole record: what the next poll has to find again."""
        return next((file for file in reversed(self.files) if file.has_stream), None)

    @property
    def has_begun(self) -> bool:
        """True if the file that is being written has a whole record: only that tells what was rotated away last.

        HTCondor rotates in the moment in which it writes: where there is no such file, or it is empty, wait and see.
        """
        newest = self.newest
        return newest is not None and newest.place.is_current

    @property
    def is_readable(self) -> bool:
        return all(file.read is not None for file in self.files)

    def position(self, stream: str) -> int | None:
        """Where the file of that stream stands; None if it is not there."""
        return max((n for n, file in enumerate(self.files) if file.stream == stream), default=None)


@dataclass(frozen=True)
class Held:
    """What a statement's mark says: the file that was the newest then, how far it was read, under which owner.

    `left` counts the bytes at the end of a rotated file that are no whole record and never will be.
    """

    owner: tuple[str, str | None]
    stream: str | None
    first: str | None = None
    consumed: int = 0
    left: int = 0

    @classmethod
    def of(cls, owner: tuple[str, str | None], newest: FamilyFile | None) -> "Held":
        """What the next poll has to know."""
        if newest is None or newest.read is None:
            return cls(owner, None)
        read = newest.read
        return cls(owner, read.stream, read.first, read.consumed, 0 if newest.place.is_current else read.left)

    @classmethod
    def from_mark(cls, mark: str) -> "Held | None":
        """What `mark` was made of; None if another kind of source made it, under the same name."""
        try:
            said = json.loads(mark)
            pool, ap = said["owner"]
            return cls((pool, ap), said["stream"], said["first"], said["consumed"], said["left"])
        except (ValueError, TypeError, KeyError):
            return None

    @property
    def mark(self) -> str:
        return json.dumps(asdict(self))
