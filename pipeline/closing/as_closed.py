"""The live ledger with its closed months as they were closed: what was published is asked again, all else is as now.

Every table of days has the closed version's rows on the days of a closed month, and the live ones on all others; tables
without days (single jobs, runs, promises, what sources say) are the live ones. A question for something that a closed
version does not hold is refused, never answered in part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

import duckdb
import pyarrow as pa

from pipeline.closing.closed_cube import ClosedCube
from pipeline.closing.copying import LIVE, OF_NOW, attach, tables_of, view
from pipeline.closing.diff import DiffQuery, diff
from pipeline.closing.manifest import ClosedFile
from pipeline.closing.questions import MEMORY_MIB, closed_book
from pipeline.cube import Cube
from pipeline.errors import LakeError, UsageError
from pipeline.query import UsageQuery
from pipeline.serving.answers import Answers
from pipeline.serving.rollups import MADE_TO_SERVE
from pipeline.settings import Settings
from pipeline.viewer import Viewer
from pipeline.zones import zones_of

_MCORE_H = 3_600_000


@dataclass(frozen=True)
class Restated:
    """What changed in a closed month from one version to the next, or to the live ledger (`after` is None).

    by_cause    cause -> core hours more (or less) after; only causes that changed something
    """

    month: str
    before: int
    after: int | None
    before_h: float
    after_h: float
    by_cause: Mapping[str, float]


class AsClosedCube(Cube):
    """See above. Its days are those of the ledger's own zone, in which months are closed."""

    def __init__(self, live: Cube, closed: Sequence[ClosedCube]) -> None:
        self.live, self.closed = live, tuple(closed)
        hashes = sha256(" ".join(each.manifest_sha256 for each in self.closed).encode()).hexdigest()
        self._cubes = live.lake.cubes
        self._published = replace(live.published, version=f"{live.version}+{hashes[:16]}", other_zones=())
        self._con = duckdb.connect()
        attach(self._con, self._cubes / self._published.file)
        self._mounted = frozenset(_mount(self._con, self.closed))
        self._zones = zones_of(self._published.zone, ())
        self.answers = Answers()

    @classmethod
    def of(cls, live: Cube, last: date) -> Self:
        """Every month up to that day that is closed, as it was closed last.

        Raises UsageError if none is, LakeError for a version that is damaged and for a journal that is.
        """
        book = closed_book(live.lake)
        if book.trouble:
            raise LakeError(f"the journal of closed months is not to be trusted: {book.trouble}")
        named = [
            f"{one.month}:{one.version}"
            for one in sorted(book.versions, key=lambda one: one.month)
            if one.state in ("closed", "damaged") and one.month <= f"{last:%Y-%m}"
        ]
        if not named:
            hint = "`htc-ledger close MONTH` closes one; without --as-closed the live ledger is asked."
            raise UsageError(f"no month up to {last} is closed", hint)
        found = [ClosedCube.find(live.lake, one) for one in named]
        _require_zone(found, live.published.zone)
        return cls(live, found)

    def newest(self) -> Self:
        """Itself: another cube is another one to ask for."""
        return self

    def in_zone(self, name: str | None) -> Self:
        """Itself, where that is the ledger's own zone. Raises UsageError."""
        if name not in (None, self.published.zone):
            hint = "Ask for it without --zone, or the live ledger without --as-closed."
            raise UsageError(f"closed months have days of {self.published.zone}, and not of {name!r}", hint)
        return self

    def restated(self, query: UsageQuery, viewer: Viewer) -> tuple[Restated, ...]:
        """What changed in the closed months that the question's days touch, version by version, then since.

        Raises UsageError and LakeError.
        """
        asked = DiffQuery((), query.where, query.booking)
        touched = [one for one in self.closed if _touches(one, query.first, query.last)]
        return tuple(step for one in touched for step in self._steps(one, asked, viewer))

    def _steps(self, newest: ClosedCube, asked: DiffQuery, viewer: Viewer) -> list[Restated]:
        lake, number = self.live.lake, newest.manifest.version
        settings = Settings(lake=lake.root, build_memory_mib=MEMORY_MIB)
        versions = [ClosedCube.find(lake, f"{newest.month}:{each}") for each in range(1, number)] + [newest]
        sides: list[Cube] = [*versions[1:], self.live]
        steps = []
        for before, after in zip(versions, sides, strict=True):
            found = diff(lake, settings, before, after, asked, viewer)
            steps.append(
                Restated(
                    month=str(newest.month),
                    before=before.manifest.version,
                    after=after.manifest.version if isinstance(after, ClosedCube) else None,
                    before_h=found.totals["mcore_s"][0] / _MCORE_H,
                    after_h=found.totals["mcore_s"][1] / _MCORE_H,
                    by_cause={row["cause"]: row["core_h_difference"] for row in found.rows.to_pylist()},
                )
            )
        return steps

    @cached_property
    def _tables(self) -> frozenset[str]:
        return self._mounted

    def _ask(self, sql: str, values: list[Any] | dict[str, Any]) -> pa.Table:
        try:
            return super()._ask(sql, values)
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            said = str(error).splitlines()[0]
            hint = "They hold what was known when they were closed. Ask for less, or without --as-closed."
            raise UsageError(f"the closed months do not hold what is asked for ({said})", hint) from error


def _touches(closed: ClosedCube, first: date | None, last: date | None) -> bool:
    return (first is None or closed.month.last >= first) and (last is None or closed.month.first <= last)


def _require_zone(closed: Sequence[ClosedCube], zone: str) -> None:
    for each in closed:
        if each.manifest.zone != zone:
            hint = "Its days do not fit between the live ledger's. Ask for it alone: htc-ledger usage --as-closed."
            raise UsageError(f"{each.label}, has days of {each.manifest.zone}, and not of {zone}", hint)


def _mount(con: duckdb.DuckDBPyConnection, closed: Sequence[ClosedCube]) -> list[str]:
    """Views of the ledger's tables; of a table of which a closed version has not every column there is none."""
    mounted = []
    for table, columns in tables_of(con).items():
        if table in MADE_TO_SERVE:
            continue
        parts = _parts(table, columns, closed) if "day" in columns and table not in OF_NOW else []
        if parts is not None:
            rows = " UNION ALL ".join([_live(table, columns, closed, parts), *parts])
            con.execute(f'CREATE VIEW "{table}" AS {rows}')
            mounted.append(table)
    return mounted


def _live(table: str, columns: Mapping[str, str], closed: Sequence[ClosedCube], parts: Sequence[str]) -> str:
    """The live rows; of days that closed parts have, none."""
    named = ", ".join(f'"{name}"' for name in columns)
    taken = " OR ".join(f"day BETWEEN DATE '{one.month.first}' AND DATE '{one.month.last}'" for one in closed)
    others = f" WHERE day IS NULL OR NOT ({taken})" if parts else ""
    return f'SELECT {named} FROM {LIVE}."{table}"{others}'


def _parts(table: str, columns: Mapping[str, str], closed: Sequence[ClosedCube]) -> list[str] | None:
    """The rows of each closed version, with the live table's columns; None where one has not all of them."""
    named = ", ".join(f'"{name}"::{type_} AS "{name}"' for name, type_ in columns.items())
    parts = []
    for each in closed:
        file: ClosedFile | None = each.manifest.file(table)
        if file is None or not columns.keys() <= file.columns.keys():
            return None
        parts.append(f"SELECT {named} FROM {view(file, each.folder)}")
    return parts
