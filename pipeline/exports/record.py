"""A record as it is handed over, and how records become a file: what every format says of itself."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from pipeline.exports.asked import Window
from pipeline.exports.runs import Run
from pipeline.exports.summed import Group


@dataclass(frozen=True)
class Record:
    """One record in its format, checked, with what has to be known of it later.

    id         equal for the same run, or the same group, for ever
    subject    of a summary: what it is about, as JSON; empty: of a single run
    about_utc  when the run ended, or the summary's day or month began
    unmeasured runs in it whose CPU time nobody reported
    """

    id: str
    pool: str
    body: bytes
    wall_s: int
    about_utc: int
    subject: str = ""
    unmeasured: int = 0

    @cached_property
    def digest(self) -> int:
        """64 bits over its bytes: another one means that it has changed."""
        return int.from_bytes(blake2b(self.body, digest_size=8).digest(), signed=True)


@dataclass(frozen=True)
class Layout:
    """How records become files.

    name      of the format, in commands and in the lake
    per_file  records of a file, at most
    content   the bodies of a file -> its bytes
    place     a digest of at least 16 hexadecimal digits, and when its first record ended -> the file's relative name
    """

    name: str
    per_file: int
    content: Callable[[Sequence[bytes]], bytes]
    place: Callable[[str, int], str]


@dataclass(frozen=True)
class Singles:
    """A format of single runs. `made`: None for a run that the format cannot tell."""

    layout: Layout
    made: Callable[[Run], Record | None]


@dataclass(frozen=True)
class Summaries:
    """A format of summaries, which replace what was sent of the same group before.

    made       the groups of a window -> its records, in order
    withdrawn  the subject of a group that is no more -> the record that says so
    monthly    windows are months; else days
    """

    layout: Layout
    made: Callable[[Window, Iterable[Group]], list[Record]]
    withdrawn: Callable[[str, str, int], Record]
    monthly: bool


Exported = Singles | Summaries


def named(prefix: str, ending: str) -> Callable[[str, int], str]:
    """Files of one folder: PREFIX-DIGEST.ENDING."""
    return lambda digest, about_utc: f"{prefix}-{digest[:24]}.{ending}"
