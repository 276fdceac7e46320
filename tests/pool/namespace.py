"""Mount and pid namespaces of one pool: everything that runs in them ends with them, and they end with this process.

In: the folder of an installed suite and the pool's state folder, which is /pool inside. Out: `Namespace`, in which
commands run. Process ids that leave this module are those seen from outside.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.pool.problem import PoolProblem
from tests.pool.waiting import wait_until

SCRIPT = Path(__file__).with_name("namespace.sh")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
READY_S = 10


@dataclass(frozen=True)
class Answer:
    """What a command in the pool left."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Namespace:
    """Namespaces whose process 1 is `first`, a child of `outer`; `pid_ns` is the kernel's name of the pid namespace."""

    root: Path
    outer: subprocess.Popen[bytes]
    first: int
    pid_ns: Path

    @classmethod
    def start(cls, root: Path, state: Path) -> "Namespace":
        """Make the namespaces. Raises PoolProblem where the machine does not allow it."""
        command = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private"]
        command += ["--pid", "--fork", "--kill-child=KILL", "sh", str(SCRIPT), str(root), str(state)]
        log = state / "namespace.log"
        with log.open("wb") as out:
            outer = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, close_fds=True
            )
        deadline = time.monotonic() + READY_S
        while not (state / "ready").exists():
            if outer.poll() is not None or time.monotonic() > deadline:
                outer.kill()
                outer.wait()
                raise PoolProblem(
                    f"No namespaces for the pool: {log.read_text('utf-8', 'replace').strip()}",
                    "Run as root with CAP_SYS_ADMIN (in a container: --privileged).",
                )
            time.sleep(0.01)
        first = _only_child(outer.pid)
        return cls(root, outer, first, Path(f"/proc/{first}/ns/pid").readlink())

    def command(self, words: Sequence[str | Path], environment: Mapping[str, str], user: str = "root") -> list[str]:
        """The words that run `words` inside, as `user` in that user's home."""
        enter = ["nsenter", "--target", str(self.first), "--mount", "--pid", "--wd=/", "chroot", str(self.root)]
        known = {"PATH": PATH, "LANG": "C.UTF-8", "HOME": _home(user), "USER": user, **environment}
        become = ["/usr/bin/env", "-i", f"--chdir={_home(user)}", *(f"{name}={value}" for name, value in known.items())]
        if user != "root":
            become += ["setpriv", "--reuid", user, "--regid", user, "--init-groups"]
        return [*enter, *become, *map(str, words)]

    def run(
        self, words: Sequence[str | Path], environment: Mapping[str, str], user: str = "root", timeout_s: float = 60
    ) -> Answer:
        """Run `words` inside and wait for what comes of it."""
        done = subprocess.run(
            self.command(words, environment, user),
            check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=timeout_s,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    def processes(self) -> list[int]:
        """Every process inside, the first one too."""
        entries = (entry for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return [int(entry.name) for entry in entries if _pid_ns(entry) == self.pid_ns]

    def close(self) -> None:
        """Kill all that runs inside and wait until it is gone; the mounts go with it."""
        if self.outer.poll() is None:
            os.kill(self.first, signal.SIGKILL)  # outer has not reaped it, so the id is still that of our process
            self.outer.wait(timeout=30)
        wait_until(lambda: not self.processes(), "every process of the pool has ended", 30)


def _home(user: str) -> str:
    return "/root" if user == "root" else f"/home/{user}"


def _pid_ns(entry: Path) -> Path | None:
    try:
        return (entry / "ns" / "pid").readlink()
    except (FileNotFoundError, ProcessLookupError):
        return None  # it ended while we looked
    except PermissionError:
        return None  # it has rights that we lack, so it is none of ours


def _only_child(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()[0])
