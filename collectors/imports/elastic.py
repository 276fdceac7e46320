"""Indices of GRACC, raw or summary, in Elasticsearch -> rows in the lake, each document once, from where each shard was
left. A document that was changed is read again, and is a newer version; one that was deleted is not noticed.
"""

import json
from dataclasses import replace
from datetime import datetime

from elasticsearch import Elasticsearch

from collectors.bounds import Limits
from collectors.classads.text import Record
from collectors.elastic.documents import Document, documents
from collectors.elastic.shards import Shard, shards
from collectors.imports import formats
from collectors.imports.importing import Asked
from collectors.imports.taking import FileTaking, Taking
from collectors.imports.usage import Importer
from collectors.kept import Found
from collectors.report import Report
from collectors.streams import read_marks
from pipeline.elastic.connection import Patience
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.settings import Settings

LABEL = "usage records, Elasticsearch"
FORM = "gracc"


def import_index(
    client: Elasticsearch,
    pattern: str,
    lake: Lake,
    settings: Settings,
    now: datetime,
    asked: Asked,
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> Report:
    """Import what is new in the indices that the pattern names. Raises SourceError, LakeError, the client's errors.

    What was committed before an error stays, and the next import goes on after it.
    """
    taking = Taking(lake, archives=settings.archive == "all")
    limits = Limits(int(now.timestamp()), settings.largest_slot_cpus)
    whose = " ".join(part for part in asked.owner if part)
    streams = {f"{LABEL} {shard.name} in {whose}": shard for shard in shards(client, pattern)}
    marks = read_marks(lake, set(streams))
    for name, shard in streams.items():
        known = marks.get(name)
        start = 0 if known is None else known.consumed
        if _is_new(shard, start, taking.report):
            importer = Importer(asked.pool, name, limits.now_utc, pilots=asked.pilots)
            found = Found(name, f"{shard.index}/{shard.number}", LABEL, FORM, asked.pilots, limits.now_utc)
            into = FileTaking(taking, found, asked.pool, shard.settled)
            for document in documents(client, shard, start, patience=patience):
                _take(document, importer, limits, into)
            into.close(shard.settled)
            taking.flush()
    return taking.report


def _is_new(shard: Shard, start: int, report: Report) -> bool:
    """Whether anything came since; SourceError if it went."""
    tally = report.of(LABEL)
    tally.files += 1
    if start > shard.settled:
        what = f"{shard.index} was read up to change {start:,} and has {shard.settled:,} now: it lost some"
        raise SourceError(what, "Was a node lost? Put its documents into an index of another name and import that.")
    tally.unchanged += start == shard.settled
    return start < shard.settled


def _take(document: Document, importer: Importer, limits: Limits, into: FileTaking) -> None:
    """A version of a document is told apart by its number: it can say again what an older one said."""
    number = document.number
    content = json.dumps(document.body, separators=(",", ":")).encode()
    which = replace(importer, version=f"{importer.source} {number}")
    outcome = formats.outcome(formats.named(FORM), content, which, limits, number)
    into.take(Record(number, number + 1, content), outcome)
