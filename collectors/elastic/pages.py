"""Job ads of an index, as records for the intake: of condor_adstash, of CMS' spider, or of this program itself.

Records of single runs are left out: condor_adstash drops the number that tells a job's runs apart. So are jobs that
were still in the queue: the spider tells of these, too, and of each again when it has ended.
"""

import json
from collections.abc import Iterator
from typing import Any

from elasticsearch import Elasticsearch

from collectors.classads.text import Record
from collectors.elastic.documents import Document, Query, count, documents
from collectors.elastic.shards import Shard
from collectors.elastic.spider import WRAPPED, as_ad
from pipeline.elastic.connection import Patience
from pipeline.schema import JOB
from pipeline.schema.attempt_record import EPOCH_TYPE

_STATUS = JOB.column("status").attributes[0]
_IN_QUEUE = (0, 1, 2, 5, 6, 7)
_IN_QUEUE_SAID = ("Unexpanded", "Idle", "Running", "Held")
"""How the spider calls these; where it is to spare room, it writes nothing else of the status."""
_PLACES = ("", WRAPPED)


def _any(queries: list[Query]) -> Query:
    return {"bool": {"should": queries, "minimum_should_match": 1}}


def _is_in_queue(place: str) -> Query:
    words = _any([{"match": {f"{place}Status": word}} for word in _IN_QUEUE_SAID])
    number = f"{place}{_STATUS}"
    said = {"bool": {"filter": [words], "must_not": [{"exists": {"field": number}}]}}
    return _any([{"terms": {number: list(_IN_QUEUE)}}, said])


OF_A_RUN = _any([{"exists": {"field": f"{at}{name}"}} for name in (EPOCH_TYPE, EPOCH_TYPE.lower()) for at in _PLACES])
"""A name that condor_adstash did not know when it wrote the document is in lower case."""
IN_QUEUE = _any([_is_in_queue(place) for place in _PLACES])


def records(
    client: Elasticsearch,
    shard: Shard,
    start: int,
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> Iterator[Record]:
    """Each job from sequence number `start` up to the settled ones, as JSON; its number is the record's `start`.

    Raises the client's errors.
    """
    for document in documents(client, shard, start, (OF_A_RUN, IN_QUEUE), patience):
        yield _record(document)


def left_out(client: Elasticsearch, shard: Shard, start: int) -> dict[str, int]:
    """How many of those documents `records` does not give, and what they are of."""
    both = {"bool": {"filter": [IN_QUEUE], "must_not": [OF_A_RUN]}}
    return {
        "of single runs": count(client, shard, start, OF_A_RUN),
        "of jobs in the queue": count(client, shard, start, both),
    }


def _record(document: Document) -> Record:
    ad: dict[str, Any] = as_ad(document.body)
    body = json.dumps(ad, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return Record(document.number, document.number + len(body), body)
