"""Findings of causes that stand out at places: what `where` found in, findings that a person can read out.

Hosts of one site with one cause are one finding. A signature that makes up its class at a place is what is named.
"""

from collections.abc import Sequence

import numpy as np

from pipeline.triage import sentences
from pipeline.triage.amounts import amounts
from pipeline.triage.finding import Finding
from pipeline.triage.made import Spot, What, made
from pipeline.triage.places import Cause, Place
from pipeline.triage.scene import Scene
from pipeline.triage.taxonomy import taxonomy
from pipeline.triage.where import MOSTLY, Found
from pipeline.triage.window import SITE, USER

SHARED_BY = 3
"""Users from which on a command that fails is not their own."""
AtPlaces = tuple[Finding, Cause, tuple[Place, ...]]


def placed(scene: Scene, found: Sequence[Found], holes: Sequence[Place]) -> tuple[AtPlaces, ...]:
    """One finding for each cause and place, or hosts of a site, with its cause and places.

    `holes` are hosts that have findings of their own.
    """
    findings: list[AtPlaces] = []
    for group in _grouped(scene, [one for one in found if one.look.place not in holes]):
        cause, places = group[0].look.cause, tuple(one.look.place for one in group)
        findings.append((_finding(scene, group), cause, places))
    return tuple(findings)


def site_of(scene: Scene, host: Place) -> str:
    """The site of a host; "" where none is known."""
    counted = scene.counted
    attempts = counted.attempts(SITE, counted.at(counted.tried, [host]))
    return counted.values[SITE][int(attempts.argmax())] if attempts.any() else ""


def _users(scene: Scene, cause: Cause, places: Sequence[Place]) -> int:
    """How many users' attempts failed so there."""
    counted = scene.counted
    there = counted.at(counted.failed, places)
    failures = counted.failures(cause)
    users = counted.failed.codes[USER][failures[there[failures]]]
    return len(np.unique(users[users >= 0]))


def _grouped(scene: Scene, found: Sequence[Found]) -> list[list[Found]]:
    groups: dict[tuple[Cause, str, str], list[Found]] = {}
    for one in found:
        place = one.look.place
        shared = site_of(scene, place) if place.dimension.name == "host" else place.value
        groups.setdefault((one.look.cause, place.dimension.name, shared), []).append(one)
    return [sorted(group, key=lambda one: -one.look.failed) for group in groups.values()]


def _finding(scene: Scene, group: Sequence[Found]) -> Finding:
    cause, places = group[0].look.cause, tuple(one.look.place for one in group)
    without = [place for place in min((one.without for one in group), key=len) if place not in places]
    told = amounts(scene, cause, places, without)
    signature = cause.signature or (told.signature if told.signature_failed >= MOSTLY * told.failed else "")
    wakes = not places[0].dimension.is_own or _users(scene, cause, places) >= SHARED_BY
    what = What("signature" if signature else "class", cause.failure, signature, scene.is_new(signature), wakes)
    dimension = places[0].dimension.name
    within = site_of(scene, places[0]) if dimension == "host" else ""
    spot = Spot(dimension, tuple(place.value for place in places), within)
    since_utc = scene.since(cause, places, without)
    label = taxonomy().classes[cause.failure].label
    of = "the other " if without else ""
    text = sentences.of_place(f"{of}“{label}”", dimension, spot.values, within, told, scene.since_text(since_utc))
    return made(what, spot, told, max(one.p for one in group), since_utc, text)
