"""All findings of a window: a connection to a cube, what was asked and what may be seen in; findings, ranked, out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.triage.black_holes import black_holes
from pipeline.triage.counted import counted
from pipeline.triage.courses import silences, storms
from pipeline.triage.finding import Asked, Finding
from pipeline.triage.placed import placed
from pipeline.triage.places import Place
from pipeline.triage.pooled import is_told, of_black_hole, of_new, of_silence, of_storm
from pipeline.triage.scene import Scene
from pipeline.triage.site_storms import site_storms
from pipeline.triage.where import where
from pipeline.triage.window import Con, gather


def find(con: Con, asked: Asked, projects: Iterable[str] | None, zone: str) -> tuple[Finding, ...]:
    """Alarms first, then by core hours lost. `con` is a connection of its own: a temporary table is left in it."""
    seen = None if projects is None else tuple(sorted(projects))
    gather(con, asked, seen)
    scene = Scene(con, counted(con), asked, seen, zone)
    holes = black_holes(con, scene.counted)
    hungry = [hole.place for hole in holes]
    at_places = placed(scene, where(scene.counted), hungry)
    told: dict[str, list[Place]] = defaultdict(lambda: [*hungry])
    for finding, cause, places in at_places:
        if finding.alarm or not places[0].dimension.is_own:
            told[cause.failure].extend(places)
    found = [
        *(finding for finding, _, _ in at_places),
        *(of_black_hole(scene, hole) for hole in holes),
        *of_new(scene, told),
        *(of_storm(scene, storm) for storm in storms(con, asked) if not is_told(scene, storm, told)),
        *site_storms(scene, _by_class((cause.failure, of) for one, cause, of in at_places if one.alarm)),
        *(of_silence(scene, silence) for silence in silences(con, asked)),
    ]
    return tuple(sorted(found, key=lambda one: (not one.alarm, -one.hours, -one.failed, one.sentence)))


def _by_class(places: Iterable[tuple[str, Sequence[Place]]]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for failure, of in places:
        found[failure].extend(of)
    return found
