"""Indices of job ads -> rows in the lake, each document once, from where each shard was left.

A shard is a stream; how far it was read is its highest sequence number, committed with its rows. A record that the
lake has from elsewhere, with the same values, is known again.
"""

from datetime import datetime
from functools import partial

from elasticsearch import Elasticsearch

from collectors.asking.intake import kind_of_stream, open_intake
from collectors.classads.json_ads import parse_json
from collectors.elastic.pages import left_out, records
from collectors.elastic.shards import Shard, shards
from collectors.intake import Intake, StreamIntake
from collectors.report import Report
from collectors.streams import read_marks
from pipeline.elastic.connection import Patience
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.pools import pool_of
from pipeline.settings import Settings

LABEL = "Elasticsearch"
WHY = {
    "of single runs": "condor_adstash leaves out which run of its job each is of",
    "of jobs in the queue": "they have not ended then",
}
"""Why documents are not read."""
KIND = kind_of_stream(LABEL, "json lines", parse_json)


def read(
    client: Elasticsearch,
    pattern: str,
    lake: Lake,
    settings: Settings,
    now: datetime,
    pool: str | None,
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> Report:
    """Read what is new in the indices that the pattern names. Raises SourceError, LakeError, the client's errors.

    A node that is lost on the way is waited for, as long as the patience says. What was committed before an error
    stays, and the next reading goes on after it.
    """
    intake = open_intake(lake, settings, now, pool)
    where = pool_of("", pool, settings.pool)
    streams = {f"{LABEL} {shard.name} in {where}": shard for shard in shards(client, pattern)}
    intake.marks.update(read_marks(lake, set(streams)))
    for name, shard in streams.items():
        _read_shard(client, intake, shard, name, patience)
    return intake.report


def _read_shard(client: Elasticsearch, intake: Intake, shard: Shard, name: str, patience: Patience) -> None:
    mark = intake.marks.get(name)
    start = 0 if mark is None else mark.consumed
    tally = intake.report.of(LABEL)
    tally.files += 1
    if start > shard.settled:
        what = f"{shard.index} was read up to change {start:,} and has {shard.settled:,} now: it lost some"
        raise SourceError(what, "Was a node lost? Put its documents into an index of another name and read that.")
    if start == shard.settled:
        tally.unchanged += 1
        return
    path = f"{shard.index}/{shard.number}"
    stream = StreamIntake(intake, KIND, path, name, start, shard.settled, frozenset)
    for record in records(client, shard, start, patience):
        stream.take(record)
        if intake.batch.is_full:
            stream.close(record.start + 1, "")
            intake.flush()
    stream.close(shard.settled, "")
    intake.flush()
    for what, number in patience.tries(partial(left_out, client, shard, start)).items():
        if number:
            intake.report.note(f"{path}: {number:,} records {what} were not read: {WHY[what]}")
