"""Where each cause is: the places that tell it best, each named once and at its own level.

Of all places at which a cause stands out, the one that tells its failures best is taken, its attempts are put aside,
and what is left is looked at again: a host that makes its site stand out leaves a site like all others behind.
"""

from dataclasses import dataclass

from pipeline.triage.amounts import share_at
from pipeline.triage.hosts import hosts_of
from pipeline.triage.looks import Cause, Look, Looked, Place, failed_so, look_again, look_at
from pipeline.triage.thresholds import thresholds
from pipeline.triage.window import DIMENSIONS, Con, rows

MOST_PLACES = 12
"""Of one cause: where there are more, the cause is not one of places."""
MOSTLY = 0.8
"""The share from which on one thing stands for another."""
AS_GOOD = 0.98
"""Two places whose gains differ by less tell the same; the one of the first dimension is named."""


@dataclass(frozen=True)
class Found:
    """A cause at a place, with its probability by chance, corrected for all looks; `without`: what was put aside."""

    look: Look
    p: float
    without: tuple[Place, ...] = ()


def where(con: Con) -> tuple[Found, ...]:
    """The places of each cause, those of classes first. Of a signature only what is not its whole class's."""
    looked = look_at(con)
    known: dict[str, list[Place]] = {}
    found: list[Found] = []
    for cause in _promising(looked):
        of_class = known.setdefault(cause.failure, [])
        if cause.signature and share_at(con, cause, [], of_class) >= MOSTLY:
            continue
        for one in _places(con, cause, looked):
            if not (cause.signature and share_at(con, cause, [one.look.place], of_class) >= MOSTLY):
                found.append(one)
                of_class.append(one.look.place)
    return tuple(found)


def adjusted(con: Con, cause: Cause | None, place: Place) -> float:
    """Failures at a place, of those to be expected there; cause None: of any class.

    To be expected: each user's (of a user: each site's) attempts there at the rate of its attempts elsewhere, or where
    it has none, at the rate of all elsewhere. Half a failure is put in, so that none expected is no infinity.
    """
    failed, values = failed_so(cause)
    here, value = place.condition
    by = f'"{place.dimension.adjusted_for}"'
    ((some, expected),) = rows(
        con,
        f"""
        WITH told AS (
            SELECT {by} AS by_, coalesce({here}, false) AS is_here, count(*) AS tried,
                count(*) FILTER (WHERE {failed}) AS failed
            FROM ran WHERE is_now GROUP BY ALL
        ),
        elsewhere AS (SELECT * FROM told WHERE NOT is_here)
        SELECT
            sum(told.failed),
            sum(told.tried * coalesce(
                elsewhere.failed / elsewhere.tried, (SELECT sum(failed) / nullif(sum(tried), 0) FROM elsewhere), 0
            ))
        FROM told LEFT JOIN elsewhere ON elsewhere.by_ IS NOT DISTINCT FROM told.by_
        WHERE told.is_here
        """,
        [*value, *values],
    )
    return float(some or 0) / (float(expected or 0) + 0.5)


def _promising(looked: Looked) -> list[Cause]:
    causes = {look.cause for look in looked.looks if _stands_out(look, looked.of)}
    return sorted(causes, key=lambda cause: (cause.signature != "", cause.failure, cause.signature))


def _places(con: Con, cause: Cause, looked: Looked) -> list[Found]:
    found: list[Found] = []
    refused: set[Place] = set()
    left = tuple(look for look in looked.looks if look.cause == cause)
    while len(found) < MOST_PLACES:
        best = best_of([look for look in left if _stands_out(look, looked.of) and look.place not in refused])
        if best is None:
            break
        if adjusted(con, cause, best.place) < thresholds().smallest_adjusted:
            refused.add(best.place)
            continue
        without = tuple(one.look.place for one in found)
        chosen = hosts_of(con, best, without) if best.place.dimension.name == "site" else (best,)
        found += [Found(one, corrected(best.p, looked.of), without) for one in chosen]
        left = look_again(con, cause, (*without, *(one.place for one in chosen)), looked)
    return found


def corrected(p: float, looks: int) -> float:
    """Bonferroni's: the probability that any of so many looks shows this by chance, however they depend on another."""
    return min(1.0, p * looks)


def _stands_out(look: Look, of: int) -> bool:
    asked = thresholds()
    return look.effect[1] >= asked.smallest_effect and corrected(look.p, of) <= asked.largest_p


def best_of(looks: list[Look]) -> Look | None:
    if not looks:
        return None
    most = max(look.gain for look in looks)
    order = [dimension.name for dimension in DIMENSIONS]
    as_good = [look for look in looks if look.gain >= most * AS_GOOD]
    return min(as_good, key=lambda look: (order.index(look.place.dimension.name), -look.gain, look.place.value))
