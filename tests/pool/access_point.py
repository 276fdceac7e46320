"""An access point of a running pool: jobs go in, record files come out."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.pool.node import Node
from tests.pool.problem import PoolProblem

UNFINISHED = "JobStatus =!= 5 && !(JobStatus =?= 4 && LeaveJobInQueue)"
"""Jobs that are not held and will leave the queue by themselves. A finished one is first written down, then leaves."""
SHOWN = ("ClusterId", "ProcId", "JobStatus", "HoldReasonCode", "NumShadowStarts", "RemoteHost", "RoutedToJobId")


@dataclass(frozen=True)
class AccessPoint(Node):
    """A schedd and the files that it writes."""

    @property
    def address_of_schedd(self) -> str:
        return f"{self.address}:9620"

    @property
    def full_name(self) -> str:
        """The schedd's name in the collector."""
        return f"{self.name}.pool.test"

    @property
    def per_job(self) -> Path:
        """Folder with a file `history.C.P` for each job that left the queue: the witness of what was written."""
        return self.folder / "per_job"

    @property
    def per_job_epochs(self) -> Path:
        """Folder with a file `job.runs.C.P.ads` for each job that ran: the witness of its runs."""
        return self.folder / "per_job_epochs"

    def history_files(self) -> list[Path]:
        """The history files there are now, the oldest first, the one being written last."""
        return self.rotated("history")

    def epoch_files(self) -> list[Path]:
        """The same for the epoch history."""
        return self.rotated("epoch_history")

    def submit(self, user: str, description: str, count: int = 1) -> int:
        """Submit `count` jobs described as in a submit file without its `queue` line; return their cluster."""
        queue = "" if _queues(description) else f"\nqueue {count}\n"
        path = self.state / "submit" / f"{self.name}-{secrets.token_hex(4)}.sub"
        path.write_text(description + queue, "utf-8")
        out = self.ok("condor_submit", "-terse", f"/pool/submit/{path.name}", user=user)
        return int(out.split(".")[0])

    def queue(self, constraint: str = "true", *attributes: str) -> list[dict[str, Any]]:
        """The jobs in the queue that fulfil `constraint`, with SHOWN attributes and `attributes`."""
        wanted = ",".join([*SHOWN, *attributes])
        words = ("condor_q", "-allusers", "-constraint", constraint, "-json", "-attributes", wanted)
        jobs: list[dict[str, Any]] = json.loads(self.ok(*words) or "[]")
        return jobs

    def wait_idle(self, seconds: float = 120) -> None:
        """Wait until every job has run and left the queue; held ones, and those told to, may stay."""
        self.wait_until(lambda: not self._unfinished(), "every job has left the queue", seconds)

    def _unfinished(self) -> bool:
        waiting = self.ok("condor_q", "-allusers", "-constraint", UNFINISHED, "-limit", "1", "-af", "ClusterId")
        return bool(waiting.strip() or self.ok("condor_q", "-allusers", "-factory", "-af", "ClusterId").strip())

    def wait_status(self, cluster: int, status: int, seconds: float = 60) -> None:
        """Wait until every job of the cluster that is in the queue, and at least one, has JobStatus `status`."""

        def reached() -> bool:
            found = {job["JobStatus"] for job in self.queue(f"ClusterId == {cluster}")}
            return found == {status}

        self.wait_until(reached, f"cluster {cluster} has status {status}", seconds)

    def wait_running(self, cluster: int, seconds: float = 60) -> None:
        """Wait until every job of the cluster executes: a slot alone is not enough."""
        executes = "JobStatus =?= 2 && (JobUniverse != 5 || JobCurrentStartExecutingDate >= JobCurrentStartDate)"

        def running() -> bool:
            jobs = self.queue(f"ClusterId == {cluster}")
            return bool(jobs) and len(jobs) == len(self.queue(f"ClusterId == {cluster} && {executes}"))

        self.wait_until(running, f"cluster {cluster} runs", seconds)

    def wait_held(self, cluster: int, seconds: float = 60) -> None:
        """Wait until every job of the cluster is held and its shadow gone: released before that, it can stay idle."""
        self.wait_status(cluster, 5, seconds)
        self.wait_until(lambda: not self._shadows(f"{cluster}."), f"no shadow of cluster {cluster} runs", seconds)

    def evict(self, job: int | str) -> None:
        """Take the running job off its slot, as a site does; it goes back to idle. `job`: cluster or "C.P"."""
        self.ok("condor_vacate_job", str(job))

    def hold(self, job: int | str) -> None:
        self.ok("condor_hold", str(job))

    def release(self, job: int | str) -> None:
        self.ok("condor_release", str(job))

    def remove(self, job: int | str) -> None:
        self.ok("condor_rm", str(job))

    def shadow(self, job: str) -> int:
        """The process id of the shadow of job "C.P"."""
        found = self._shadows(job)
        if len(found) != 1:
            raise PoolProblem(f"{self.name} runs {len(found)} shadows for job {job}, not one", self.log_tail())
        return found[0]

    def _shadows(self, job: str) -> list[int]:
        """Shadows of job "C.P", or of the cluster "C."."""
        whole = job.endswith(".")
        return [
            daemon.pid
            for daemon in self.daemons("shadow")
            if any(word == job or (whole and word.startswith(job)) for word in daemon.arguments)
        ]

    def kill_schedd(self) -> None:
        """SIGKILL the schedd and wait until its master has started another that answers."""
        self.kill_and_wait("schedd")
        self.wait_answers()

    def stop_schedd(self) -> None:
        """Shut the schedd down in good order, as for maintenance; the master stays and does not restart it."""
        self.ok("condor_off", "-fast", "-daemon", "schedd")
        self.wait_until(lambda: not self.daemons("schedd"), "no schedd runs")

    def start_schedd(self) -> None:
        self.ok("condor_on", "-daemon", "schedd")
        self.wait_answers()

    def wait_answers(self, seconds: float = 60) -> None:
        """Wait until the schedd answers a query."""
        self.wait_until(lambda: self.run("condor_q", "-allusers", "-totals").code == 0, "the schedd answers", seconds)


def _queues(description: str) -> bool:
    return any(line.split()[:1] == ["queue"] for line in description.lower().splitlines())


@dataclass(frozen=True)
class ComputeElement(AccessPoint):
    """A compute element: its jobs are routed to the site's batch system and never run here."""

    @property
    def collector(self) -> str:
        """Address and port of the element's own collector; the pool's knows nothing of it."""
        return f"{self.address}:9619"
