"""Who was active: distinct projects, people, institutions, ... of a question. Asks the cube; pure but for that."""

from dataclasses import dataclass, replace

from pipeline.cube import Cube
from pipeline.distinct import NOT_NAMES
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer


@dataclass(frozen=True)
class Active:
    """How many there were; `beside`: whether there was usage that none of them is known for."""

    count: int
    beside: bool


def active(cube: Cube, viewer: Viewer, query: UsageQuery, name: str) -> Active:
    """Values of that dimension with at least one charged second; the question's own dimensions are not looked at."""
    rows = cube.usage(replace(query, by=(name,), metrics=("wall_s",)), viewer).to_pylist()
    used = {row[name] for row in rows if row["wall_s"]}
    return Active(len(used - NOT_NAMES), bool(used & NOT_NAMES))
