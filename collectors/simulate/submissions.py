"""Who submits how many jobs when: the load over weeks and hours, in batches as people submit them."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate
from math import log
from random import Random
from typing import TypeVar

from collectors.simulate.plan import DAY_S, Plan
from collectors.simulate.population import Person, Population, Project
from collectors.simulate.records import VANILLA, Request
from collectors.simulate.shapes import DAG, Shape

T = TypeVar("T")
WEEKDAYS = (1.08, 1.15, 1.16, 1.12, 1.0, 0.6, 0.55)
HOURS = (
    0.75, 0.65, 0.6, 0.55, 0.5, 0.5, 0.55, 0.65, 0.75, 0.8, 0.85, 0.95,
    1.1, 1.3, 1.5, 1.6, 1.6, 1.55, 1.5, 1.45, 1.35, 1.2, 1.0, 0.85,
)  # fmt: skip
"""Load by hour of the day, UTC: people at work from 13 to 22."""
GROWTH = 0.35
"""By how much the load of the last day exceeds that of the first."""
DAY_SIGMA = 0.12
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Submission:
    """A batch of jobs that enters the queue at one moment: one cluster, or the nodes of one workflow."""

    time: int
    request: Request


def hourly(plan: Plan) -> Iterator[tuple[int, int]]:
    """(start of the hour, jobs to submit in it) for the whole span; the jobs add up to the plan's."""
    weights = list(accumulate(_weight(plan, hour) for hour in range(plan.days * 24)))
    issued = 0
    for hour, until in enumerate(weights):
        due = round(plan.jobs * until / weights[-1])
        yield plan.begin_utc + hour * HOUR_S, due - issued
        issued = due


def submissions(plan: Plan, population: Population, rng: Random) -> Iterator[tuple[int, list[Submission]]]:
    """(start of the hour, its submissions in order of time). Batches that overdraw an hour are paid off by the next."""
    left = plan.jobs
    owed = 0
    largest = max(1, plan.jobs // plan.days // 6)
    for hour, due in hourly(plan):
        owed += due
        found = []
        while owed > 0 and left > 0:
            submission = _submission(rng, population, hour, min(left, largest))
            found.append(submission)
            owed -= submission.request.size
            left -= submission.request.size
        yield hour, sorted(found, key=lambda submission: submission.time)


def node(request: Request, dag_cluster: int, name: str) -> Request:
    """The request of one node of a workflow."""
    return replace(request, size=1, dag_cluster=dag_cluster, dag_node=name)


def _weight(plan: Plan, hour: int) -> float:
    day, of_day = divmod(hour, 24)
    weekday = datetime.fromtimestamp(plan.begin_utc + day * DAY_S, UTC).weekday()
    noise = Random(f"{plan.seed}/day/{day}").gauss(1.0, DAY_SIGMA)
    return WEEKDAYS[weekday] * HOURS[of_day] * (1.0 + GROWTH * day / plan.days) * max(0.4, noise)


def _submission(rng: Random, population: Population, hour: int, most: int) -> Submission:
    project = population.projects[pick(rng, population.project_weights)]
    user = project.users[pick(rng, project.user_weights)]
    return Submission(hour + int(rng.random() * HOUR_S), _request(rng, project, user, most))


def _request(rng: Random, project: Project, user: Person, most: int) -> Request:
    shape = project.shape
    task = f"{shape.kind}_{1 + int(rng.random() * 40):02d}"
    home = f"/home/{user.owner}"
    named = shape is DAG or rng.random() < 0.3
    return Request(
        project=project,
        user=user,
        universe=VANILLA,
        cpus=choose(rng, shape.cpus),
        memory_mib=choose(rng, shape.memory_mib),
        disk_kib=shape.disk_mib * 1024,
        gpus=choose(rng, shape.gpus) if shape.gpus else 0,
        command=f"{home}/{task}/run.sh",
        submit_file=f"{task}.sub",
        priority=0 if rng.random() < 0.9 else 10,
        size=min(most, _batch_size(rng, shape)),
        contained=shape.contained,
        batch_name=f"{task} {1 + int(rng.random() * 900)}" if named else None,
    )


def _batch_size(rng: Random, shape: Shape) -> int:
    return max(1, round(rng.lognormvariate(log(shape.batch), 0.8)))


def pick(rng: Random, cumulative: tuple[float, ...]) -> int:
    """An index, by cumulative weights."""
    return min(bisect(cumulative, rng.random() * cumulative[-1]), len(cumulative) - 1)


def choose(rng: Random, options: tuple[T, ...]) -> T:
    """One of the options, all equally likely."""
    return options[int(rng.random() * len(options))]
