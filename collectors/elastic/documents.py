"""Any index of Elasticsearch, read without missing or repeating a document: a shard of it in, its documents out.

For every reader of an index, whatever its documents are: `shards.shards` names the shards, `documents` gives what is in
one of them in the order of its sequence numbers, and the number of the last one that was taken is all that has to be
remembered to go on after it. A node that is lost meanwhile costs time.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import elasticsearch
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from collectors.elastic.shards import Shard
from pipeline.elastic.connection import Patience

PAGE = 500
"""Documents of one answer."""
KEEP = "5m"
Query = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its sequence number in its shard, its id, and its body as it is stored, hostile as it may be."""

    number: int
    id: str
    body: dict[str, Any]


def documents(
    client: Elasticsearch,
    shard: Shard,
    start: int = 0,
    leave_out: Sequence[Query] = (),
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> Iterator[Document]:
    """Each document from sequence number `start` up to the settled ones, in order, a page at a time in memory.

    leave_out   queries: a document that one of them finds is not given
    Raises the client's errors when the patience is over; what it gave until then was right.
    """
    wanted = {"bool": {"filter": [_numbers(shard, start)], "must_not": list(leave_out)}}
    view, after = _View(client, shard), None
    try:
        while True:
            hits = patience.tries(partial(view.page, wanted, after))
            for hit in hits:
                yield Document(hit["sort"][0], hit["_id"], hit["_source"])
            if len(hits) < PAGE:
                return
            after = hits[-1]["sort"]
    finally:
        view.close()


def count(client: Elasticsearch, shard: Shard, start: int, query: Query) -> int:
    """How many of the documents from `start` up to the settled ones the query finds."""
    found = {"bool": {"filter": [_numbers(shard, start), query]}}
    number: int = client.count(index=shard.index, query=found, preference=f"_shards:{shard.number}")["count"]
    return number


def _numbers(shard: Shard, start: int) -> Query:
    return {"range": {"_seq_no": {"gte": start, "lt": shard.settled}}}


class _View:
    """A shard as it was at one moment; at a later one where the server has lost that, which gives the same pages.

    What has a settled number is there at both moments, or was changed since and has a number that is not settled.
    """

    def __init__(self, client: Elasticsearch, shard: Shard) -> None:
        self._client, self._shard = client, shard
        self._moment: str | None = None

    def page(self, wanted: Query, after: list[Any] | None) -> list[dict[str, Any]]:
        """The next documents, PAGE of them but for the last page."""
        moment = self._moment = self._moment or self._open()
        try:
            answer = self._client.search(
                pit={"id": moment, "keep_alive": KEEP},
                query=wanted,
                sort=[{"_seq_no": "asc"}],
                size=PAGE,
                search_after=after,
                track_total_hits=False,
                allow_partial_search_results=False,
            )
        except NotFoundError as error:
            self._moment = None
            raise elasticsearch.ConnectionError("the server has lost its point in time") from error
        except (ApiError, TransportError):
            self._moment = None
            raise
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits

    def close(self) -> None:
        """Let the moment go."""
        if self._moment is not None:
            with suppress(TransportError):  # it lapses by itself where the server does not answer any more
                self._client.options(ignore_status=404).close_point_in_time(id=self._moment)

    def _open(self) -> str:
        here = f"_shards:{self._shard.number}"
        opened = self._client.open_point_in_time(index=self._shard.index, keep_alive=KEEP, preference=here)
        moment: str = opened["id"]
        return moment
