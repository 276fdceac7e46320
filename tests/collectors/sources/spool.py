"""A record file as HTCondor keeps it: appended to, rotated by rename when something is appended, the oldest removed."""

import gzip
import os
from pathlib import Path

import zstandard

from collectors.classads.writer import HistoryChain
from tests.collectors.records import START, job_ad


def stamp(utc: int) -> str:
    """How HTCondor names a file that it rotates at that moment, on a machine whose zone is UTC."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(utc, UTC).strftime("%Y%m%dT%H%M%S")


def final_ad(cluster: int, at: int, ap: str = "ap1.example.org") -> str:
    """The final ad of a job that left the queue at that moment."""
    return job_ad(cluster, 0, ap, f"CompletionDate = {at}", f"EnteredCurrentStatus = {at}")


class Spool:
    """One access point's history."""

    def __init__(self, folder: Path, name: str = "history", ap: str = "ap1.example.org") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.current = folder / name
        self.ap = ap
        self._chain = HistoryChain()

    def record(self, cluster: int, at: int) -> bytes:
        """The bytes of the next record; they have to be written."""
        return self._chain.record(final_ad(cluster, at, self.ap), cluster, 0, "ann", at, at)

    def write(self, *clusters: int, at: int) -> None:
        """Append the final ad of each of those jobs."""
        self.append(b"".join(self.record(cluster, at) for cluster in clusters))

    def append(self, content: bytes) -> None:
        with self.current.open("ab") as file:
            file.write(content)

    def rotate(self, at: int) -> Path:
        """Rename the file; HTCondor does so only when it then writes the next record in the same second."""
        self._chain = HistoryChain()
        return self.current.replace(self.current.with_name(f"{self.current.name}.{stamp(at)}"))

    def start_anew(self) -> None:
        """The file was cut or removed: offsets begin at zero again."""
        self._chain = HistoryChain()

    def rotations(self) -> list[Path]:
        return sorted(self.current.parent.glob(f"{self.current.name}.2*"))


def pack(path: Path, how: str, *, keep: bool = False) -> Path:
    """Compress the file as gzip and zstd do: the archive has the original's time, the original goes."""
    packed = path.with_name(f"{path.name}.{how}")
    content = path.read_bytes()
    packed.write_bytes(gzip.compress(content) if how == "gz" else zstandard.ZstdCompressor().compress(content))
    found = path.stat()
    os.utime(packed, ns=(found.st_atime_ns, found.st_mtime_ns))
    if not keep:
        path.unlink()
    return packed


NOON = START + 43_200
"""2026-11-01 12:00 UTC."""
