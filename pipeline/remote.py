"""A ledger that is served elsewhere, asked over its REST API: questions in, Arrow tables out.

    ledger = RemoteLedger("http://127.0.0.1:8050")
    ledger.usage(by=("project",), metrics=("cpu_h", "cpu_efficiency"), first=date(2026, 11, 1)).to_pandas()

Names and filters are those of the command line. What the server refuses is raised as it says it: a `UsageError` for a
question that cannot be asked, a `SourceError` where it cannot be reached or has nothing to answer with.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx
import pyarrow as pa
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from pipeline.errors import LedgerError, SourceError, UsageError

PREFIX = "/api/v1"
ARROW = "application/vnd.apache.arrow.stream"
TIMEOUT_S = 120.0
TRIES = 3
Value = str | int | bool | date | Sequence[str] | None


class RemoteLedger:
    """One server. Methods block; a connection is kept between them until `close`."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url + PREFIX, timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

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
        """Usage as `Cube.usage` has it: `where` holds texts like `project=NAME`. LedgerError."""
        asked: dict[str, Value] = {"by": ",".join(by), "metrics": ",".join(metrics), "booking": booking, "zone": zone}
        return self.table("usage", {**asked, "from": first, "to": last, "where": where})

    def table(self, resource: str, asked: Mapping[str, Value] | None = None) -> pa.Table:
        """All rows of a resource, by the parameters that /api/openapi.json names. LedgerError."""
        answer = self._get(resource, asked or {}, ARROW)
        return pa.ipc.open_stream(answer.content).read_all()

    def receipt(self, job: str, *, raw: bool = False, pool: str | None = None) -> dict[str, Any]:
        """How that job's hours came about. LedgerError."""
        found: dict[str, Any] = self._get(f"receipts/{quote(job, safe='')}", {"raw": raw, "pool": pool}).json()
        return found

    def state(self) -> dict[str, Any]:
        """The published ledger, and how complete each pool's data are. LedgerError."""
        found: dict[str, Any] = self._get("state", {}).json()
        return found

    def _get(self, resource: str, asked: Mapping[str, Value], accept: str = "application/json") -> httpx.Response:
        retrying = Retrying(
            retry=retry_if_exception_type(httpx.TransportError),
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=0.2, max=2),
            reraise=True,
        )
        try:
            answer = retrying(self._http.get, resource, params=list(_written(asked)), headers={"Accept": accept})
        except httpx.TransportError as error:
            raise SourceError(f"{self.url} does not answer: {error}", "Is `htc-ledger serve` running there?") from error
        if answer.status_code != 200:
            raise _refused(answer, self.url)
        return answer


def _written(asked: Mapping[str, Value]) -> Iterable[tuple[str, str]]:
    for name, value in asked.items():
        if value is None:
            continue
        if isinstance(value, Sequence) and not isinstance(value, str):
            yield from ((name, each) for each in value)
        elif isinstance(value, bool):
            yield name, str(value).lower()
        else:
            yield name, str(value)


def _refused(answer: httpx.Response, url: str) -> LedgerError:
    if answer.headers.get("content-type") != "application/problem+json":
        return SourceError(f"{url} answered {answer.status_code}, and not as a ledger does", "Check the address.")
    said = answer.json()
    kind = UsageError if answer.status_code < 500 else SourceError
    return kind(str(said["title"]), str(said.get("detail", "")))
