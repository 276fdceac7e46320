"""A published cube, open for reading: its connection, its pools, and what every question passes through.

Every question carries a viewer; the pools in which the viewer sees nothing are left out here.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from pipeline.errors import CubeMissing, UsageError
from pipeline.lake import Lake, quoted
from pipeline.pools import is_simulated_pool
from pipeline.publish import Published, current
from pipeline.query import UsageQuery, dimension
from pipeline.rules import rules
from pipeline.serving.answers import MOST_BYTES, Answers
from pipeline.serving.rollups import smallest
from pipeline.viewer import Viewer
from pipeline.zones import zones_of


@dataclass(frozen=True)
class PoolInfo:
    """A pool that the cube knows, with the first and last day (reporting zone) on which it was used.

    zone    the reporting zone, where the cube has several; else empty
    """

    name: str
    simulated: bool
    first_day: date | None
    last_day: date | None
    zone: str = ""


class OpenCube:
    """Its numbers never change. Methods are thread-safe and block. Its days are those of one zone: see `in_zone`."""

    _look_in: str | None = None
    """Schemas of the zone whose days are asked; None: of the ledger's own."""

    def __init__(self, cubes: Path, published: Published) -> None:
        self._cubes = cubes
        self._published = published
        self._con = _open(cubes, published)
        self._zones = zones_of(published.zone, published.other_zones)
        self._kept = {zone.name: Answers(MOST_BYTES // len(self._zones)) for zone in self._zones}
        self.answers = self._kept[published.zone]

    @classmethod
    def open(cls, lake_root: Path, zone: str | None = None) -> Self:
        """The newest published cube of that lake, with the days of that zone (None: of the ledger's own).

        Raises CubeMissing if there is none, and UsageError if it has no days of that zone.
        """
        cubes = Lake(lake_root).cubes
        return cls(cubes, _newest(cubes)).in_zone(zone)

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones whose days can be asked for, the ledger's own first."""
        return tuple(zone.name for zone in self._zones)

    def in_zone(self, name: str | None) -> Self:
        """The same cube with the days of that zone, which `published` names then; None: of the ledger's own.

        Raises UsageError, with the zones that there are.
        """
        wanted = self.zones[0] if name is None else name
        zone = next((zone for zone in self._zones if zone.name == wanted), None)
        if zone is None:
            hint = f"There are: {', '.join(self.zones)}. The setting other_zones adds more, then `htc-ledger build`."
            raise UsageError(f"the cube has no days of the time zone {wanted!r}", hint)
        if zone.name == self._published.zone:
            return self
        other = copy(self)  # the same file, connection and kept answers
        others = tuple(each for each in self.zones if each != zone.name)
        other._published = replace(self._published, zone=zone.name, other_zones=others)
        other._look_in = None if zone.is_own else ",".join(zone.path("main"))
        other.answers = self._kept[zone.name]
        return other

    @property
    def version(self) -> str:
        """Equal versions hold equal numbers."""
        return self._published.version

    @property
    def published(self) -> Published:
        return self._published

    @property
    def lake(self) -> Lake:
        """The lake that it was made of."""
        return Lake(self._cubes.parent)

    def newest(self) -> Self:
        """This cube, or the one that was published after it. Questions to this one keep its numbers."""
        published = _newest(self._cubes)
        if published.version == self.version:
            return self
        zone = None if self._look_in is None else self._published.zone
        return type(self)(self._cubes, published).in_zone(zone)

    def pools(self, viewer: Viewer) -> tuple[PoolInfo, ...]:
        """The pools in which the viewer may see something, real ones first, by name."""
        return self.answers.get(("pools", viewer), lambda: self._pools(viewer))

    def _pools(self, viewer: Viewer) -> tuple[PoolInfo, ...]:
        rows = self._rows("SELECT pool, first_day, last_day FROM source_state ORDER BY pool", [])
        if not viewer.sees_all:
            seen = set(
                self._column(
                    f"SELECT pool FROM {smallest('usage_day', dimension('project').columns, self._tables)} AS fact "
                    f"WHERE list_contains($1, {dimension('project').sql}) UNION "
                    "SELECT pool FROM queue_now WHERE list_contains($1, project)",
                    viewer,
                )
            )
            rows = [row for row in rows if row[0] in seen]
        zone = self._published.zone if len(self._zones) > 1 else ""
        known = [PoolInfo(name, is_simulated_pool(name), first, last, zone) for name, first, last in rows]
        return tuple(sorted(known, key=lambda pool: (pool.simulated, pool.name)))

    def _allowed(self, pools: tuple[str, ...], viewer: Viewer) -> list[str]:
        """Those of the pools in which the viewer may see something."""
        return [pool.name for pool in self.pools(viewer) if pool.name in pools]

    def refuse_mixture(self, query: UsageQuery, viewer: Viewer) -> None:
        """Raise UsageError for a question that would add simulated pools to real ones."""
        if "pool" in query.by:
            return
        named = next((set(allowed) for name, allowed in query.where if name == "pool"), None)
        covered = [pool for pool in self.pools(viewer) if named is None or pool.name in named]
        if len({pool.simulated for pool in covered}) > 1:
            names = ", ".join(f"{pool.name!r}" for pool in covered)
            hint = 'Group by pool, or choose one: --where "pool=NAME".'
            raise UsageError(f"a simulated pool is never added to a real one ({names})", hint)

    @cached_property
    def _tables(self) -> frozenset[str]:
        """Names of the cube's tables: a closed month has only some of them."""
        return frozenset(row[0] for row in self._rows("SELECT table_name FROM information_schema.tables", []))

    def _ask(self, sql: str, values: list[Any] | dict[str, Any]) -> pa.Table:
        with self._cursor() as cursor:  # an open result owns its connection
            return cursor.sql(sql, params=values).to_arrow_table()

    def _batches(self, sql: str, values: dict[str, Any], rows: int) -> Iterator[pa.RecordBatch]:
        """The answer, so many rows at a time: it is never held as a whole."""
        with self._cursor() as cursor:
            yield from cursor.sql(sql, params=values).to_arrow_reader(rows)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the cube, which finds the zone's days."""
        cursor = self._con.cursor()
        if self._look_in is not None:
            cursor.execute(f"SET search_path = {quoted(self._look_in)}")
        return cursor

    def _rows(self, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self._ask(sql, values).to_pylist()]

    def _column(self, sql: str, viewer: Viewer) -> list[Any]:
        return [row[0] for row in self._rows(sql, [sorted(viewer.projects or ())])]


def _newest(cubes: Path) -> Published:
    published = current(cubes)
    if published is None:
        raise CubeMissing(f"nothing is published in {cubes}", "Run `htc-ledger build` after `htc-ledger ingest`.")
    if published.rules != rules():
        raise CubeMissing("the published cube was made by another version of HTC Ledger", "Run `htc-ledger build`.")
    return published


def _open(cubes: Path, published: Published) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(cubes / published.file), read_only=True)
    except duckdb.IOException as error:
        raise CubeMissing(f"{cubes / published.file} cannot be opened: {error}", "Run `htc-ledger build`.") from error
