"""Documents to an index by bulk: those that the server could not take for the moment, and only those, go again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from elasticsearch import Elasticsearch, helpers

from pipeline.elastic.connection import AGAIN
from pipeline.elastic.rollup import Document
from pipeline.errors import SourceError
from pipeline.terminal import visible

DOCUMENTS, BYTES = 1000, 8 << 20
"""Of one request, at most."""


@dataclass(frozen=True)
class Waits:
    """How often refused documents go again, and the first and longest wait before that, in seconds."""

    tries: int = 8
    first_s: float = 0.5
    longest_s: float = 30.0

    def before(self, number: int) -> float:
        """Seconds to wait before a try; the first has the number 0 and does not wait."""
        return min(self.first_s * 2 ** (number - 1), self.longest_s) if number else 0.0


def send(client: Elasticsearch, index: str, documents: Iterable[Document], waits: Waits | None = None) -> int:
    """Put each document into the index, over what has its id; returns how many there were.

    Raises SourceError with the first document that the index will not have, and the client's errors.
    """
    waits = waits or Waits()
    answers = helpers.streaming_bulk(
        client,
        ({"_op_type": "index", "_index": index, "_id": each.id, "_source": each.body} for each in documents),
        chunk_size=DOCUMENTS,
        max_chunk_bytes=BYTES,
        max_retries=waits.tries,
        initial_backoff=waits.first_s,
        max_backoff=waits.longest_s,
        retry_on_status=AGAIN,
        raise_on_error=False,
    )
    sent = 0
    for taken, answer in answers:
        if not taken:
            raise refused(index, answer["index"])
        sent += 1
    return sent


def refused(index: str, item: Mapping[str, object]) -> SourceError:
    """The error for a document that is not taken; `item` is what bulk answered to it."""
    error = item.get("error")
    said = error.get("reason") if isinstance(error, dict) else error
    what = f"Elasticsearch would not take a document into {index}: {item.get('status')} {visible(str(said))[:300]}"
    return SourceError(what, "Readers still get what was there before. Mend the cause and run it again.")
