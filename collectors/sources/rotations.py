"""The name of a record file -> what it is among the others: its family, and its place in the order of rotation.

HTCondor renames `history` to `history.YYYYMMDDTHHMMSS` (old versions: `history.old`), logrotate to `history.1` or
`history-YYYYMMDD`; each may be packed afterwards. A per-job file has a name of its own for ever.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

PACKED_ENDINGS = (".gz", ".zst")

_PER_JOB = re.compile(r"history\.(?:\d+\.\d+|[^/]+#\d+\.\d+#\d+)|job\.runs\.\d+\.\d+\.ads")
_STAMP = "%Y%m%dT%H%M%S"
_ROTATED = re.compile(
    r"(?P<base>.+?)(?:\.(?P<stamp>\d{8}T\d{6})|-(?P<day>\d{8,10})|\.(?P<number>\d{1,4})|\.(?P<old>old))", re.DOTALL
)
_OLD, _NUMBERED, _DATED, _CURRENT = range(4)


@dataclass(frozen=True, slots=True)
class Place:
    """`family` is the path of the file that is being written, or the folder of per-job files, its slash included.

    In the order of `order` the files of a family were written, the current one last. `stamp` is in the name of one
    that HTCondor rotated: its local time.
    """

    family: str
    order: tuple[int, str]
    stamp: str | None = None
    is_per_job: bool = False

    @property
    def is_current(self) -> bool:
        return self.order[0] == _CURRENT

    @property
    def rotated_local(self) -> int | None:
        """When HTCondor rotated it, as seconds of a clock that shows its local time; None if the name does not say."""
        try:
            moment = None if self.stamp is None else datetime.strptime(self.stamp, _STAMP).replace(tzinfo=UTC)
        except ValueError:  # eight and six digits, but no date
            return None
        return None if moment is None else int(moment.timestamp())


def place_of(path: str) -> Place:
    """What a file is by its name alone."""
    folder, slash, name = without_packing(path).rpartition("/")
    if _PER_JOB.fullmatch(name):
        return _in_folder(folder + slash)
    rotated = _ROTATED.fullmatch(name)
    if rotated is None:
        return Place(folder + slash + name, (_CURRENT, ""))
    return Place(folder + slash + rotated["base"], _order(rotated), rotated["stamp"])


def without_packing(path: str) -> str:
    """The name that the file had before it was packed."""
    if not path.endswith(PACKED_ENDINGS):
        return path
    return path.rpartition(".")[0]


@lru_cache(maxsize=1000)
def _in_folder(folder: str) -> Place:
    """The place of all per-job files of a folder: there can be many thousands."""
    return Place(folder, (_OLD, ""), is_per_job=True)


def _order(rotated: "re.Match[str]") -> tuple[int, str]:
    if rotated["old"]:
        return _OLD, ""
    if rotated["number"]:
        return _NUMBERED, f"{9999 - int(rotated['number']):04d}"  # logrotate counts up with age
    return _DATED, (rotated["stamp"] or rotated["day"]).replace("T", "")
