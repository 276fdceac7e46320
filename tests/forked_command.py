"""Commands in processes that are forked from one that has imported what they need: they start half a second earlier.

In: the module whose `main` is run (or `-c` and a program), its words, folder and environment. Out: what it left. What
is forked has run nothing: importing a module does nothing, so a command finds what a fresh interpreter would give it.
`python -m tests.forked_command FD` is the process that forks, with its end of a socket.
"""

import atexit
import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from collectors.service import fork_server

ROOT = Path(__file__).parent.parent
IMPORTED = (
    *fork_server.PRELOADED,
    "collectors.ingest_command",
    "collectors.rejects_command",
    "htc_ledger",
    "pipeline.cube",
    "rich.table",
)
"""With what they import. Nothing that reads the environment when it is imported, as HTCondor's library does."""
PROGRAM = "-c"
ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Run:
    """What is asked for: `out` and `err` are the files to write."""

    module: str
    words: Sequence[str]
    cwd: str
    environment: Mapping[str, str]
    out: str
    err: str


@dataclass(frozen=True)
class Done:
    """What came of it; an exit code below 0 is that of the signal that ended it."""

    code: int
    out: bytes
    err: bytes


def run(module: str, words: Sequence[str], cwd: Path = ROOT, environment: Mapping[str, str] = os.environ) -> Done:
    """Run the `main` of that module in a process of its own, to its end; or, as Python does, `-c` and a program."""
    with TemporaryDirectory() as folder, ONE_AT_A_TIME:
        out, err = Path(folder) / "out", Path(folder) / "err"
        forking = _forking()
        forking.send(asdict(Run(module, words, str(cwd), dict(environment), str(out), str(err))))
        return Done(forking.recv(), out.read_bytes(), err.read_bytes())


@cache
def _forking() -> Connection:
    """The process that forks, started when it is first needed; it ends when this one does."""
    ours, its = socket.socketpair()
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked_command", str(its.fileno())],
            cwd=ROOT,
            env={**os.environ, **fork_server.NO_THREADS},
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    connection = Connection(ours.detach())

    def end() -> None:
        connection.close()
        process.wait()

    atexit.register(end)
    return connection


def fork_for_each(asking: Connection) -> Run | None:
    """Answer each request with the exit code of a child that does it. Returns in the child, and None at the end."""
    while True:
        try:
            asked = Run(**asking.recv())
        except EOFError:
            return None
        child = os.fork()
        if child == 0:
            asking.close()
            return asked
        _, status = os.waitpid(child, 0)
        asking.send(os.waitstatus_to_exitcode(status))


def become(asked: Run) -> None:
    """Make of this process one that was started with those words, there, with that environment and those outputs."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for path, number in ((asked.out, 1), (asked.err, 2)):
        written = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(written, number)
        os.close(written)
    os.chdir(asked.cwd)
    os.environ.clear()
    os.environ.update(asked.environment)
    time.tzset()
    sys.argv = [asked.module.replace("_", "-"), *asked.words]


def do(asked: Run) -> None:
    """What was asked for, in this process, to its end."""
    become(asked)
    if asked.module == PROGRAM:
        del sys.argv[1]
        exec(asked.words[0], {"__name__": "__main__"})
    else:
        importlib.import_module(asked.module).main()


def main() -> None:
    for name in IMPORTED:
        importlib.import_module(name)
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a fork would lose a thread, and keep its locks"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the one that asks, and so this one
    asked = fork_for_each(Connection(int(sys.argv[1])))
    if asked is not None:
        do(asked)


if __name__ == "__main__":
    main()
