"""What a pool's collector daemon knows at one moment: slots, schedds, submitters, negotiators and their accounts.

Source: htcondor2.Collector.query. No cursor: each poll adds what it saw; equal ads are one row.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collectors.classads.text import Record
from collectors.intake import StreamIntake, StreamKind
from collectors.registry import file_form
from collectors.sources.target import Polled, Poller, Target
from pipeline.lake import Lake
from pipeline.schema import ACCOUNTING_AD, NEGOTIATOR_AD, SCHEDD_AD, SLOT_AD, SUBMITTER_AD, Table
from pipeline.schema.pool_ads import (
    ACCOUNTING_TYPE,
    AD_TYPE,
    NEGOTIATOR_TYPE,
    SCHEDD_TYPE,
    SLOT_TYPE,
    SUBMITTER_TYPE,
)
from pipeline.settings import Settings
from pipeline.source_settings import PoolSource, Source

LABEL = "pool ads, asked"
QUERIES: tuple[tuple[str, Table], ...] = (
    (SLOT_TYPE, SLOT_AD),
    (SCHEDD_TYPE, SCHEDD_AD),
    (SUBMITTER_TYPE, SUBMITTER_AD),
    (NEGOTIATOR_TYPE, NEGOTIATOR_AD),
    (ACCOUNTING_TYPE, ACCOUNTING_AD),
)


def targets(source: Source, settings: Settings) -> list[Target]:
    """The pool is one target."""
    return [Target(source.name, source, "pool")]


def poll(target: Target, lake: Lake, settings: Settings, now: datetime) -> Polled:
    """Take in what the collector daemon knows now. Raises SourceError and LakeError."""
    from collectors.asking.intake import open_intake

    source = target.source
    assert isinstance(source, PoolSource)
    intake = open_intake(lake, settings, now, source.pool)
    name = f"pool ads of {source.collector or 'the configured collector'} in {source.pool or settings.pool}"
    known = intake.marks.get(name)
    number = 1 if known is None else known.consumed + 1
    kind = StreamKind(LABEL, "long", file_form("long").parse, append_only=False)
    stream = StreamIntake(intake, kind, name, name, number - 1, number, frozenset)
    for content in _ads(source.collector):
        stream.take(Record(0, len(content), content))
        if intake.batch.is_full:
            stream.close(number, "")
            intake.flush()
            number += 1
    if stream.reading.ads:
        stream.close(number, "")
    intake.flush()
    return Polled(intake.report)


def _ads(host: str | None) -> Iterator[bytes]:
    """Every ad of the kinds that are kept, in long form."""
    import htcondor2

    from collectors.asking.ad_text import long_form
    from collectors.asking.daemons import collector_of
    from collectors.asking.failures import asked

    collector = collector_of(host)
    for kind, table in QUERIES:
        names = sorted({AD_TYPE, *(name for column in table.from_ads for name in column.attributes)})
        found: list[Any]
        with asked(f"collector {host or htcondor2.param.get('COLLECTOR_HOST', '')}"):
            found = list(collector.query(htcondor2.AdType.Any, f'{AD_TYPE} == "{kind}"', names))
        while found:
            yield long_form(found.pop())


POLLER = Poller("pool", targets, poll)
