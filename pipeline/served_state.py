"""What a server says of itself and of its pools' data: one record, made where the cube is, read where it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from pipeline.calendar import midnight_utc
from pipeline.cube import Cube
from pipeline.state import State
from pipeline.viewer import Viewer

VERSION = version("htc-ledger")
CUBE_HEADER = "HTC-Ledger-Cube"
"""Of an answer: the version of the cube that it is of."""


@dataclass(frozen=True)
class ServedPool:
    """What is known of a pool's data. Times are Unix seconds, None where nothing is known.

    newest_end_utc   when the newest of the pool's own attempts ended
    """

    pool: str
    state: State
    sentence: str
    evidence: Mapping[str, str]
    newest_record_utc: int | None
    proven_utc: int | None
    newest_end_utc: int | None


@dataclass(frozen=True)
class ServedState:
    """What is served: version of HTC Ledger, version of the cube, when it was built (ISO 8601) and how many rules held.

    zones   whose days can be asked for, the ledger's own first
    """

    version: str
    cube: str
    built_utc: str
    checks: int
    zone: str
    zones: tuple[str, ...]
    pools: tuple[ServedPool, ...]


def served_state(cube: Cube, viewer: Viewer, pools: Sequence[str], now: datetime, stale_after_h: int) -> ServedState:
    """The state of that cube, and of those pools' data over all days."""
    made = cube.published
    return ServedState(
        version=VERSION,
        cube=cube.version,
        built_utc=made.built_utc,
        checks=made.checks,
        zone=made.zone,
        zones=cube.zones,
        pools=tuple(_pool(cube, viewer, name, now, stale_after_h) for name in pools),
    )


def _pool(cube: Cube, viewer: Viewer, name: str, now: datetime, stale_after_h: int) -> ServedPool:
    state, known = cube.state((name,), viewer, now, stale_after_h), cube.freshness((name,), viewer)
    tomorrow = midnight_utc(now.astimezone(UTC).date() + timedelta(days=1), "UTC")
    whole = viewer.sees_all  # evidence quotes what others' records say
    return ServedPool(
        pool=name,
        state=state.state,
        sentence=state.sentence if whole else f"{state.title}.",
        evidence=dict(state.evidence) if whole else {},
        newest_record_utc=known.newest_record_utc,
        proven_utc=known.proven_utc,
        newest_end_utc=cube.newest_end(name, viewer, tomorrow),
    )
