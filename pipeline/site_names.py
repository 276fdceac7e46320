"""Registered names of sites for the names that glideins give: for what is known by the glidein alone. Asks the cube."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer


def registered_names(cube: Cube, viewer: Viewer, pool: str) -> Mapping[str, str]:
    """Glidein's name -> registered name, where all usage under that name was of one site; others are not in it."""
    asked = UsageQuery(("raw_site", "site"), ("wall_s",), where=(("pool", (pool,)),))
    found: dict[str, set[str]] = {}
    for row in cube.usage(asked, viewer).to_pylist():
        found.setdefault(row["raw_site"], set()).add(row["site"])
    return {raw: next(iter(sites)) for raw, sites in found.items() if len(sites) == 1}


def as_registered(
    rows: Iterable[Mapping[str, Any]], names: Mapping[str, str], sums: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The rows with their `site` as registered. With `sums`: those that are alike but for these columns are one.

    A sum of nothing but unknown is unknown.
    """
    renamed = [{**row, "site": names.get(row["site"], row["site"])} for row in rows]
    if not sums:
        return renamed
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in renamed:
        key = tuple(value for name, value in row.items() if name not in sums)
        one = merged.setdefault(key, {**row, **dict.fromkeys(sums)})
        for name in sums:
            one[name] = _added(one[name], row[name])
    return list(merged.values())


def _added(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else one + other
