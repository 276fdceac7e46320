"""Attempts of window and base at places, hour by hour: what is asked for the sums before, and for the rate's course."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.triage.places import Place, any_of, none_of
from pipeline.triage.window import Con, rows, tried


@dataclass(frozen=True)
class Hour:
    """Attempts that ended in an hour, which begins no earlier than the window or the base that it is of."""

    utc_s: int
    is_now: bool
    tried: int


def hours(con: Con, places: Sequence[Place], without: Sequence[Place]) -> tuple[Hour, ...]:
    """At those places together (none: everywhere), all else but at `without`; in the order of time."""
    (here, of_places), (left, of_left) = any_of(places), none_of(without)
    found = rows(
        con,
        f"""
        SELECT hour_utc, is_now, sum(n)::BIGINT
        FROM {tried(place.dimension for place in (*places, *without))}
        WHERE {here} AND {left} GROUP BY ALL ORDER BY hour_utc
        """,
        [*of_places, *of_left],
    )
    return tuple(Hour(*row) for row in found)
