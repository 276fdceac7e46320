"""A job's way through the pool: waits, attempts at one site after another, holds, until it leaves the queue."""

from math import log

from collectors.simulate.attempts import attempt, draw_work
from collectors.simulate.body import wording
from collectors.simulate.fate import TOO_LONG, World
from collectors.simulate.records import COMPLETED, REMOVED, Attempt, Ending, Job, Request

LEASE_S = 2400
"""How long a lost run keeps its job from running again."""
MOST_RUNS = 8
"""After so many a job is given up by its user."""
RELEASES = 0.55
"""Share of held jobs that are released; the others are removed."""
REPEATED = 0.002
"""Share of completed jobs that a schedd, killed at that moment, writes to history twice."""
IDLE, RUNNING, HELD = 1, 2, 5


class Course:
    """One job from submission to its end. `removal` is when its user removes whatever is left of it, if at all."""

    def __init__(self, world: World, request: Request, submit: int, removal: int | None) -> None:
        self._world = world
        self._rng = world.rng
        self._request = request
        self._submit = submit
        self._removal = removal
        self._work = draw_work(world.rng, request)
        self._memory_mib = request.memory_mib
        self._free = submit
        self._runs: list[Attempt] = []
        self._hold: Ending | None = None
        self._holds = 0
        self._exits = 0
        self._requeued = False

    def job(self, ap: str, cluster: int, proc: int) -> Job:
        """The job as it was when it left the queue. To be asked once."""
        status, last_status, end = self._run_until_done()
        is_repeated = status == COMPLETED and self._rng.random() < REPEATED
        owner = self._request.user.owner
        return Job(
            ap=ap,
            cluster=cluster,
            proc=proc,
            submit=self._submit,
            request=self._request,
            attempts=tuple(self._runs),
            status=status,
            last_status=last_status,
            end=end,
            hold=self._hold,
            holds=self._holds,
            remove_reason=wording("removed").format(owner=owner) if status == REMOVED else None,
            requeue_reason=wording("retry") if self._requeued else None,
            exit_code=self._runs[-1].ending.exit_code if self._runs else None,
            repeated=5 + int(self._rng.random() * 50) if is_repeated else None,
        )

    def _run_until_done(self) -> tuple[int, int, int]:
        """(status, status before, end), having filled the runs."""
        while len(self._runs) < MOST_RUNS:
            start = self._free + self._wait_s()
            if self._removal is not None and self._removal <= start:
                return REMOVED, IDLE, max(self._removal, self._free + 1)
            run = attempt(self._world, self._request, self._work, self._runs, self._memory_mib, start, self._removal)
            self._runs.append(run)
            self._free = run.end
            if (last := self._after(run)) is not None:
                return COMPLETED if run.ending.kind == "done" else REMOVED, last, self._free
        return REMOVED, IDLE, self._free + 600 + int(self._rng.random() * 7200)

    def _after(self, run: Attempt) -> int | None:
        """The status from which the job leaves the queue after that run; None where it is to run again."""
        match run.ending.kind:
            case "removed":
                return RUNNING
            case "lost":
                self._free += int(LEASE_S * self._rng.random())
            case "held":
                return self._after_hold(run)
            case "done":
                self._exits += 1
                if run.ending.exit_code == 0 or self._exits > self._request.project.shape.retries:
                    return RUNNING
                self._requeued = True
            case "evicted":
                pass
        return None

    def _after_hold(self, run: Attempt) -> int | None:
        self._hold = run.ending
        self._holds += 1
        is_released = self._rng.random() < RELEASES and run.ending.code != TOO_LONG
        self._free += 60 + int(self._rng.lognormvariate(log(3600 if is_released else 20_000), 0.8))
        if self._work.memory_mib > run.memory_mib:
            self._memory_mib *= 2
        return None if is_released else HELD

    def _wait_s(self) -> int:
        request = self._request
        median = 240 if self._runs else 5400 if request.gpus else 700 if request.cpus == 1 else 1500
        return 2 + int(self._rng.lognormvariate(log(median), 1.1))
