"""A data stream of jobs: each is in it once, whatever became of requests, nodes, writers and backing indices before.

A data stream takes an id once in each backing index: after a rollover the same id would be taken again. So before jobs
are written they are looked up in all of them. What is not there is created; what is there and says the same is left;
what says something else is written over where it is, unless another has changed it meanwhile.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import elasticsearch
from elasticsearch import Elasticsearch, NotFoundError

from pipeline.elastic.bulk import Waits, refused
from pipeline.elastic.connection import AGAIN, Patience
from pipeline.elastic.job_document import DIGEST, JobDocument, mapping
from pipeline.errors import SourceError

CONFLICT = 409
_DIGEST = f"ledger.{DIGEST}"
_Operation = tuple[JobDocument, dict[str, Any]]


@dataclass(frozen=True)
class Put:
    """Jobs that were not there, that said something else, and that were there as they are."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: "Put") -> "Put":
        return Put(self.new + other.new, self.changed + other.changed, self.same + other.same)


@dataclass
class JobStream:
    """The data stream of that name. Raises SourceError, and the client's errors when its patience is over."""

    client: Elasticsearch
    name: str
    patience: Patience = field(default_factory=Patience)
    waits: Waits = field(default_factory=Waits)
    _is_sure: bool = field(default=False, init=False)
    """Whether all can be found that was there before, and what requests did that were never answered."""
    _is_new: bool = field(default=False, init=False)
    """Whether nothing was there before, and every request was answered: then there is nothing to look for."""

    def begin(self) -> str:
        """Put up the template; returns what tells the stream from another of that name that was there before it."""
        is_there = self._exists()
        identity = (self._identity() if is_there else None) or uuid4().hex
        own = f"{self.name}@custom"
        self.client.indices.put_index_template(
            name=self.name,
            index_patterns=[self.name],
            priority=500,
            data_stream={},
            composed_of=[own],
            ignore_missing_component_templates=[own],
            template={"mappings": {"dynamic": "strict", "properties": mapping()}},
            meta={"stream": identity},
        )
        if is_there:  # fields that an older version did not write
            self.client.indices.put_mapping(index=self.name, properties=mapping())
        self._is_new = not is_there
        return identity

    def put(self, documents: Sequence[JobDocument]) -> Put:
        """Let the stream hold these jobs as they are here; each comes once. What was refused for now goes again."""
        done, left = Put(), documents
        for number in range(self.waits.tries + 1):
            time.sleep(self.waits.before(number))
            taken, left, last = self.patience.tries(partial(self._once, left))
            done += taken
            if not left:
                return done
            self._is_sure = self._is_new = False
        raise refused(self.name, last)

    def counts(self, pool: str, days: Sequence[date]) -> dict[date, int]:
        """How many jobs of that pool it holds for each of those days; a day without is left out."""
        self.patience.tries(self._find_all)
        found = self.patience.tries(partial(self._counts, pool, days))
        return {date.fromisoformat(each["key_as_string"]): each["doc_count"] for each in found}

    def drop(self, pool: str, day: date, strangers: Callable[[list[str]], list[str]], page: int = 1000) -> int:
        """Remove the jobs of that pool and day that `strangers` finds among their ids; returns how many there were."""
        dropped = 0
        after: str | None = None
        while hits := self.patience.tries(partial(self._of_day, pool, day, after, page)):
            after = hits[-1]["sort"][0]
            gone = set(strangers([hit["_id"] for hit in hits]))
            removals = [{"delete": _place(hit)} for hit in hits if hit["_id"] in gone]
            if removals:
                self.patience.tries(partial(self._bulk, removals))
                dropped += len(removals)
        return dropped

    def _once(self, documents: Sequence[JobDocument]) -> tuple[Put, list[JobDocument], dict[str, Any]]:
        """Write what is not there as it is here. Returns what was done, what was refused for now, and the last no."""
        if not self._is_sure:
            self._find_all()
        is_new, self._is_sure, self._is_new = self._is_new, False, False  # until the answer comes
        there = {} if is_new else self._there([each.id for each in documents])
        operations = [(each, _operation(each, there.get(each.id))) for each in documents if _differs(each, there)]
        done, left, last = Put(same=len(documents) - len(operations)), list[JobDocument](), dict[str, Any]()
        for document, answer in self._answers(operations):
            status = answer["status"]
            if status in (CONFLICT, *AGAIN):
                left.append(document)
                last = answer
            elif status >= 300:
                raise refused(self.name, answer)
            else:
                done += Put(new=1) if document.id not in there else Put(changed=1)
        self._is_sure, self._is_new = True, is_new
        return done, left, last

    def _answers(self, operations: Sequence[_Operation]) -> list[tuple[JobDocument, dict[str, Any]]]:
        if not operations:
            return []
        lines = [line for document, operation in operations for line in (operation, document.body)]
        answers = self._bulk(lines)
        return [
            (document, next(iter(answer.values()))) for (document, _), answer in zip(operations, answers, strict=True)
        ]

    def _bulk(self, lines: Sequence[Any]) -> list[dict[str, Any]]:
        # the client itself must not send it again: what it did then has to be looked up first
        once = self.client.options(max_retries=0, retry_on_status=())
        items: list[dict[str, Any]] = once.bulk(index=self.name, operations=lines)["items"]
        return items

    def _there(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Where each of those ids is, if it is. One that two writers wrote round a rollover is made one again."""
        try:
            hits = self._search(
                query={"ids": {"values": list(ids)}},
                size=2 * len(ids),
                docvalue_fields=[_DIGEST],
                seq_no_primary_term=True,
            )
        except NotFoundError:  # the stream is not made yet
            return {}
        there = {hit["_id"]: hit for hit in hits}
        if len(there) < len(hits):
            self._bulk([{"delete": _place(hit)} for hit in hits if hit is not there[hit["_id"]]])
        return there

    def _find_all(self) -> None:
        """Let all be found that was written, whatever index it is in. Raises if a shard does not answer."""
        try:
            answer = self.client.indices.refresh(index=self.name)
        except NotFoundError:  # its first job makes it
            return
        if failed := answer["_shards"]["failed"]:
            raise elasticsearch.ConnectionError(f"{failed} shards of {self.name} do not answer")

    def _counts(self, pool: str, days: Sequence[date]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.search(
            index=self.name,
            size=0,
            query=_of(pool, days),
            aggs={"day": {"terms": {"field": "ledger.day", "size": len(days)}}},
            allow_partial_search_results=False,
        )["aggregations"]["day"]["buckets"]
        return found

    def _of_day(self, pool: str, day: date, after: str | None, page: int) -> list[dict[str, Any]]:
        return self._search(
            query=_of(pool, [day]),
            sort=[{_DIGEST: "asc"}],
            search_after=None if after is None else [after],
            size=page,
            seq_no_primary_term=True,
        )

    def _search(self, **asked: Any) -> list[dict[str, Any]]:
        """The hits in all its indices, without their bodies; raises rather than leave a shard out."""
        hits: list[dict[str, Any]] = self.client.search(
            index=self.name, source=False, allow_partial_search_results=False, track_total_hits=False, **asked
        )["hits"]["hits"]
        return hits

    def _exists(self) -> bool:
        found = self.client.indices.resolve_index(name=f"{self.name}*")
        if self.name in {each["name"] for kind in ("indices", "aliases") for each in found[kind]}:
            what = f"{self.name} is an index or an alias, no data stream"
            raise SourceError(what, "Rename it, or choose another elastic_prefix.")
        return self.name in {each["name"] for each in found["data_streams"]}

    def _identity(self) -> str | None:
        try:
            (found,) = self.client.indices.get_index_template(name=self.name)["index_templates"]
        except NotFoundError:
            return None
        identity: str | None = found["index_template"].get("_meta", {}).get("stream")
        return identity


def _differs(document: JobDocument, there: dict[str, dict[str, Any]]) -> bool:
    hit = there.get(document.id)
    return hit is None or hit.get("fields", {}).get(_DIGEST) != [document.digest]


def _operation(document: JobDocument, hit: dict[str, Any] | None) -> dict[str, Any]:
    if hit is None:
        return {"create": {"_id": document.id, "require_data_stream": True}}
    return {"index": _place(hit)}


def _place(hit: dict[str, Any]) -> dict[str, Any]:
    """Where a document is, as it was when it was found: who changed it since is not written over."""
    return {
        "_index": hit["_index"],
        "_id": hit["_id"],
        "if_seq_no": hit["_seq_no"],
        "if_primary_term": hit["_primary_term"],
    }


def _of(pool: str, days: Sequence[date]) -> dict[str, Any]:
    names = [day.isoformat() for day in days]
    return {"bool": {"filter": [{"term": {"ledger.pool": pool}}, {"terms": {"ledger.day": names}}]}}
