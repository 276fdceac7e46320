"""Findings that are of no place: black holes, new signatures, storms, and streams that went quiet."""

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.triage import sentences
from pipeline.triage.amounts import amounts
from pipeline.triage.black_holes import BlackHole
from pipeline.triage.courses import Silence, Storm
from pipeline.triage.finding import Finding
from pipeline.triage.made import Spot, What, made
from pipeline.triage.places import Cause, Place
from pipeline.triage.scene import Scene
from pipeline.triage.sums import Amounts
from pipeline.triage.taxonomy import taxonomy
from pipeline.triage.thresholds import thresholds
from pipeline.triage.where import MOSTLY, share_at
from pipeline.triage.window import DIMENSIONS, rows

ONE = 0.9
"""The share of failures from which on they are all of one host, user, image or site."""
HALF = 0.5
"""The share of attempts from which on a place is no place, but nearly the pool."""
TOLD_BY_PLACES = 0.5
"""The share of a storm from which on it is told by findings of places."""


def of_black_hole(scene: Scene, hole: BlackHole) -> Finding:
    """A host that eats jobs."""
    told = amounts(scene, None, [hole.place])
    since_utc = scene.since(None, [hole.place])
    text = sentences.of_black_hole(
        hole.place.value, hole.site, hole.failed, hole.tried, hole.failed_s, scene.since_text(since_utc)
    )
    spot = Spot("host", (hole.place.value,), hole.site)
    return made(What("black_hole", hole.failure), spot, told, hole.p, since_utc, text)


def of_new(scene: Scene, told: Mapping[str, Sequence[Place]]) -> tuple[Finding, ...]:
    """Signatures that were never seen before the window, but those that are at places where their class is told of."""
    asked = thresholds().new
    found = rows(
        scene.con,
        """
        SELECT failure, signature FROM failed_now
        WHERE signature IN (SELECT unnest(?::VARCHAR[]))
        GROUP BY ALL HAVING count(*) >= ? AND count(DISTINCT job_id) >= ?
        ORDER BY count(*) DESC, signature
        """,
        [sorted(scene.new_signatures), asked.fewest_failed, asked.fewest_jobs],
    )
    causes = [Cause(failure, signature) for failure, signature in found]
    others = [cause for cause in causes if share_at(scene.counted, cause, [], told[cause.failure]) < MOSTLY]
    return tuple(_new(scene, cause) for cause in others)


def is_told(scene: Scene, storm: Storm, told: Mapping[str, Sequence[Place]]) -> bool:
    """Whether findings of places tell a storm: much of its class is there."""
    return share_at(scene.counted, Cause(storm.failure), [], told[storm.failure]) >= TOLD_BY_PLACES


def of_storm(scene: Scene, storm: Storm) -> Finding:
    """A class that came in a storm."""
    all_of_it = amounts(scene, Cause(storm.failure), [])
    told = _counted(all_of_it, storm.failed, storm.tried, storm.failed_before, storm.tried_before)
    label = taxonomy().classes[storm.failure].label
    span = f"{sentences.moment(storm.since_utc, scene.zone)} and {sentences.moment(storm.until_utc, scene.zone)}"
    text = sentences.of_storm(label, told, span)
    return made(What("storm", storm.failure), Spot(), told, storm.p, storm.since_utc, text)


def of_silence(scene: Scene, silence: Silence) -> Finding:
    """A stream that stopped: since its last attempt."""
    dimension = silence.dimension.name if silence.dimension else ""
    told = Amounts(0, silence.came, 0, 0, 0, round(silence.expected), 0, 0.0, "", 0)
    last = "is not known" if silence.last_utc is None else f"ended on {sentences.moment(silence.last_utc, scene.zone)}"
    text = sentences.of_silence(dimension, silence.value, silence.came, silence.expected, last)
    spot = Spot(dimension, (silence.value,)) if dimension else Spot()
    return made(What("quiet", ""), spot, told, silence.p, silence.last_utc, text)


def _new(scene: Scene, cause: Cause) -> Finding:
    place = _only_place(scene, cause)
    places = [place] if place else []
    told = amounts(scene, cause, places)
    ((since_utc,),) = rows(
        scene.con, f"SELECT min(ended_utc) FROM failed_now WHERE {cause.condition[0]}", cause.condition[1]
    )
    spot = Spot(place.dimension.name, (place.value,)) if place else Spot()
    at = sentences.at(spot.dimension, spot.values, "") if place else ""
    label = taxonomy().classes[cause.failure].label
    text = sentences.of_new(label, cause.signature, told, at, scene.since_text(since_utc))
    return made(What("signature", cause.failure, cause.signature, new=True), spot, told, 0.0, since_utc, text)


def _only_place(scene: Scene, cause: Cause) -> Place | None:
    """The host, image, user, ... that nearly all failures of a cause are of, and not most attempts; None: there is
    none."""
    counted = scene.counted
    failures = counted.failures(cause)
    for dimension in DIMENSIONS:
        codes = counted.failed.codes[dimension][failures]
        if not (codes >= 0).any():
            continue
        most = int(np.bincount(codes[codes >= 0]).argmax())
        value, tried = counted.values[dimension][most], int(counted.attempts(dimension)[most])
        failed = int((codes == most).sum())
        if value and failed >= ONE * len(failures) and tried <= HALF * counted.tried.n.sum():
            return Place(dimension, value)
    return None


def _counted(told: Amounts, failed: int, tried: int, failed_before: int, tried_before: int) -> Amounts:
    return Amounts(
        failed, tried, 0, 0, failed_before, tried_before, told.jobs, told.hours, told.signature, told.signature_failed
    )
