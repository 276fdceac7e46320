"""The read side: questions to the published cube. The one place where a question meets the data.

Every question carries a viewer; what the viewer may not see is left out here, for every caller alike.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline import completeness, pool_now
from pipeline.bridge.asked import BridgeQuery
from pipeline.bridge.build import bridges
from pipeline.bridge.walk import Bridge
from pipeline.capacity_hours import capacity_hours
from pipeline.completeness import Freshness
from pipeline.errors import CubeMissing, UsageError
from pipeline.lake import Lake
from pipeline.metadata import questions as names
from pipeline.pools import is_simulated_pool
from pipeline.publish import Published, current
from pipeline.query import UsageQuery, dimension
from pipeline.receipt import residuals
from pipeline.receipt.gather import receipt
from pipeline.receipt.naming import JobName
from pipeline.receipt.parts import Receipt
from pipeline.receipt.residuals import ResidualQuery
from pipeline.rules import rules
from pipeline.serving.answers import Answers
from pipeline.serving.rollups import smallest
from pipeline.spread import spread, spread_sql
from pipeline.state import Asked, CoveredDays, DataState, SourceState, data_state
from pipeline.usage_sql import usage_sql
from pipeline.viewer import Viewer


@dataclass(frozen=True)
class PoolInfo:
    """A pool that the cube knows, with the first and last day (reporting zone) on which it was used."""

    name: str
    simulated: bool
    first_day: date | None
    last_day: date | None


class Cube:
    """One published cube, open for reading: its numbers never change. Methods are thread-safe and block."""

    def __init__(self, cubes: Path, published: Published) -> None:
        self._cubes = cubes
        self._published = published
        self._con = _open(cubes, published)
        self.answers = Answers()

    @classmethod
    def open(cls, lake_root: Path) -> "Cube":
        """The newest published cube of that lake. Raises CubeMissing if there is none."""
        cubes = Lake(lake_root).cubes
        return cls(cubes, _newest(cubes))

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

    def newest(self) -> "Cube":
        """This cube, or the one that was published after it. Questions to this one keep its numbers."""
        published = _newest(self._cubes)
        return self if published.version == self.version else Cube(self._cubes, published)

    def usage(self, query: UsageQuery, viewer: Viewer) -> pa.Table:
        """Usage as asked: columns `by` then `metrics`, one row per combination that occurs, ordered by `by`.

        Null metrics are unknown. Raises UsageError for unknown names, and for a question that would add simulated
        pools to real ones.
        """
        return self.answers.get(("usage", query, viewer), lambda: self._usage(query, viewer))

    def _usage(self, query: UsageQuery, viewer: Viewer) -> pa.Table:
        _refuse_repeats((*query.by, *query.metrics))
        self.refuse_mixture(query, viewer)
        condition, values = usage_condition(query, viewer)
        return _plain(self._ask(*usage_sql(query.seen_by(viewer), condition, values, self._tables)))

    def spread(self, query: UsageQuery, of: str, viewer: Viewer) -> pa.Table:
        """Quantiles of attempts by the question's dimensions: see `spread.spread_sql`. Raises UsageError."""
        return self.answers.get(("spread", query, of, viewer), lambda: self._spread(query, of, viewer))

    def _spread(self, query: UsageQuery, of: str, viewer: Viewer) -> pa.Table:
        self.refuse_mixture(query, viewer)
        return self._ask(*spread_sql(query, spread(of), *usage_condition(query, viewer)))

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
        known = [PoolInfo(name, is_simulated_pool(name), first, last) for name, first, last in rows]
        return tuple(sorted(known, key=lambda pool: (pool.simulated, pool.name)))

    def values(
        self, name: str, pools: tuple[str, ...], viewer: Viewer, contains: str = "", limit: int = 100
    ) -> tuple[str, ...]:
        """Values of a dimension in those pools that contain a text (case ignored), those with most wall time first."""
        asked = (name, pools, contains, limit)
        return self.answers.get(("values", asked, viewer), lambda: self._values(*asked, viewer))

    def _values(self, name: str, pools: tuple[str, ...], contains: str, limit: int, viewer: Viewer) -> tuple[str, ...]:
        column = dimension(name).sql
        query = UsageQuery(where=(("pool", pools),))
        condition, values = usage_condition(query, viewer)
        columns = {*dimension(name).columns, *query.seen_by(viewer).columns}
        table = smallest("usage_day", columns, self._tables)
        sql = (
            f"SELECT {column} AS value FROM {table} AS fact WHERE {' AND '.join(condition)} "
            "AND contains(lower(value), lower(?)) GROUP BY value ORDER BY sum(wall_s) DESC NULLS LAST, value LIMIT ?"
        )
        return tuple(row[0] for row in self._rows(sql, [*values, contains, limit]))

    def state(
        self,
        pools: tuple[str, ...],
        viewer: Viewer,
        now: datetime,
        stale_after_h: int = 24,
        first: date | None = None,
        last: date | None = None,
    ) -> DataState:
        """The state of those pools' data on those days (None: on all), in one sentence, with the evidence."""
        allowed = self._allowed(pools, viewer)
        sql = "SELECT * FROM source_state WHERE list_contains(?, pool) ORDER BY pool"
        sources = [SourceState(**row) for row in self._ask(sql, [allowed]).to_pylist()]
        covered = self._ask(*completeness.covered_days(allowed, first, last)).to_pylist()
        asked = Asked(sources, [CoveredDays(**row) for row in covered], first, last)
        return data_state(asked, self._published, now.astimezone(UTC), stale_after_h)

    def freshness(self, pools: tuple[str, ...], viewer: Viewer) -> Freshness:
        """How new what is known of those pools is."""
        (row,) = self._ask(*completeness.freshness(self._allowed(pools, viewer))).to_pylist()
        return Freshness(**row)

    def coverage(
        self, pools: tuple[str, ...], viewer: Viewer, first: date | None = None, last: date | None = None
    ) -> pa.Table:
        """Whether each day of each stream was read whole, and the evidence: see `completeness.days`."""
        return self._ask(*completeness.days(self._allowed(pools, viewer), first, last))

    def incomplete(
        self, pools: tuple[str, ...], viewer: Viewer, first: date | None = None, last: date | None = None
    ) -> pa.Table:
        """Ranges of days that are not complete, losses first: see `completeness.incomplete`."""
        return self._ask(*completeness.incomplete(self._allowed(pools, viewer), first, last))

    def missing_jobs(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Ranges of job ids without a final ad: see `completeness.missing_jobs`."""
        return self._ask(*completeness.missing_jobs(self._allowed(pools, viewer)))

    def rejects(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Rejected records by rule. Who does not see all projects gets counts: a reason can quote another's record."""
        return self._ask(*completeness.rejects(self._allowed(pools, viewer), whole=viewer.sees_all))

    def reject_examples(self, pools: tuple[str, ...], viewer: Viewer, each: int = 3) -> pa.Table:
        """The newest records of each rule with their first bytes; none for who does not see all projects."""
        return self._ask(*completeness.reject_examples(self._allowed(pools, viewer) if viewer.sees_all else [], each))

    def queue(self, by: tuple[str, ...], pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Jobs in the queue when it was last asked: see `pool_now.queue`. Raises UsageError for an unknown column."""
        return self._ask(*pool_now.queue(by, self._allowed(pools, viewer), viewer.projects))

    def capacity(self, by: tuple[str, ...], pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Cores and memory that pools offer: see `pool_now.capacity`. Raises UsageError for an unknown column."""
        return self._ask(*pool_now.capacity(by, self._allowed(pools, viewer)))

    def capacity_hours(
        self,
        by: tuple[str, ...],
        pools: tuple[str, ...],
        viewer: Viewer,
        first: date | None = None,
        last: date | None = None,
    ) -> pa.Table:
        """Hours that pools offered, that were claimed, and used: see `capacity_hours`. Raises UsageError."""
        usage = smallest("usage_day", ("site", "resource"), self._tables)
        allowed = self._allowed(pools, viewer)
        return self._ask(*capacity_hours(by, allowed, first, last, sees_all=viewer.sees_all, usage=usage))

    def unmapped(
        self,
        pools: tuple[str, ...],
        viewer: Viewer,
        kinds: tuple[str, ...] = names.UNMAPPED,
        first: date | None = None,
        last: date | None = None,
    ) -> pa.Table:
        """Names that no metadata know, by core hours: see `metadata.questions.unmapped`. Raises UsageError."""
        return self._ask(*names.unmapped(self._scope(pools, viewer, first, last), kinds))

    def downtimes(
        self, pools: tuple[str, ...], viewer: Viewer, first: date | None = None, last: date | None = None
    ) -> pa.Table:
        """Downtimes that touch those days: see `metadata.questions.downtimes`."""
        return self._ask(*names.downtimes(self._scope(pools, viewer, first, last), self._published.zone))

    def commitments(
        self,
        kinds: tuple[str, ...],
        pools: tuple[str, ...],
        viewer: Viewer,
        first: date | None = None,
        last: date | None = None,
    ) -> pa.Table:
        """Pledges, allocations and awards beside what was delivered: see `metadata.questions.commitments`."""
        return self._ask(*names.commitments(self._scope(pools, viewer, first, last), kinds))

    def _scope(self, pools: tuple[str, ...], viewer: Viewer, first: date | None, last: date | None) -> names.Scope:
        return names.Scope(self._allowed(pools, viewer), first, last, viewer.projects, self._tables)

    def gpus(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """GPUs that pools offer, by model: see `pool_now.gpus`."""
        return self._ask(*pool_now.gpus(self._allowed(pools, viewer)))

    def site_hours(
        self, pools: tuple[str, ...], viewer: Viewer, first: date | None = None, last: date | None = None
    ) -> pa.Table:
        """Core hours of payload beside those of pilots, by site: see `pool_now.site_hours`."""
        return self._ask(*pool_now.site_hours(self._allowed(pools, viewer), viewer.projects, first, last))

    def receipt(self, name: JobName, viewer: Viewer) -> Receipt:
        """How that job's hours came about: see `receipt.gather`. UsageError if the viewer sees no such job."""
        return receipt(self._ask, Lake(self._cubes.parent), self._published, name, viewer)

    def bridge(self, asked: BridgeQuery, viewer: Viewer, top: int = 5) -> tuple[Bridge, ...]:
        """From as used to as ended and on, step by step: see `bridge.build`. UsageError for what cannot be asked."""
        self.refuse_mixture(UsageQuery(by=(asked.by,) if asked.by else (), where=asked.where), viewer)
        return bridges(self._ask, Lake(self._cubes.parent), self._published.zone, asked, viewer, top)

    def residuals(self, asked: ResidualQuery, viewer: Viewer, limit: int = 100) -> pa.Table:
        """Jobs whose attempts and wall time disagree: see `residuals.largest`."""
        return _plain(self._ask(*residuals.largest(asked, viewer, limit)))

    def residual_causes(self, asked: ResidualQuery, viewer: Viewer) -> pa.Table:
        """Residuals by cause: see `residuals.by_cause`."""
        return self._ask(*residuals.by_cause(asked, viewer))

    def reconciliation(self, asked: ResidualQuery, viewer: Viewer) -> pa.Table:
        """Attempts + residual = wall time, of all jobs that ended: see `residuals.statement`."""
        return self._ask(*residuals.statement(asked, viewer))

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
        with self._con.cursor() as cursor:  # an open result owns its connection
            return cursor.sql(sql, params=values).to_arrow_table()

    def _rows(self, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self._ask(sql, values).to_pylist()]

    def _column(self, sql: str, viewer: Viewer) -> list[Any]:
        return [row[0] for row in self._rows(sql, [sorted(viewer.projects or ())])]


def _refuse_repeats(names: tuple[str, ...]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise UsageError(f"asked for twice: {', '.join(repeated)}")


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


def usage_condition(query: UsageQuery, viewer: Viewer) -> tuple[list[str], list[Any]]:
    """The WHERE of a question: its filters, and what the viewer may see. Values are parameters, never text."""
    condition: list[str] = ["true"]
    values: list[Any] = []
    for name, allowed in query.seen_by(viewer).where:
        known = dimension(name)
        for sql in (known.narrow, f"list_contains(?, {known.sql})"):
            if sql is not None:
                condition.append(sql)
                values.append(list(allowed))
    if query.first is not None:
        condition.append("day >= ?")
        values.append(query.first)
    if query.last is not None:
        condition.append("day <= ?")
        values.append(query.last)
    if not query.asks_for("venue"):
        condition.append("venue = 'pool'")
    return condition, values


def _plain(table: pa.Table) -> pa.Table:
    """Sums come as 128-bit decimals: those without a fraction as int64."""
    fields = [field.with_type(pa.int64()) if pa.types.is_decimal(field.type) else field for field in table.schema]
    return table.cast(pa.schema(fields))
