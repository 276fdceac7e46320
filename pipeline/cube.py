"""The read side: questions to the published cube. The one place where a question meets the data.

Every question carries a viewer; what the viewer may not see is left out here, for every caller alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from pipeline import access_point, at_site, completeness, pool_now
from pipeline.access_point import OfAccessPoint
from pipeline.advice.sheet import AdviceSheet, advice_sheet
from pipeline.at_site import AtSite
from pipeline.bridge.asked import BridgeQuery
from pipeline.bridge.build import bridges
from pipeline.bridge.walk import Bridge
from pipeline.campaigns.questions import sheet
from pipeline.capacity_hours import capacity_hours
from pipeline.completeness import Freshness
from pipeline.distinct import distinct_sql
from pipeline.elastic import told
from pipeline.errors import UsageError
from pipeline.explorer import questions as lists
from pipeline.explorer.asked import Listed, Rows
from pipeline.lake import Lake
from pipeline.losses.questions import losses_sql
from pipeline.matching.why_idle import WhyIdle, why_idle, why_one
from pipeline.metadata import questions as names
from pipeline.opened import PoolInfo
from pipeline.query import UsageQuery, dimension
from pipeline.receipt import residuals
from pipeline.receipt.gather import receipt
from pipeline.receipt.naming import JobName
from pipeline.receipt.parts import Receipt
from pipeline.receipt.residuals import ResidualQuery
from pipeline.recover.asked import Asked as Recovered
from pipeline.recover.parts import Recovery
from pipeline.recover.recovery import recovery
from pipeline.serving.rollups import smallest
from pipeline.spread import spread, spread_sql
from pipeline.state import Asked, CoveredDays, DataState, SourceState, data_state
from pipeline.status.sources import SourceStatus, source_states
from pipeline.transfers.asked import TransferQuery
from pipeline.transfers.questions import QUESTIONS
from pipeline.triage.triaged import TriagedCube
from pipeline.usage_sql import usage_sql
from pipeline.viewer import Viewer

__all__ = ["Cube", "PoolInfo", "usage_condition"]


class Cube(TriagedCube):
    """One published cube, and everything that can be asked of it. Methods are thread-safe and block."""

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

    def distinct(self, query: UsageQuery, name: str, viewer: Viewer) -> pa.Table:
        """How many different ones of a dimension had usage, by group: see `distinct.distinct_sql`. UsageError."""
        return self.answers.get(("distinct", query, name, viewer), lambda: self._distinct(query, name, viewer))

    def _distinct(self, query: UsageQuery, name: str, viewer: Viewer) -> pa.Table:
        self.refuse_mixture(query, viewer)
        condition, values = usage_condition(query, viewer)
        return self._ask(*distinct_sql(query.seen_by(viewer), name, condition, values, self._tables))

    def spread(self, query: UsageQuery, of: str, viewer: Viewer) -> pa.Table:
        """Quantiles of attempts by the question's dimensions: see `spread.spread_sql`. Raises UsageError."""
        return self.answers.get(("spread", query, of, viewer), lambda: self._spread(query, of, viewer))

    def _spread(self, query: UsageQuery, of: str, viewer: Viewer) -> pa.Table:
        self.refuse_mixture(query, viewer)
        return self._ask(*spread_sql(query, spread(of), *usage_condition(query, viewer)))

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

    def sources(self, viewer: Viewer, now: datetime) -> list[SourceStatus]:
        """How each thing that is polled is doing, of pools in which the viewer may see something. Raises LakeError."""
        seen = {pool.name for pool in self.pools(viewer)}
        return [one for one in source_states(self.lake.root, now) if one.pool in seen or viewer.sees_all]

    def missing_jobs(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Ranges of job ids without a final ad: see `completeness.missing_jobs`."""
        return self._ask(*completeness.missing_jobs(self._allowed(pools, viewer)))

    def rejects(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Rejected records by rule. Who does not see all projects gets counts: a reason can quote another's record."""
        return self._ask(*completeness.rejects(self._allowed(pools, viewer), whole=viewer.sees_all))

    def reject_examples(self, pools: tuple[str, ...], viewer: Viewer, each: int = 3) -> pa.Table:
        """The newest records of each rule with their first bytes; none for who does not see all projects."""
        return self._ask(*completeness.reject_examples(self._allowed(pools, viewer) if viewer.sees_all else [], each))

    def submitted(self, asked: OfAccessPoint, viewer: Viewer) -> pa.Table:
        """Jobs submitted at one access point by day; none for who does not see all: see `access_point.submitted`."""
        allowed = viewer.sees_all and bool(self._allowed((asked.pool,), viewer))
        return self._ask(*access_point.submitted(asked)).slice(0, None if allowed else 0)

    def job_kinds(self, asked: OfAccessPoint, viewer: Viewer) -> pa.Table:
        """Jobs that left one access point's queue, by kind: see `access_point.kinds`."""
        return _plain(self._ask(*access_point.kinds(asked, viewer.projects)))

    def schedds(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """What access points' schedds say of themselves: see `access_point.schedds`."""
        return self._ask(*access_point.schedds(self._allowed(pools, viewer)))

    def site_ends(self, asked: AtSite, viewer: Viewer) -> pa.Table:
        """How runs ended at one site and elsewhere, by cause: see `at_site.ends`."""
        return self._at_site(at_site.ends, asked, viewer)

    def site_hosts(self, asked: AtSite, viewer: Viewer) -> pa.Table:
        """How runs ended on each host of one site: see `at_site.hosts`."""
        return self._at_site(at_site.hosts, asked, viewer)

    def site_pilots(self, asked: AtSite, viewer: Viewer) -> pa.Table:
        """What became of the pilots of one site's CEs: see `at_site.pilots`."""
        return self._at_site(at_site.pilots, asked, viewer)

    def site_beginnings(self, asked: AtSite, viewer: Viewer) -> pa.Table:
        """First signs of life of one site: see `at_site.beginnings`."""
        return self._at_site(at_site.beginnings, asked, viewer)

    def _at_site(self, question: at_site.Asking, asked: AtSite, viewer: Viewer) -> pa.Table:
        seen = replace(asked, names=asked.names if self._allowed((asked.pool,), viewer) else ())
        return self.answers.get((question, asked, viewer), lambda: self._ask(*question(seen, viewer.projects)))

    def queue(self, by: tuple[str, ...], pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Jobs in the queue when it was last asked: see `pool_now.queue`. Raises UsageError for an unknown column."""
        return self._ask(*pool_now.queue(by, self._allowed(pools, viewer), viewer.projects))

    def why_idle(self, pool: str, projects: tuple[str, ...] | None, viewer: Viewer) -> WhyIdle:
        """Why idle jobs of those projects (None: of all) are not running: see `matching.why_idle`. LedgerError."""
        allowed = projects if self._allowed((pool,), viewer) else ()
        key = ("why idle", pool, allowed, viewer)
        return self.answers.get(key, lambda: why_idle(self._ask, pool, allowed, viewer))

    def why_one(self, name: JobName, viewer: Viewer) -> WhyIdle:
        """Why that job is not running. UsageError if the viewer sees no such idle job."""
        pools = [pool.name for pool in self.pools(viewer) if name.pool in (None, pool.name)]
        return why_one(self._ask, self.lake, pools, name, viewer)

    def advice(self, query: UsageQuery, pool: str, viewer: Viewer) -> AdviceSheet:
        """Advice for the runs of that pool that ended on the question's days: see `advice.sheet`. LakeError."""
        condition, values = usage_condition(replace(query, where=(*query.where, ("pool", (pool,)))), viewer)
        asked = (self._ask, self.lake, pool, self._published.zone, condition, values)
        return self.answers.get(("advice", query, pool, viewer), lambda: advice_sheet(*asked))

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

    def negotiation(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Negotiation cycles of the last day: see `pool_now.negotiation`."""
        return self._ask(*pool_now.negotiation(self._allowed(pools, viewer)))

    def idle_sizes(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Idle jobs by what each asks for: see `pool_now.idle_sizes`."""
        return self._ask(*pool_now.idle_sizes(self._allowed(pools, viewer), viewer.projects))

    def slot_sizes(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Slots by what is free in them: see `pool_now.slot_sizes`."""
        return self._ask(*pool_now.slot_sizes(self._allowed(pools, viewer)))

    def glideins(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Startds of the pool now, by site and CE: see `pool_now.glideins`."""
        return self._ask(*pool_now.glideins(self._allowed(pools, viewer)))

    def site_hours(
        self, pools: tuple[str, ...], viewer: Viewer, first: date | None = None, last: date | None = None
    ) -> pa.Table:
        """Core hours of payload beside those of pilots, by site: see `pool_now.site_hours`."""
        return self._ask(*pool_now.site_hours(self._allowed(pools, viewer), viewer.projects, first, last))

    def transfers(self, what: str, asked: TransferQuery, viewer: Viewer) -> pa.Table:
        """Files that plugins moved: `what` is one of `transfers.questions.QUESTIONS`. Raises UsageError."""
        self.refuse_mixture(asked.as_usage, viewer)
        return self.answers.get(("transfers", what, asked, viewer), lambda: self._ask(*QUESTIONS[what](asked, viewer)))

    def receipt(self, name: JobName, viewer: Viewer) -> Receipt:
        """How that job's hours came about: see `receipt.gather`. UsageError if the viewer sees no such job."""
        return receipt(self._ask, Lake(self._cubes.parent), self._published, name, viewer)

    def losses(self, what: str, query: UsageQuery, viewer: Viewer) -> pa.Table:
        """Where hours went that brought nothing: see `losses.questions.losses_sql`. Raises UsageError."""
        self.refuse_mixture(query, viewer)
        condition, values = usage_condition(query, viewer)
        sql, bound = losses_sql(what, query, condition, values)
        return self.answers.get(("losses", what, query, viewer), lambda: self._ask(sql, bound))

    def campaigns(self, query: UsageQuery, pool: str, kinds: tuple[str, ...], viewer: Viewer) -> pa.Table:
        """Campaigns of that pool by day, on the question's days: see `campaigns.questions.sheet`. LakeError."""
        where = usage_condition(replace(query, where=(*query.where, ("pool", (pool,)))), viewer)
        projects = None if viewer.projects is None else sorted(viewer.projects)
        return self._ask(*sheet(self.lake, self._published.zone, query, where, (pool, kinds), projects))

    def listed(self, asked: Listed, rows: Rows, viewer: Viewer) -> pa.Table:
        """Single jobs or attempts, a page of them: see `explorer.questions.page`. Raises UsageError."""
        return lists.page(self._ask, asked, rows, viewer, self._published.zone)

    def listed_sums(self, asked: Listed, viewer: Viewer) -> dict[str, Any]:
        """What all rows of a list come to: see `explorer.questions.summary`. Raises UsageError."""
        self.refuse_mixture(UsageQuery(where=asked.where), viewer)
        key = ("listed_sums", asked, viewer)
        return self.answers.get(key, lambda: lists.summary(self._ask, asked, viewer, self._published.zone))

    def told_days(self, pool: str, first: date, last: date, viewer: Viewer) -> pa.Table:
        """Those of the days on which jobs ended, and a digest of what is told of these: see `elastic.told.sums`."""
        return self._ask(*told.sums(self._told(pool, first, last, viewer)))

    def told_jobs(self, days: Sequence[told.ToldDay], rows: int, viewer: Viewer) -> Iterator[pa.RecordBatch]:
        """Each job of those days of one pool with its ad, so many rows at a time: see `elastic.told.jobs`."""
        seen = self._told(days[0].pool, days[0].day, days[-1].day, viewer)
        return self._batches(*told.jobs(days, self.lake, seen.projects), rows)

    def strange_jobs(self, pool: str, day: date, ids: Sequence[str], viewer: Viewer) -> pa.Table:
        """Those of the ids that are of no job that ended on that day: see `elastic.told.strangers`."""
        return self._ask(*told.strangers(self._told(pool, day, day, viewer), ids))

    def _told(self, pool: str, first: date, last: date, viewer: Viewer) -> told.Days:
        projects = None if viewer.projects is None else sorted(viewer.projects)
        return told.Days(pool, first, last, projects)

    def recovery(self, asked: Recovered, viewer: Viewer) -> Recovery:
        """What failed of a cluster, batch or DAG, and what runs it again: see `recover.recovery`. UsageError."""
        return recovery(self._ask, self.lake, asked, viewer)

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


def _refuse_repeats(names: tuple[str, ...]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise UsageError(f"asked for twice: {', '.join(repeated)}")


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
