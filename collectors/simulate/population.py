"""Who computes, and where: the projects with their users, the sites with their resources and hosts."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from collectors.simulate import names
from collectors.simulate.plan import Plan
from collectors.simulate.shapes import DAG, NAMED, NO_PROJECT, NO_PROJECT_SHARE, TAIL, TAIL_SHARE, Shape

GPU_EVERY = 3
JOBS_PER_HOST_DAY = 25


@dataclass(frozen=True)
class Host:
    """One execution point: `glidein` is the startd's name on it, `gpus` are its devices."""

    name: str
    glidein: str
    gpus: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    """Part of a site with hosts of one kind; slots come in steps of `cpu_step` cores and `memory_step_mib`."""

    name: str
    entry: str
    hosts: tuple[Host, ...]
    cpu_step: int
    memory_step_mib: int


@dataclass(frozen=True)
class Site:
    """A site: `slowness` stretches a job's wall time there, `memory_hold` are its codes for too much memory."""

    name: str
    resources: tuple[Resource, ...]
    gpu_resources: tuple[Resource, ...]
    weight: float
    slowness: float
    memory_hold: tuple[int, int]


@dataclass(frozen=True)
class Person:
    """Somebody with an account: `ap` is the index of the access point that it submits from."""

    owner: str
    user: str
    ap: int


@dataclass(frozen=True)
class Project:
    """A project (`name` is None for jobs that name none), its kind of work, its users by weight."""

    name: str | None
    shape: Shape
    users: tuple[Person, ...]
    user_weights: tuple[float, ...]


@dataclass(frozen=True)
class Population:
    """All of a pool. Weights are cumulative, for bisection; GPU sites are those that have any."""

    projects: tuple[Project, ...]
    project_weights: tuple[float, ...]
    sites: tuple[Site, ...]
    site_weights: tuple[float, ...]
    gpu_sites: tuple[Site, ...]
    gpu_site_weights: tuple[float, ...]

    def of_shape(self, shape: Shape) -> Project:
        """The first project with that kind of work."""
        return next(project for project in self.projects if project.shape is shape)


def populate(plan: Plan) -> Population:
    """The population of a plan: the same for the same plan."""
    rng = Random(f"{plan.seed}/population")
    sites = _sites(plan, rng)
    gpu_sites = tuple(site for site in sites if site.gpu_resources)
    projects, weights = _projects(plan)
    return Population(
        projects=projects,
        project_weights=weights,
        sites=sites,
        site_weights=tuple(accumulate(site.weight for site in sites)),
        gpu_sites=gpu_sites,
        gpu_site_weights=tuple(accumulate(site.weight for site in gpu_sites)),
    )


def _projects(plan: Plan) -> tuple[tuple[Project, ...], tuple[float, ...]]:
    tail = plan.projects - len(NAMED)
    zipf = [1.0 / (rank + 1) for rank in range(tail)]
    shares = [(shape, share, 6) for shape, share in NAMED]
    shares += [(TAIL[rank % len(TAIL)], TAIL_SHARE * part / sum(zipf), 2) for rank, part in enumerate(zipf)]
    labels: list[str | None] = [*names.projects(plan.projects), None]
    shares.append((NO_PROJECT, NO_PROJECT_SHARE, 5))
    people = iter(names.people(sum(users for _, _, users in shares)))
    projects, ap = [], 0
    for label, (shape, _, number) in zip(labels, shares, strict=True):
        accounts = []
        for _ in range(1 if shape is DAG else number):
            owner = next(people)
            accounts.append(Person(owner, f"{owner}@{plan.domain}", ap % plan.access_points))
            ap += 1
        weights = tuple(accumulate(1.0 / (rank + 1) for rank in range(len(accounts))))
        projects.append(Project(label, shape, tuple(accounts), weights))
    return tuple(projects), tuple(accumulate(share for _, share, _ in shares))


def _sites(plan: Plan, rng: Random) -> tuple[Site, ...]:
    weights = [(rank + 1) ** -0.8 for rank in range(plan.sites)]
    per_day = plan.jobs / plan.days
    found = []
    for rank, name in enumerate(names.sites(plan.sites)):
        share = weights[rank] / sum(weights)
        hosts = max(4, min(400, round(share * per_day / JOBS_PER_HOST_DAY)))
        steps = ((1, 128), (2, 1024), (1, 1024), (1, 128), (4, 2048))[rank % 5]
        resources = [_resource(plan, rng, name, f"CE{part + 1}", hosts, steps, 0) for part in range(1 + (rank < 4))]
        gpus = [_resource(plan, rng, name, "GPU", max(2, hosts // 4), (1, 128), 4)] if rank % GPU_EVERY == 1 else []
        hold = ((34, 102), (34, 0), (21, 102), (26, 102))[rank % 4]
        found.append(Site(name, tuple(resources), tuple(gpus), weights[rank], rng.uniform(0.8, 1.3), hold))
    return tuple(found)


def _resource(plan: Plan, rng: Random, site: str, part: str, hosts: int, steps: tuple[int, int], gpus: int) -> Resource:
    slug = names.slug(site)
    found = []
    for number in range(1, hosts + 1):
        name = f"{part.lower()}-n{number:03d}.{slug}.{plan.domain}"
        glidein = f"glidein_{rng.randrange(1000, 99_999)}_{rng.randrange(10**8, 10**9)}"
        found.append(Host(name, glidein, tuple(f"GPU-{rng.getrandbits(32):08x}" for _ in range(gpus))))
    return Resource(f"{site}-{part}", f"SIM_{slug}_{part.lower()}", tuple(found), *steps)
