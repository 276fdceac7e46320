"""A cube that is served elsewhere: the same questions, put to its REST API, with the same answers.

So a command, a sheet or a report that asks a cube asks this one, too. Who asks is whom the server takes one for: the
viewer of a question is not looked at. What the API has no resource for is refused.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn, Self

import pyarrow as pa

from pipeline.calendar import day_of, midnight_utc
from pipeline.cube import Cube
from pipeline.errors import SourceError, UsageError
from pipeline.explorer.asked import Listed, Rows
from pipeline.explorer.ids import JobIds
from pipeline.lake import Lake
from pipeline.losses.command import ASKED, Size, What
from pipeline.opened import PoolInfo
from pipeline.publish import Published
from pipeline.query import UsageQuery, Where
from pipeline.receipt.naming import JobName
from pipeline.receipt.parts import Receipt
from pipeline.receipt.residuals import ResidualQuery
from pipeline.remote import RemoteLedger
from pipeline.remote_requests import Value
from pipeline.serving.answers import Answers
from pipeline.status.sources import SourceStatus
from pipeline.transfers.asked import TransferQuery
from pipeline.triage.chosen import HOUR_S
from pipeline.triage.finding import Asked, Finding
from pipeline.viewer import LOCAL, Viewer
from pipeline.zones import zones_of

Parameters = dict[str, Value]
_LOSSES = {
    ASKED.get(what, what.value).format(size=size.value): (what.value, size.value) for what in What for size in Size
}
"""Name of a question about losses -> what of it the API calls what."""


class RemoteCube(Cube):
    """What a server has published when it is first asked; raises LedgerError as `RemoteLedger` does."""

    def __init__(self, ledger: RemoteLedger) -> None:
        self._ledger = ledger
        self._state = ledger.state()
        self._published = Published(
            file="",
            version=self._state.cube,
            built_utc=self._state.built_utc,
            zone=self._state.zone,
            rules="",
            checks=self._state.checks,
            tables={},
            other_zones=tuple(name for name in self._state.zones if name != self._state.zone),
        )
        self._zones = zones_of(self._state.zone, self._published.other_zones)
        self._kept = {zone.name: Answers() for zone in self._zones}
        self.answers = self._kept[self._state.zone]

    def close(self) -> None:
        """Give the connection back."""
        self._ledger.close()

    @property
    def lake(self) -> Lake:
        self._refuse()

    def newest(self) -> Self:
        """Itself: a newer one is another one to ask for."""
        return self

    def _pools(self, viewer: Viewer) -> tuple[PoolInfo, ...]:
        zone = self._published.zone if len(self._zones) > 1 else ""
        rows = self._table("pools", {}).to_pylist()
        return tuple(PoolInfo(row["pool"], row["simulated"], row["first_day"], row["last_day"], zone) for row in rows)

    def _usage(self, query: UsageQuery, viewer: Viewer) -> pa.Table:
        asked = {"by": _listed(query.by), "metrics": _listed(query.metrics), "booking": query.booking}
        return self._table("usage", {**asked, **_filtered(query)})

    def _distinct(self, query: UsageQuery, name: str, viewer: Viewer) -> pa.Table:
        return self._table(
            "active", {"of": name, "by": _listed(query.by), "booking": query.booking, **_filtered(query)}
        )

    def _spread(self, query: UsageQuery, of: str, viewer: Viewer) -> pa.Table:
        return self._table("efficiency", {"by": _listed(query.by), "of": of, **_filtered(query)})

    def losses(self, what: str, query: UsageQuery, viewer: Viewer) -> pa.Table:
        if what not in _LOSSES:
            self._refuse()
        asked, size = _LOSSES[what]
        return self._table(f"losses/{asked}", {"by": _listed(query.by), "size": size, **_filtered(query)})

    def transfers(self, what: str, asked: TransferQuery, viewer: Viewer) -> pa.Table:
        named = "jobs" if what == "of_jobs" else what
        days = _days(asked.first, asked.last)
        return self._table("transfers", {"what": named, "by": _listed(asked.by), "where": _texts(asked.where), **days})

    def queue(self, by: tuple[str, ...], pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        return self._table("queue", {"by": _listed(by), "pool": self._named(pools)})

    def capacity(self, by: tuple[str, ...], pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        return self._table("capacity", {"what": "cores", "by": _listed(by), "pool": self._named(pools)})

    def gpus(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        return self._table("capacity", {"what": "gpus", "pool": self._named(pools)})

    def capacity_hours(
        self,
        by: tuple[str, ...],
        pools: tuple[str, ...],
        viewer: Viewer,
        first: date | None = None,
        last: date | None = None,
    ) -> pa.Table:
        asked = {"what": "hours", "by": _listed(by), "pool": self._named(pools)}
        return self._table("capacity", {**asked, **_days(first, last)})

    def unmapped(
        self,
        pools: tuple[str, ...],
        viewer: Viewer,
        kinds: tuple[str, ...] = (),
        first: date | None = None,
        last: date | None = None,
    ) -> pa.Table:
        return self._table("unmapped", {"kind": kinds, "pool": self._named(pools), **_days(first, last)})

    def downtimes(
        self, pools: tuple[str, ...], viewer: Viewer, first: date | None = None, last: date | None = None
    ) -> pa.Table:
        return self._table("downtimes", {"pool": self._named(pools), **_days(first, last)})

    def commitments(
        self,
        kinds: tuple[str, ...],
        pools: tuple[str, ...],
        viewer: Viewer,
        first: date | None = None,
        last: date | None = None,
    ) -> pa.Table:
        return self._table("commitments", {"kind": kinds, "pool": self._named(pools), **_days(first, last)})

    def coverage(
        self, pools: tuple[str, ...], viewer: Viewer, first: date | None = None, last: date | None = None
    ) -> pa.Table:
        return self._table("coverage", {"pool": self._named(pools), **_days(first, last)})

    def missing_jobs(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        return self._table("missing-jobs", {"pool": self._named(pools)})

    def rejects(self, pools: tuple[str, ...], viewer: Viewer) -> pa.Table:
        return self._table("rejects", {"pool": self._named(pools)})

    def campaigns(self, query: UsageQuery, pool: str, kinds: tuple[str, ...], viewer: Viewer) -> pa.Table:
        return self._table("campaigns", {"pool": pool, "kind": kinds, **_filtered(query)})

    def listed(self, asked: Listed, rows: Rows, viewer: Viewer) -> pa.Table:
        where = [*_texts(asked.where), *(_condition(one.column, one.text) for one in asked.conditions)]
        job = None if asked.ids is None else _name(asked.ids)
        limit = max(rows.start + rows.count, 1)
        shape: Parameters = {"of": asked.of, "job": job, "where": where, "sort": asked.sort, "limit": limit}
        return self._table("jobs", {**shape, **_days(asked.first, asked.last)}).slice(rows.start, rows.count)

    def receipt(self, name: JobName, viewer: Viewer) -> Receipt:
        return self._ledger.receipt(name.text, raw=True, pool=name.pool, zone=self._published.zone)

    def residuals(self, asked: ResidualQuery, viewer: Viewer, limit: int = 100) -> pa.Table:
        return self._table("residuals", {"limit": limit, **_of_residuals(asked)})

    def residual_causes(self, asked: ResidualQuery, viewer: Viewer) -> pa.Table:
        return self._table("residuals", {"what": "causes", **_of_residuals(asked)})

    def reconciliation(self, asked: ResidualQuery, viewer: Viewer) -> pa.Table:
        return self._table("residuals", {"what": "statement", **_of_residuals(asked)})

    def newest_end(self, pool: str, viewer: Viewer, by_utc: int) -> int | None:
        """As the server said when it was first asked, of ends up to the day after that."""
        return next((one.newest_end_utc for one in self._state.pools if one.pool == pool), None)

    def _findings(self, asked: Asked, viewer: Viewer) -> tuple[Finding, ...]:
        rows = self._table("failures", {"pool": asked.pool, **self._window(asked)}).to_pylist()
        return tuple(_finding(row) for row in rows)

    def _window(self, asked: Asked) -> Parameters:
        """The window as days where it is whole ones, else as hours up to a moment."""
        zone = self._published.zone
        first, after = day_of(asked.from_utc, zone), day_of(asked.to_utc, zone)
        if (asked.from_utc, asked.to_utc) == (midnight_utc(first, zone), midnight_utc(after, zone)):
            return _days(first, after - timedelta(days=1))
        until = datetime.fromtimestamp(asked.to_utc, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"until": until, "hours": (asked.to_utc - asked.from_utc) // HOUR_S}

    def sources(self, viewer: Viewer, now: datetime) -> list[SourceStatus]:
        """As the server has them when it is asked."""
        names = [field.name for field in fields(SourceStatus)]
        return [SourceStatus(**{name: row[name] for name in names}) for row in self._table("sources", {}).to_pylist()]

    def _named(self, pools: tuple[str, ...]) -> tuple[str, ...]:
        """The pools to name: none, which means all, where they are all."""
        return () if set(pools) == {pool.name for pool in self.pools(LOCAL)} else pools

    def _table(self, resource: str, asked: Parameters) -> pa.Table:
        """The rows, with days of this cube's zone. Raises SourceError if another cube was published meanwhile."""
        found = self._ledger.answer(resource, {**asked, "zone": self._published.zone})
        if found.cube not in (None, self.version):
            raise SourceError(f"{self._ledger.url} published another cube meanwhile", "Ask again.")
        return found.rows

    def _ask(self, sql: str, values: list[Any] | dict[str, Any]) -> pa.Table:
        self._refuse()

    def _cursor(self) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise UsageError("a served ledger does not answer that", "Ask where its lake is, without --url.")


