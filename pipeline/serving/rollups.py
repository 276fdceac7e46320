"""Tables of the cube that hold the rows of a larger one added up, and which of them answers a question.

Each keeps booking (or what it counts), pool, day and venue, so that names are looked up as of their day in all alike.
A cube that lacks one, as a closed month does, is asked the larger table: equal numbers, either way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Fact = Literal["usage_day", "waste_day", "itinerary"]
IN_ALL = frozenset({"pool", "day", "venue"})


@dataclass(frozen=True)
class Rollup:
    """A table of the cube, the fact whose rows it adds up, and the columns of that that it keeps besides IN_ALL."""

    name: str
    of: Fact
    keeps: frozenset[str]


ROLLUPS: tuple[Rollup, ...] = (
    Rollup("usage_project_day", "usage_day", frozenset({"project"})),
    Rollup("usage_site_day", "usage_day", frozenset({"site", "resource"})),
    Rollup("usage_user_day", "usage_day", frozenset({"project", "user"})),
    Rollup("waste_project_day", "waste_day", frozenset({"project", "bucket"})),
    Rollup("waste_site_day", "waste_day", frozenset({"site", "resource", "bucket"})),
    Rollup("waste_user_day", "waste_day", frozenset({"project", "user", "bucket"})),
    Rollup("itinerary_project_day", "itinerary", frozenset({"project"})),
    Rollup("itinerary_site_day", "itinerary", frozenset({"site", "resource"})),
    Rollup("itinerary_user_day", "itinerary", frozenset({"project", "user"})),
)
"""Of each fact the smallest first."""

MADE_TO_SERVE = frozenset({"itinerary", "count_day", *(rollup.name for rollup in ROLLUPS)})
"""Tables that hold nothing of their own: all questions can be answered without them, only later."""


def smallest(fact: Fact, columns: Iterable[str], tables: frozenset[str]) -> str:
    """The first of the fact's roll-ups among the cube's `tables` that has those columns; the fact if none has."""
    asked = frozenset(columns) - IN_ALL
    for rollup in ROLLUPS:
        if rollup.of == fact and asked <= rollup.keeps and rollup.name in tables:
            return rollup.name
    return fact
