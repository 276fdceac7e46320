"""A ledger that is served elsewhere, asked over its REST API: questions in, Arrow tables and frozen records out.

    with RemoteLedger("http://127.0.0.1:8050") as ledger:
        ledger.usage(by=("project",), metrics=("cpu_h", "cpu_efficiency"), first=date(2026, 11, 1)).to_pandas()

Names, filters and days are those of the command line. Moments, the columns that end in `_utc`, are Unix seconds. Every
method raises LedgerError: see `remote_requests`. `RemoteCube` asks it as a cube is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pyarrow as pa

from pipeline.errors import SourceError
from pipeline.plain_records import from_plain, seconds
from pipeline.receipt.parts import Receipt
from pipeline.remote_requests import TIMEOUT_S, Connection, Value
from pipeline.served_state import CUBE_HEADER, VERSION, ServedState
from pipeline.status.gather import Status

T = TypeVar("T")


@dataclass(frozen=True)
class Answered:
    """A table, the version of the cube that it is of, and where its next rows are (None: it has none)."""

    rows: pa.Table
    cube: str | None
    next: str | None


class RemoteLedger:
    """One server. Methods block; a connection is kept between them until `close`."""

    def __init__(self, url: str, token: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self._at = Connection(url, token, timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Its address, without a password."""
        return self._at.url

    def close(self) -> None:
        """Give the connection back."""
        self._at.close()

    def usage(
        self,
        by: Sequence[str] = ("project",),
        metrics: Sequence[str] = ("cpu_h", "gpu_h", "jobs", "attempts"),
        first: date | None = None,
        last: date | None = None,
        where: Sequence[str] = (),
        booking: str = "used",
        zone: str | None = None,
    ) -> pa.Table:
        """Usage as `Cube.usage` has it: `where` holds texts like `project=NAME`."""
        asked: dict[str, Value] = {"by": ",".join(by), "metrics": ",".join(metrics), "booking": booking, "zone": zone}
        return self.table("usage", {**asked, "from": first, "to": last, "where": where})

    def table(self, resource: str, asked: Mapping[str, Value] | None = None) -> pa.Table:
        """All rows of a resource, by the parameters that /api/openapi.json names.

        usage, waste, efficiency, losses/WHAT, transfers, active, residuals, reconciliation, jobs, pools, queue,
        capacity, failures, advice, why-idle, campaigns, unmapped, downtimes, commitments, coverage, missing-jobs,
        rejects, sources, definitions/metrics, definitions/dimensions.
        """
        return self.answer(resource, asked or {}).rows

    def pages(self, resource: str, asked: Mapping[str, Value], rows: int) -> Iterator[pa.Table]:
        """The same in pieces of so many rows, each asked for when it is wanted. A cube that is published meanwhile
        ends it with an error: the rows may have moved."""
        following: str | None = None
        while True:
            found = self.answer(resource, {**asked, "limit": rows, "cursor": following})
            yield found.rows
            following = found.next
            if following is None:
                return

    def answer(self, resource: str, asked: Mapping[str, Value]) -> Answered:
        """The rows of a resource, and what the answer says of itself."""
        rows, headers = self._at.table(resource, asked)
        return Answered(_with_seconds(rows), headers.get(CUBE_HEADER), _next(headers))

    def receipt(self, job: str, *, raw: bool = False, pool: str | None = None, zone: str | None = None) -> Receipt:
        """How that job's hours came about; records with their bytes only if `raw`."""
        asked: dict[str, Value] = {"raw": raw, "pool": pool, "zone": zone}
        return self._record(Receipt, f"receipts/{quote(job, safe='')}", asked)

    def state(self) -> ServedState:
        """What is served, and how complete each pool's data are."""
        return self._record(ServedState, "state", {})

    def status(self, zone: str | None = None) -> Status:
        """All that `htc-ledger status` tells on the server: for who sees all of it."""
        return self._record(Status, "status", {"zone": zone})

    def report(
        self,
        kind: str,
        name: str | None = None,
        *,
        period: str | None = None,
        form: str = "pdf",
        pool: str | None = None,
        where: Sequence[str] = (),
    ) -> bytes:
        """The report of a facility (it has no name), project or site in that period, as PDF or HTML."""
        asked: dict[str, Value] = {"format": form, "name": name, "period": period, "pool": pool, "where": where}
        return self._at.file(f"reports/{quote(kind, safe='')}", asked, "*/*")

    def _record(self, kind: type[T], resource: str, asked: Mapping[str, Value]) -> T:
        found: Any = self._at.document(resource, asked)
        try:
            return from_plain(kind, found)
        except ValueError as error:
            hint = f"Is it HTC Ledger {VERSION}, as this is? Equal versions understand each other."
            raise SourceError(
                f"{self.url} says of {resource.partition('/')[0]} what is not understood", hint
            ) from error


def _with_seconds(rows: pa.Table) -> pa.Table:
    """The rows with moments as Unix seconds: they come as ISO 8601 text."""
    for place, name in enumerate(rows.column_names):
        if name.endswith("_utc") and pa.types.is_string(rows.schema.field(name).type):
            moments = [None if text is None else seconds(text) for text in rows.column(name).to_pylist()]
            if not any(isinstance(moment, str) for moment in moments):
                rows = rows.set_column(place, name, pa.array(moments, pa.int64()))
    return rows


def _next(headers: httpx.Headers) -> str | None:
    """The cursor of the next rows, of an answer's Link."""
    links = httpx.Response(200, headers=headers).links
    target = links.get("next", {}).get("url")
    found = parse_qs(urlsplit(target).query).get("cursor") if target else None
    return found[0] if found else None
