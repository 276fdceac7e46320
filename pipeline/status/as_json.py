"""A `Status` as JSON, for programs: times are ISO 8601 in UTC, what is not known is null."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pipeline.status.gather import CubeStatus, Status
from pipeline.status.sources import SourceStatus


def as_json(status: Status) -> str:
    """One object with all of it: nothing is cut."""
    shown: dict[str, Any] = {
        "lake": {"folder": status.lake, **asdict(status.writing)},
        "sources": [_source(source) for source in status.sources],
        "published": None if status.cube is None else _published(status.cube),
        "not_published": status.without_cube,
        "pools": [] if status.cube is None else _pools(status.cube),
        "not_complete": [] if status.cube is None else status.cube.incomplete,
        "missing_jobs": [] if status.cube is None else status.cube.missing_jobs,
        "rejects": status.rejects,
        "tables": [asdict(table) for table in status.tables],
        "settings": {name: value for name, value, _ in status.settings},
    }
    return json.dumps(shown, indent=2, ensure_ascii=False, default=str) + "\n"


def _source(source: SourceStatus) -> dict[str, Any]:
    times = {name: _iso(value) for name, value in asdict(source).items() if name.endswith("_utc")}
    return asdict(source) | times


def _published(cube: CubeStatus) -> dict[str, Any]:
    made = cube.published
    return {
        "version": made.version,
        "built_utc": made.built_utc,
        "zone": made.zone,
        "other_zones": list(made.other_zones),
        "checks": made.checks,
        "tables_not_published": list(cube.unpublished),
    }


def _pools(cube: CubeStatus) -> list[dict[str, Any]]:
    return [
        {
            "name": one.pool.name,
            "simulated": one.pool.simulated,
            "first_day": one.pool.first_day,
            "last_day": one.pool.last_day,
            "newest_record_utc": _iso(one.freshness.newest_record_utc),
            "proven_utc": _iso(one.freshness.proven_utc),
            "queue_utc": _iso(one.freshness.queue_utc),
            "read_utc": _iso(one.freshness.read_utc),
            "state": one.state.state,
            "sentence": one.state.sentence,
            "evidence": dict(one.state.evidence),
        }
        for one in cube.pools
    ]


def _iso(instant_utc: int | None) -> str | None:
    return None if instant_utc is None else datetime.fromtimestamp(instant_utc, UTC).isoformat()
