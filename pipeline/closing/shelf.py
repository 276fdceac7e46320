"""Where closed months stand: `<lake>/closed`, one folder a version, the journal, and the lock of those who act.

A version counts from the moment that its folder has its name. A process that is killed before leaves an unfinished
folder, which the next act removes; one killed after it leaves the journal a line short, which the next act adds: the
line is made of the manifest alone, so that it is the same one.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.closing import manifest as manifests
from pipeline.closing.durable import sync_folder
from pipeline.closing.journal import Act, Journal
from pipeline.closing.manifest import Manifest
from pipeline.closing.month import Month
from pipeline.errors import LakeError, UsageError
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors

MAKING = "making"
CLOSE, REOPEN = "close", "reopen"


@dataclass(frozen=True)
class Shelf:
    """The closed months of one lake."""

    folder: Path

    @classmethod
    def of(cls, lake: Lake) -> "Shelf":
        return cls(lake.root / "closed")

    @property
    def journal(self) -> Journal:
        return Journal(self.folder)

    @property
    def making(self) -> Path:
        """Where the next version is written before it has its name."""
        return self.folder / MAKING

    def place(self, month: Month, version: int) -> Path:
        """The folder of a version, there or not."""
        return self.folder / str(month) / f"v{version}"

    def versions(self, month: Month) -> list[int]:
        """Versions of a month whose folder is there, the oldest first."""
        with lake_errors(f"{self.folder} cannot be read"):
            names = [path.name for path in (self.folder / str(month)).glob("v*")]
        return sorted(int(name[1:]) for name in names if name[1:].isdigit())

    def months(self) -> list[Month]:
        """Months that have a folder, in order."""
        with lake_errors(f"{self.folder} cannot be read"):
            names = [path.name for path in self.folder.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]") if path.is_dir()]
        return sorted(Month.parse(name) for name in names)

    def find(self, month: Month, version: int | None) -> Path:
        """The folder of a version, the newest if none is named. Raises UsageError if there is none."""
        there = self.versions(month)
        if not there:
            raise UsageError(f"{month} was never closed", f"`htc-ledger close {month}` closes it.")
        if version is not None and version not in there:
            known = ", ".join(map(str, there))
            raise UsageError(f"{month} has no version {version}", f"Versions: {known}.")
        return self.place(month, version or there[-1])

    def is_closed(self, month: Month) -> bool:
        """Whether the month's last act closed it. The caller has let `settle` finish what was begun."""
        acts = [act for act in self.journal.acts() if act.month == str(month)]
        return bool(acts) and acts[-1].act == CLOSE

    def settle(self) -> list[Act]:
        """Finish what a killed process began; the acts that had no line yet. The caller holds the lock."""
        with lake_errors(f"{self.making} cannot be removed"):
            if self.making.exists():
                shutil.rmtree(self.making)
        self.journal.settle()
        noted = {(act.month, act.version) for act in self.journal.acts() if act.act == CLOSE}
        found = []
        for month in self.months():
            for version in self.versions(month):
                if (str(month), version) not in noted:
                    found.append(self.note(*manifests.read(self.place(month, version))))
        return found

    def put_up(self, manifest: Manifest) -> None:
        """Give the finished folder its name: from here on the version counts."""
        place = self.place(Month.parse(manifest.month), manifest.version)
        with lake_errors(f"{place} cannot be made"):
            sync_folder(self.making)
            place.parent.mkdir(exist_ok=True)
            self.making.rename(place)
            sync_folder(place.parent)
            sync_folder(self.folder)

    def note(self, manifest: Manifest, manifest_sha256: str) -> Act:
        """Write a closing into the journal. Raises LakeError if the journal does not go on where the closing began."""
        journal = self.journal
        if manifest.journal_before != journal.last_hash():
            raise LakeError(
                f"the journal {journal.path} was changed by somebody: it lacks the closing of {manifest.month} "
                f"version {manifest.version}, and does not end where that began",
                "Put journal.jsonl and journal.head back from a backup.",
            )
        act = Act(
            act=CLOSE,
            month=manifest.month,
            version=manifest.version,
            utc=manifest.closed_utc,
            by=manifest.by,
            reason=manifest.reason,
            manifest_sha256=manifest_sha256,
            totals_sha256=manifest.totals_sha256,
            before=manifest.journal_before,
        )
        journal.append(act)
        return act

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Make the folder and hold the lock that keeps a second act waiting. Raises LakeError."""
        with lake_errors(f"{self.folder} cannot be written"):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / "acting.lock").open("a")
        with lock:
            with lake_errors(f"{self.folder} cannot be locked"):
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
