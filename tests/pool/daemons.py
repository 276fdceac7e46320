"""Which processes of a pool are which daemon of which node, read from /proc.

In: process ids inside a pool. Out: `Daemon`s. A process that ends while it is looked at is left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Daemon:
    """A running HTCondor process: `kind` is "schedd", "shadow", "startd", ...; `arguments` follow the program."""

    pid: int
    kind: str
    node: str
    arguments: tuple[str, ...]


def daemons(pids: Iterable[int]) -> Iterator[Daemon]:
    """The HTCondor daemons among `pids`."""
    for pid in pids:
        try:
            found = _look(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
        if found:
            yield found


def _look(pid: int) -> Daemon | None:
    entry = Path("/proc") / str(pid)
    program = (entry / "exe").readlink().name
    if not program.startswith("condor_"):
        return None
    config = [word for word in _words(entry / "environ") if word.startswith("CONDOR_CONFIG=/pool/etc/")]
    if not config:
        return None
    return Daemon(pid, program.removeprefix("condor_"), Path(config[0]).stem, tuple(_words(entry / "cmdline")[1:]))


def _words(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8", "replace").split("\0")[:-1]