def _listed(names: Sequence[str]) -> str:
    return ",".join(names)


def _days(first: date | None, last: date | None) -> Parameters:
    return {"from": first, "to": last}


def _texts(where: Where) -> list[str]:
    return [f"{name}={value}" for name, allowed in where for value in allowed]


def _filtered(query: UsageQuery) -> Parameters:
    return {"where": _texts(query.where), **_days(query.first, query.last)}


def _of_residuals(asked: ResidualQuery) -> Parameters:
    return {"where": _texts(asked.where), **_days(asked.first, asked.last)}


def _condition(column: str, text: str) -> str:
    """A filter of a column as people write it."""
    return f"{column}{text}" if text.startswith(("~", ">=", "<=", "!?")) else f"{column}={text}"


def _name(ids: JobIds) -> str:
    """The ids as people write them."""
    parts = ("" if ids.ap is None else f"{ids.ap}#", str(ids.cluster), "" if ids.proc is None else f".{ids.proc}")
    return "".join(parts) + ("" if ids.submitted is None else f"#{ids.submitted}")


def _finding(row: dict[str, Any]) -> Finding:
    """As it was before it became a row: see `triage.as_rows`."""
    high = float("inf") if row["effect_high"] is None else row["effect_high"]
    known = {field.name: row[field.name] for field in fields(Finding)}
    return Finding(**{**known, "values": tuple(row["values"]), "effect_high": high})
