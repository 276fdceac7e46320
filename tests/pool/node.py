"""One node of a running pool: a master and its daemons, with an address, a folder and a configuration of its own."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.pool.daemons import Daemon, daemons
from tests.pool.namespace import Answer, Namespace
from tests.pool.problem import PoolProblem
from tests.pool.waiting import wait_until

LOGS = ("MasterLog", "CollectorLog", "NegotiatorLog", "SchedLog", "ShadowLog", "JobRouterLog", "StartLog", "StarterLog")


@dataclass(frozen=True)
class Node:
    """A node: `folder` is /pool/NAME inside; its log and spool can be read from outside."""

    name: str
    address: str
    state: Path
    namespace: Namespace

    @property
    def folder(self) -> Path:
        return self.state / self.name

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def rotated(self, name: str) -> list[Path]:
        """The spool's file `name` and its rotations, the oldest first, the one being written last."""
        live = self.spool / name
        return sorted(self.spool.glob(f"{name}.2*")) + ([live] if live.exists() else [])

    def run(self, *words: str | Path, user: str = "root", timeout_s: float = 60) -> Answer:
        """Run a command inside with this node's configuration, whatever its exit code."""
        environment = {"CONDOR_CONFIG": f"/pool/etc/{self.name}.conf"}
        return self.namespace.run(words, environment, user, timeout_s)

    def ok(self, *words: str | Path, user: str = "root", timeout_s: float = 60) -> str:
        """What the command prints. Raises PoolProblem if it fails."""
        answer = self.run(*words, user=user, timeout_s=timeout_s)
        if answer.code:
            raise PoolProblem(
                f"{self.name}: {' '.join(map(str, words))} ended with {answer.code}", answer.err + self.log_tail()
            )
        return answer.out

    def start(self) -> None:
        """Start the master, which starts the rest."""
        self.ok("condor_master")

    def stop(self) -> None:
        """Kill every daemon of this node; `start` brings it back with its spool."""
        for daemon in sorted(self.daemons(), key=lambda daemon: daemon.kind != "master"):
            with suppress(ProcessLookupError):  # its master's death can have taken it along
                os.kill(daemon.pid, signal.SIGKILL)
        self.wait_until(lambda: not self.daemons(), "no daemon runs")

    def daemons(self, kind: str | None = None) -> list[Daemon]:
        """The daemons that run here now, all or of one kind ("schedd", "shadow", "startd", "starter", ...)."""
        running = daemons(self.namespace.processes())
        return [daemon for daemon in running if daemon.node == self.name and kind in (None, daemon.kind)]

    def pid(self, kind: str) -> int:
        """The id, seen from outside, of the one process of this kind. Raises PoolProblem for none or several."""
        found = self.daemons(kind)
        if len(found) != 1:
            raise PoolProblem(f"{self.name} runs {len(found)} x {kind}, not one", self.log_tail())
        return found[0].pid

    def kill(self, kind: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to the one process of this kind and return its id."""
        pid = self.pid(kind)
        os.kill(pid, number)
        return pid

    def freeze(self, kind: str) -> None:
        """Stop a daemon in its tracks: its port still takes connections and never answers. `thaw` ends it."""
        self.kill(kind, signal.SIGSTOP)

    def thaw(self, kind: str) -> None:
        self.kill(kind, signal.SIGCONT)

    def kill_and_wait(self, kind: str) -> None:
        """SIGKILL, then wait until the master has started another one."""
        dead = self.kill(kind)
        self.wait_until(lambda: [d.pid for d in self.daemons(kind) if d.pid != dead], f"a new {kind} runs")

    def reconfigure(self, *lines: str) -> None:
        """Add lines to this node's configuration and have its daemons read it."""
        with (self.state / "etc" / f"{self.name}.conf").open("a", encoding="utf-8") as config:
            config.write("\n".join(["", *lines, ""]))
        self.ok("condor_reconfig")

    def wait_until(self, holds: Callable[[], object], what: str, seconds: float = 60) -> None:
        """Wait for a condition. Raises PoolProblem with this node's last log lines when it does not come."""
        wait_until(holds, f"{self.name}: {what}", seconds, self.log_tail)

    def log_tail(self, lines: int = 12) -> str:
        """The last lines of each daemon log of this node."""
        logs = (self.log / name for name in LOGS)
        return "".join(f"\n--- {path.name} of {self.name}\n{_tail(path, lines)}" for path in logs if path.exists())


@dataclass(frozen=True)
class Site(Node):
    """A site's startd."""

    def history_files(self) -> list[Path]:
        """The startd history files there are now, the oldest first."""
        return self.rotated("startd_history")

    def kill_startd(self) -> None:
        """SIGKILL the startd and wait until the collector knows the one that its master has started instead."""
        before = self._started()
        self.kill_and_wait("startd")
        self.wait_until(lambda: self._started() not in (before, ""), "the collector knows the new startd")

    def _started(self) -> str:
        slot = f'Name == "slot1@{self.name}.pool.test"'
        return self.run("condor_status", "-constraint", slot, "-af", "MyAddress").out.strip()


def _tail(path: Path, lines: int) -> str:
    return "\n".join(path.read_text("utf-8", "replace").splitlines()[-lines:])
