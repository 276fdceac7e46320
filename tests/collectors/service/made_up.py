"""Made-up pollers: what a source does, its first path says; the others are its arguments.

They stand for what happens with real ones: a peer that is silent while the interpreter's lock is held, a library that
crashes, a fault of ours, a source that lies.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from collectors.ingest import ingest
from collectors.report import Report
from collectors.sources.target import Polled, Poller, Target
from pipeline.errors import LakeError, SourceError
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.source_settings import FilesSource, Source

FOR_EVER_S = 100_000


def made_up(name: str, *words: str | Path, interval_s: int = 3600, timeout_s: int = 60) -> FilesSource:
    """A source that does what the first word says."""
    paths = tuple(str(word) for word in words)
    source = FilesSource(kind="files", name=name, paths=paths)
    return source.model_copy(update={"interval_s": interval_s, "timeout_s": timeout_s})  # also less than 5 s


def find(source: Source, settings: Settings) -> list[Target]:
    """One target; for `daemons` one per line of a file."""
    word, *arguments = words(source)
    if word == "no discovery":
        raise SourceError("collector cm: no answer", "Is it running?")
    if word == "hang in discovery":
        time.sleep(FOR_EVER_S)
    if word == "daemons":
        names = Path(arguments[0]).read_text("utf-8").split()
        return [Target(f"{source.name}: history of {name}", source, "history", name) for name in names]
    return [Target(source.name, source, "history")]


def poll(target: Target, lake: Lake, settings: Settings, now: datetime) -> Polled:
    """Do what the source's first word says."""
    word, *arguments = words(target.source)
    if word in READS:
        return READS[word](lake, settings, arguments)
    if word in DEATHS:
        DEATHS[word](arguments)
    if word == "refused":
        raise SourceError("schedd ap1: history refused (not authorised)", "Add this host to ALLOW_READ.")
    if word == "refused until" and not Path(arguments[0]).exists():
        raise SourceError("schedd ap1: cannot be reached", "Is it running?")
    if word == "full":
        raise LakeError("table job cannot be written: No space left on device", "Make room.")
    if word == "lie":
        return "all is well"  # type: ignore[return-value]
    return Polled(Report())


def words(source: Source) -> tuple[str, ...]:
    """Word and arguments of a made-up source."""
    assert isinstance(source, FilesSource)
    return source.paths


def _read_files(lake: Lake, settings: Settings, paths: list[str]) -> Polled:
    return Polled(
        ingest([Path(path) for path in paths], lake, settings, datetime.fromtimestamp(1_796_000_000).astimezone())
    )


def _read_one_at_a_time(lake: Lake, settings: Settings, arguments: list[str]) -> Polled:
    """A backlog: one file a poll, and `more` until none is left."""
    marker, *paths = arguments
    done = Path(marker).read_text("utf-8").count("\n") if Path(marker).exists() else 0
    with Path(marker).open("a", encoding="utf-8") as file:
        file.write("one more\n")
    polled = _read_files(lake, settings, paths[done : done + 1])
    return Polled(polled.report, more=done + 1 < len(paths))


def _hang(arguments: list[str]) -> None:
    """Deaf to all signals, with a child of its own; leaves both ids in a file."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    grandchild = subprocess.Popen(["sleep", str(FOR_EVER_S)])
    _leave(arguments[0], os.getpid(), grandchild.pid)
    time.sleep(FOR_EVER_S)


def _hold_the_lock(arguments: list[str]) -> None:
    """As htcondor2 while a peer is silent: no other thread of Python runs."""
    _leave(arguments[0], os.getpid())
    ctypes.PyDLL(None).sleep(FOR_EVER_S)


def _leave(path: str, *numbers: int) -> None:
    fresh = Path(path + ".new")
    fresh.write_text(" ".join(map(str, numbers)), "utf-8")
    fresh.replace(path)


def _leave_a_grandchild(arguments: list[str]) -> None:
    _leave(arguments[0], subprocess.Popen(["sleep", str(FOR_EVER_S)]).pid)


def _shout(arguments: list[str]) -> None:
    sys.stderr.write("x" * 1_000_000 + "\n\x1b[31mred\u202e\n")


def _crash(arguments: list[str]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _exit(arguments: list[str]) -> None:
    sys.stderr.write("malloc(): corrupted\n")
    sys.stderr.flush()
    os._exit(3)


def _stumble(arguments: list[str]) -> None:
    raise ZeroDivisionError("a fault of ours")


READS = {"read": _read_files, "backlog": _read_one_at_a_time}
DEATHS = {
    "hang": _hang,
    "hold the lock": _hold_the_lock,
    "grandchild": _leave_a_grandchild,
    "shout": _shout,
    "crash": _crash,
    "exit": _exit,
    "stumble": _stumble,
}
POLLERS = (Poller("files", find, poll),)
