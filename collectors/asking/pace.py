"""How large an answer a daemon is asked for, and how far a long reading has come. Losing it costs time, nothing else.

`<lake>/collect/asked/<digest of the target's name>.json`. A poll that does not live to see its answer leaves there
what it asked for: the next one asks for half as much, so that a slow daemon gets there in the end.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from collectors.asking.windows import Key
from pipeline.lake_errors import lake_errors

FOLDER = Path("collect") / "asked"
LEAST = 50
"""Records that even the slowest daemon is asked for at once."""


@dataclass(frozen=True)
class Progress:
    """A stretch that is being read: `high`: all from there on was read; what came of it so far.

    `records`: how many were in whole windows; `reached`: each of their answers joined what was known; `oldest_utc`:
    when the last of the newest window's records was written.
    """

    high: Key | None = None
    low: Key | None = None
    records: int = 0
    reached: bool = True
    oldest_utc: int | None = None


@dataclass
class Pace:
    """Of one target. `sizes`: what is asked for at once, by use; `asking`: the use that was not answered yet."""

    path: Path
    most: int
    sizes: dict[str, int] = field(default_factory=dict)
    asking: str | None = None
    stretch: str = ""
    progress: Progress = field(default_factory=Progress)

    @classmethod
    def load(cls, lake_root: Path, target: str, most: int) -> "Pace":
        """What the last poll left. Half a file, or another version's, is as good as none."""
        name = blake2b(target.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
        pace = cls(lake_root / FOLDER / f"{name}.json", most)
        try:
            pace._take(json.loads(pace.path.read_text("utf-8")))
        except (OSError, ValueError, TypeError, KeyError):
            return cls(pace.path, most)
        return pace

    def size(self, use: str) -> int:
        """Records to ask for at once."""
        return min(self.most, self.sizes.get(use, self.most))

    def asks(self, use: str) -> None:
        """Note what is being asked for. Raises LakeError where that cannot be written."""
        self.asking = use
        self._save()

    def answered(self) -> None:
        """It was answered: next time it can be more."""
        if self.asking is not None and self.size(self.asking) < self.most:
            self.sizes[self.asking] = min(self.most, 2 * self.size(self.asking))
        self.asking = None

    def resume(self, stretch: str) -> Progress:
        """How far that stretch was read."""
        return self.progress if stretch == self.stretch else Progress()

    def came_to(self, stretch: str, progress: Progress) -> None:
        """Note how far it is read; the lake has to hold it. Raises LakeError where that cannot be written."""
        self.stretch, self.progress = stretch, progress
        self._save()

    def close(self) -> None:
        """Note that nothing is being asked. Raises LakeError where that cannot be written."""
        self._save()

    def _take(self, said: dict[str, Any]) -> None:
        self.sizes = {str(use): max(LEAST, int(size)) for use, size in said["sizes"].items()}
        if said["asking"] is not None:
            use = str(said["asking"])
            self.sizes[use] = max(min(LEAST, self.most), self.size(use) // 2)
        self.stretch = str(said["stretch"])
        progress = dict(said["progress"])
        for bound in ("high", "low"):
            progress[bound] = None if progress[bound] is None else tuple(map(int, progress[bound]))
        self.progress = Progress(**progress)

    def _save(self) -> None:
        said = {
            "sizes": self.sizes,
            "asking": self.asking,
            "stretch": self.stretch,
            "progress": asdict(self.progress),
        }
        with lake_errors(f"{self.path} cannot be written"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.path.with_suffix(f".{os.getpid()}.new")
            fresh.write_text(json.dumps(said), "utf-8")
            fresh.replace(self.path)
