"""The pool's life as a stream of records in order of time. Memory holds only the jobs that are in the queue."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log
from random import Random

from collectors.simulate.course import RUNNING, Course
from collectors.simulate.events import Troubles
from collectors.simulate.fate import World
from collectors.simulate.plan import Plan
from collectors.simulate.plant import plant
from collectors.simulate.population import Population
from collectors.simulate.records import (
    COMPLETED,
    LOCAL,
    SCHEDULER,
    Job,
    Record,
    Request,
    records_of,
)
from collectors.simulate.shapes import DAG
from collectors.simulate.submissions import HOUR_S, Submission, node, submissions

REMOVED_BATCHES = 0.08
LOCAL_JOBS = 0.004
LAYERS = 4


@dataclass(frozen=True, slots=True)
class Layer:
    """The next nodes of a workflow that is under way: submitted when the layer before is done."""

    dag: Job
    request: Request
    left: int
    number: int = 0
    failed: int = 0


def records(plan: Plan, population: Population, troubles: Troubles) -> Iterator[Record]:
    """All records of the plan in order of time, those after its last day left out."""
    life = Life(plan, World(Random(f"{plan.seed}/jobs"), population, troubles, plant(plan, population)))
    for hour, batch in submissions(plan, population, Random(f"{plan.seed}/load")):
        for submission in batch:
            life.submit(submission)
        yield from life.until(min(hour + HOUR_S, plan.end_utc))


class Life:
    """The calendar of what is to happen: batches to be submitted, records to be written."""

    def __init__(self, plan: Plan, world: World) -> None:
        self.plan = plan
        self.world = world
        self._calendar: list[tuple[int, int, Record | Submission | Layer]] = []
        self._sequence = 0
        self._clusters = {ap: 1000 * number for number, ap in enumerate(plan.aps, start=1)}

    def expect(self, when: int, what: Record | Submission | Layer) -> None:
        self._sequence += 1
        heapq.heappush(self._calendar, (when, self._sequence, what))

    def submit(self, submission: Submission) -> None:
        """Expect the batch, as the faults make its user submit it."""
        request = submission.request
        for fault in self.world.planted.faults:
            request = fault.submits(request, submission.time)
        self.expect(submission.time, replace(submission, request=request))

    def until(self, when: int) -> Iterator[Record]:
        """Let everything before that instant happen; yield its records."""
        while self._calendar and self._calendar[0][0] < when:
            now, _, due = heapq.heappop(self._calendar)
            if isinstance(due, Record):
                yield due
            elif isinstance(due, Layer):
                self._submit_layer(due, now)
            elif due.request.project.shape is DAG:
                self._submit_dag(due)
            else:
                self._submit_batch(due)

    def _submit_batch(self, submission: Submission) -> None:
        rng, request = self.world.rng, submission.request
        cluster = self._next_cluster(request)
        removal = None
        if rng.random() < REMOVED_BATCHES:
            removal = submission.time + 60 + int(rng.lognormvariate(log(5400), 1.0))
        for proc in range(request.size):
            if rng.random() < LOCAL_JOBS:
                job = self._on_access_point(replace(request, universe=LOCAL, gpus=0), cluster, proc, submission.time)
            else:
                job = self._course(request, cluster, proc, submission.time, removal)
            self._record(job)

    def _submit_dag(self, submission: Submission) -> None:
        request = submission.request
        cluster = self._next_cluster(request)
        name = f"{request.submit_file.removesuffix('.sub')}.dag+{cluster}"
        manager = replace(
            request, universe=SCHEDULER, command="/usr/bin/condor_dagman", batch_name=name, gpus=0, cpus=1, size=1
        )
        dag = self._on_access_point(manager, cluster, 0, submission.time)
        layer = Layer(dag, replace(request, batch_name=name), request.size - 1)
        self.expect(submission.time + 5, layer)

    def _submit_layer(self, layer: Layer, now: int) -> None:
        """Submit some nodes, each in a cluster of its own; a failed node makes one of the next layer futile."""
        width = -(-layer.left // max(1, LAYERS - layer.number))
        end, failed = now, 0
        for index in range(width):
            request = node(layer.request, layer.dag.cluster, f"N{layer.number}_{index}")
            job = self._course(request, self._next_cluster(request), 0, now, None)
            self._record(job)
            end = max(end, job.end)
            failed += job.status != COMPLETED or job.exit_code != 0
        left = max(0, layer.left - width - failed)
        if left:
            following = replace(layer, left=left, number=layer.number + 1, failed=layer.failed + failed)
            self.expect(end + 20, following)
        else:
            self._record(replace(layer.dag, end=end + 10, exit_code=int(layer.failed + failed > 0)))

    def _on_access_point(self, request: Request, cluster: int, proc: int, submit: int) -> Job:
        """A job of the local or scheduler universe: it runs on the access point, without attempts."""
        rng = self.world.rng
        start = submit + 1 + int(rng.random() * 5)
        return Job(
            ap=self.plan.aps[request.user.ap],
            cluster=cluster,
            proc=proc,
            submit=submit,
            request=request,
            attempts=(),
            status=COMPLETED,
            last_status=RUNNING,
            end=start + 1 + int(rng.lognormvariate(log(120), 1.0)),
            hold=None,
            holds=0,
            remove_reason=None,
            requeue_reason=None,
            local_start=start,
            exit_code=0,
        )

    def _course(self, request: Request, cluster: int, proc: int, submit: int, removal: int | None) -> Job:
        ap = self.plan.aps[request.user.ap]
        return Course(self.world, request, submit, removal).job(ap, cluster, proc)

    def _next_cluster(self, request: Request) -> int:
        ap = self.plan.aps[request.user.ap]
        self._clusters[ap] += 1
        return self._clusters[ap]

    def _record(self, job: Job) -> None:
        for record in records_of(job):
            self.expect(record.time, record)
