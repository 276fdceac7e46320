"""When a rate changed: attempts in parts of time in, the moment from which on more of them failed out."""

from collections.abc import Sequence

from pipeline.triage.finding import Asked
from pipeline.triage.hours import Hour
from pipeline.triage.looks import likelihood
from pipeline.triage.places import Cause, Place, any_of, failed_so, none_of
from pipeline.triage.views import HOUR_S
from pipeline.triage.window import Con, rows

PARTS = 400
"""Into which window and base are cut, in whole hours."""
GAIN = 12.0
"""Twice the difference of log likelihoods from which on two rates are believed: p of about 0.001."""


def since(
    con: Con,
    asked: Asked,
    hours: Sequence[Hour],
    cause: Cause | None,
    places: Sequence[Place],
    without: Sequence[Place] = (),
) -> int | None:
    """The first failure after the rate changed for the worse, in Unix seconds; at those places, none: everywhere.

    `hours`: the attempts there. None where the rate is that of the whole time, base window included.
    """
    part_s = -(-(asked.to_utc - asked.base_utc) // (PARTS * HOUR_S)) * HOUR_S
    tried: dict[int, int] = {}
    for hour in hours:
        tried[hour.utc_s // part_s] = tried.get(hour.utc_s // part_s, 0) + hour.tried
    failed = _failed(con, part_s, cause, places, without)
    parts = [(failed.get(part, (0, 0))[0], tried[part]) for part in sorted(tried)]
    at = change_point(parts)
    return None if at is None else next((failed[part][1] for part in sorted(tried)[at:] if part in failed), None)


def _failed(
    con: Con, part_s: int, cause: Cause | None, places: Sequence[Place], without: Sequence[Place]
) -> dict[int, tuple[int, int]]:
    """Failures by part, and the first one's end."""
    failed, of_cause = failed_so(cause)
    (here, of_places), (left, of_left) = any_of(places), none_of(without)
    sql = f"""
        SELECT hour_utc // ? AS part, count(*), min(ended_utc)
        FROM failed WHERE {failed} AND {here} AND {left} GROUP BY part
    """
    return {part: (count, first) for part, count, first in rows(con, sql, [part_s, *of_cause, *of_places, *of_left])}


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
