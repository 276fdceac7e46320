"""Text files of HTCondor -> records: an ad, and what the banner line under it says."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.oracle.ads import Ad


@dataclass(frozen=True)
class Record:
    """An ad and what the banner line under it says. kind: JOB, EPOCH, SPAWN or another word, which is not used here."""

    kind: str
    ad: Ad
    ap: str
    run: int
    written: int | None

    @property
    def born(self) -> int:
        return self.ad.instant("ShadowBday") or self.written or 0

    @property
    def age(self) -> list[float]:
        """Of several final ads, or EPOCH ads of one run, the one with the largest is taken."""
        if self.kind == "EPOCH":
            return [self.written or 0, self.ad.known("HoldReason")]
        names = ("EnteredCurrentStatus", "CompletionDate", "NumShadowStarts", "RemoteWallClockTime")
        return [-1 if (number := self.ad.number(name)) is None else number for name in names]


def records(path: Path, ap: str | None) -> list[Record]:
    """All complete records of a file. What follows the last banner is not complete; without any, the file is one ad."""
    text = path.read_bytes().decode("utf-8", "backslashreplace")
    pieces = re.split(r"^(\*\*\*.*)\n", text, flags=re.MULTILINE)  # ad, banner, ad, banner, ..., tail
    found = [(banner, Ad(ad.split("\n"))) for ad, banner in zip(pieces[::2], pieces[1::2], strict=False)]
    found = found or [("***", Ad(text.split("\n")))]
    of_file = ap or next((name.split("#")[0] for _, ad in found if (name := ad.text("GlobalJobId"))), "")
    of_schedd = [(banner, ad) for banner, ad in found if not ad.known("BadputCausedByDraining")]  # not startd history
    return [record(banner, ad, ap or (ad.text("GlobalJobId") or of_file).split("#")[0]) for banner, ad in of_schedd]


def record(banner: str, ad: Ad, ap: str) -> Record:
    """The record above a banner: `*** [KIND] Name = value ...`."""
    words = banner[3:].split("=")[0].split()
    untyped = "EPOCH" if "RunInstanceId" in banner else "JOB"
    in_banner = re.search(r"RunInstanceId=(\d+)", banner)
    run = int(in_banner[1]) if in_banner else ad.whole("RunInstanceID") or 0
    times = re.findall(r"CurrentTime ?= ?(\d+)", banner)
    written = ad.instant("EpochWriteDate") or (int(times[-1]) if times else None)
    return Record(words[0] if len(words) == 2 else untyped, ad, ap, run, written)
