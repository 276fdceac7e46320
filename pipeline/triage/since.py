"""When a rate changed: attempts in parts of time in, the moment from which on more of them failed out."""

from collections.abc import Sequence

from pipeline.triage.finding import Asked
from pipeline.triage.looks import Cause, Place, any_of, failed_so, likelihood, none_of
from pipeline.triage.window import Con, rows

PARTS = 400
SHORTEST_S = 900
GAIN = 12.0
"""Twice the difference of log likelihoods from which on two rates are believed: p of about 0.001."""


def since(
    con: Con, asked: Asked, cause: Cause | None, places: Sequence[Place], without: Sequence[Place] = ()
) -> int | None:
    """The first failure after the rate changed for the worse, in Unix seconds; at those places, none: everywhere.

    None where the rate is that of the whole time, base window included.
    """
    failed, values = failed_so(cause)
    (here, of_places), (left, of_left) = any_of(places), none_of(without)
    part_s = max(SHORTEST_S, (asked.to_utc - asked.base_utc) // PARTS)
    parts = rows(
        con,
        f"""
        SELECT
            ended_utc // ?                              AS part,
            count(*),
            count(*) FILTER (WHERE {failed}),
            min(ended_utc) FILTER (WHERE {failed})
        FROM ran WHERE {here} AND {left} GROUP BY part ORDER BY part
        """,
        [part_s, *values, *values, *of_places, *of_left],
    )
    at = change_point([(failed, tried) for _, tried, failed, _ in parts])
    return None if at is None else next((first for _, _, _, first in parts[at:] if first is not None), None)


def change_point(parts: list[tuple[int, int]]) -> int | None:
    """Index of the first part of those with the higher rate; None if one rate tells all parts as well, or it fell.

    Parts are (failed, tried), in the order of time.
    """
    all_failed, all_tried = (sum(values) for values in zip(*parts, strict=True)) if parts else (0, 0)
    whole = likelihood(all_failed, all_tried)
    best, at = GAIN, None
    failed = tried = 0
    for index, (more_failed, more_tried) in enumerate(parts):
        later = all_failed - failed, all_tried - tried
        gain = 2 * (likelihood(failed, tried) + likelihood(*later) - whole)
        if tried and gain > best and later[0] * tried > failed * later[1]:
            best, at = gain, index
        failed, tried = failed + more_failed, tried + more_tried
    return at
