"""What a project's page tells besides its usage: whose it is, its names, its allocations and awards. Asks the cube."""

from dataclasses import dataclass
from datetime import date

from pipeline.course import Commitment, Course, commitment, course
from pipeline.cube import Cube, PoolInfo
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer


@dataclass(frozen=True)
class Registration:
    """Whose the project was on some of its days, as registered; `unmapped` where nobody registered it."""

    pi: str
    institution: str
    field_of_science: str


@dataclass(frozen=True)
class ProjectSheet:
    """What the cube knows of one project of one pool.

    names           what its jobs call it
    registrations   most wall time first; several where it changed hands within the days
    allocations     with their course; `awards` with their numbers and days
    """

    names: tuple[str, ...]
    registrations: tuple[Registration, ...]
    allocations: tuple[Course, ...]
    awards: tuple[Commitment, ...]


def is_known(cube: Cube, viewer: Viewer, pool: PoolInfo, project: str) -> bool:
    """Whether that pool ever heard of a project of that name: usage, an allocation or an award."""
    kinds = ("allocation", "award")
    return bool(names_of(cube, viewer, pool, project)) or any(
        row["owner"] == project for row in cube.commitments(kinds, (pool.name,), viewer).to_pylist()
    )


def project_sheet(cube: Cube, viewer: Viewer, pool: PoolInfo, project: str, first: date, last: date) -> ProjectSheet:
    """The sheet of that project, on those days (both included) of that pool."""
    rows = cube.commitments(("allocation", "award"), (pool.name,), viewer, first, last).to_pylist()
    stated = [commitment(row) for row in rows if row["owner"] == project]
    granted = [one for one in stated if one.kind == "allocation"]
    oldest, newest = pool.first_day or first, pool.last_day or last
    return ProjectSheet(
        names=names_of(cube, viewer, pool, project),
        registrations=_registrations(cube, viewer, pool, project, (first, last)),
        allocations=tuple(course(cube, viewer, pool.name, one, oldest, newest) for one in granted),
        awards=tuple(one for one in stated if one.kind == "award"),
    )


def names_of(cube: Cube, viewer: Viewer, pool: PoolInfo, project: str) -> tuple[str, ...]:
    """ProjectName as its jobs have it, on all days of the pool."""
    asked = UsageQuery(("raw_project",), ("wall_s",), where=(("pool", (pool.name,)), ("project", (project,))))
    return tuple(row["raw_project"] for row in cube.usage(asked, viewer).to_pylist())


def _registrations(
    cube: Cube, viewer: Viewer, pool: PoolInfo, project: str, days: tuple[date, date]
) -> tuple[Registration, ...]:
    by = ("pi", "institution", "field_of_science")
    asked = UsageQuery(by, ("wall_s",), *days, where=(("pool", (pool.name,)), ("project", (project,))))
    rows = sorted(cube.usage(asked, viewer).to_pylist(), key=lambda row: -(row["wall_s"] or 0))
    return tuple(Registration(*(row[name] for name in by)) for row in rows)
