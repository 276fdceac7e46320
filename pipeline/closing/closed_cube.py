"""A closed month as a cube: the same questions, with the same viewer, to numbers that never change.

Later rules do not touch it: what is asked are the tables as they were copied. A question for something that was not
known when the month was closed is refused.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from pipeline.closing import manifest as manifests
from pipeline.closing.copying import view
from pipeline.closing.manifest import Manifest
from pipeline.closing.month import Month, version_of
from pipeline.closing.shelf import Shelf
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors
from pipeline.publish import Published
from pipeline.query import UsageQuery
from pipeline.serving.answers import Answers
from pipeline.state import DataState, State
from pipeline.viewer import Viewer
from pipeline.zones import zones_of

_WORST: tuple[State, ...] = ("simulated", "partial", "unknown", "complete")


class ClosedCube(Cube):
    """One closed version of a month; raises LakeError if a file of it is lost or was changed."""

    def __init__(self, folder: Path) -> None:
        self.manifest, self.manifest_sha256 = manifests.read(folder)
        manifests.require_whole(folder, self.manifest)
        self.month = Month.parse(self.manifest.month)
        self.folder = self._cubes = folder
        self._published = _published(self.manifest)
        self._con = _opened(folder, self.manifest)
        self._zones = zones_of(self.manifest.zone, ())
        self.answers = Answers()

    @classmethod
    def find(cls, lake: Lake, written: str) -> "ClosedCube":
        """The month `2026-10` as it was closed last, or `2026-10:1` in its first version. Raises UsageError."""
        lake.require()
        return cls(Shelf.of(lake).find(*version_of(written)))

    @property
    def label(self) -> str:
        """For people: which version, and since when."""
        return f"{self.month} as closed, version {self.manifest.version}, {self.manifest.closed_utc[:10]}"

    def newest(self) -> Self:
        """Itself: another version is another month to ask for."""
        return self

    def in_zone(self, name: str | None) -> Self:
        """Itself, where that is the zone that it was closed in. Raises UsageError: its days are of no other."""
        if name not in (None, self.manifest.zone):
            hint = "Ask for it without --zone, or the live ledger without --as-closed."
            raise UsageError(f"{self.label}, has days of {self.manifest.zone}, and not of {name!r}", hint)
        return self

    def usage(self, query: UsageQuery, viewer: Viewer) -> pa.Table:
        """As `Cube.usage`. Raises UsageError for days outside the month too."""
        for day in (query.first, query.last):
            if day is not None and not self.month.first <= day <= self.month.last:
                raise UsageError(f"{day} is not in {self.month}, which is all that this closed month holds")
        first, last = query.first or self.month.first, query.last or self.month.last
        return super().usage(replace(query, first=first, last=last), viewer)

    def state(
        self,
        pools: tuple[str, ...],
        viewer: Viewer,
        now: datetime,
        stale_after_h: int = 24,
        first: date | None = None,
        last: date | None = None,
    ) -> DataState:
        """The state of those pools when the month was closed: the worst of theirs."""
        allowed = self._allowed(pools, viewer)
        said = [state for state in self.manifest.states if state.pool in allowed]
        for word in _WORST:
            sentences = [state.sentence for state in said if state.state == word]
            if sentences:
                return DataState(word, f"When it was closed: {sentences[0]}", self._evidence())
        return DataState("partial", "No record of this pool was read when it was closed.", self._evidence())

    def _evidence(self) -> tuple[tuple[str, str], ...]:
        said = self.manifest
        return (
            ("Closed", f"{said.closed_utc} by {said.by}"),
            ("Version", str(said.version)),
            ("Reason", said.reason),
            ("Hash of the totals", said.totals_sha256),
            ("Hash of the manifest", self.manifest_sha256),
            ("Cube", said.cube_version),
            ("Days begin at midnight in", said.zone),
        )

    def _ask(self, sql: str, values: list[Any] | dict[str, Any]) -> pa.Table:
        try:
            return super()._ask(sql, values)
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            said = str(error).splitlines()[0]
            hint = "It holds what was known when it was closed. Ask for less, or ask the live month."
            raise UsageError(f"{self.label}, does not hold what is asked for ({said})", hint) from error


def _published(manifest: Manifest) -> Published:
    return Published(
        file="",
        version=f"{manifest.month}:{manifest.version}:{manifest.totals_sha256[:16]}",
        built_utc=manifest.cube_built_utc,
        zone=manifest.zone,
        rules=manifest.rules,
        checks=manifest.checks,
        tables=manifest.lake_tables,
    )


def _opened(folder: Path, manifest: Manifest) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    with lake_errors(f"{folder} cannot be read"):
        mount_closed(con, "main", folder, manifest)
    return con


def mount_closed(
    con: duckdb.DuckDBPyConnection, schema: str, folder: Path, manifest: Manifest, tables: Sequence[str] | None = None
) -> None:
    """Views of a closed version's tables (all, or those named) in a schema, under the names that they have there."""
    for file in manifest.files:
        if tables is None or file.table in tables:
            con.execute(f'CREATE VIEW {schema}."{file.table}" AS FROM {view(file, folder)}')
