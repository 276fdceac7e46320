"""What a pool's collector daemon knows at one moment: slots, schedds, submitters, negotiators and their accounts.

Source: htcondor2.Collector.query, slots in windows over their names. No cursor: each poll adds what it saw; equal ads
are one row. Slots with GPUs of several models are asked for whole: each device has an attribute of its own name.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from collectors.asking.configured import need_configuration
from collectors.classads.ad import WantedNames, parse_text
from collectors.classads.text import Record
from collectors.coverage import Span, Watched, last_span
from collectors.kinds import wanted_names
from collectors.sources.spoken_of import spoken_of
from collectors.sources.target import Polled, Poller, Target
from pipeline.lake import Lake
from pipeline.pools import pool_of
from pipeline.schema import ACCOUNTING_AD, NEGOTIATOR_AD, SCHEDD_AD, SLOT_AD, SUBMITTER_AD, Table
from pipeline.schema.pool_ads import AD_TYPE, DAEMON_NAME, MATCHED_ON
from pipeline.settings import Settings
from pipeline.source_settings import PoolSource, Source

if TYPE_CHECKING:
    from collectors.asking.daemons import CollectorDaemon

LABEL = "pool ads, asked"
STREAM = "pool"
PAGE = 5000
"""Slots that are asked for at once."""
WHOLE_PAGE = 500
_MISSED = 3
"""After so many intervals without a picture the time between is one of which nothing is known."""
_OTHERS: tuple[tuple[str, Table], ...] = (
    ("Schedd", SCHEDD_AD),
    ("Submitter", SUBMITTER_AD),
    ("Negotiator", NEGOTIATOR_AD),
    ("Accounting", ACCOUNTING_AD),
)
_GPUS, _MODEL = (SLOT_AD.column(name).attributes[0] for name in ("total_gpus", "gpu_model"))
_MIXED = f"({_GPUS} > 1 && {_MODEL} =?= undefined)"


def targets(source: Source, settings: Settings) -> list[Target]:
    """The pool is one target."""
    return [Target(source.name, source, STREAM)]


def poll(target: Target, lake: Lake, settings: Settings, now: datetime) -> Polled:
    """Take in what the collector daemon knows now. Raises SourceError and LakeError."""
    need_configuration()
    from collectors.asking.daemons import CollectorDaemon, silence_s
    from collectors.asking.intake import kind_of_stream, open_intake, open_stream

    source = target.source
    assert isinstance(source, PoolSource)
    collector = CollectorDaemon(source.collector, silence_s(source.timeout_s))
    intake = open_intake(lake, settings, now, source.pool)
    pool = pool_of("", source.pool, settings.pool)
    kind = kind_of_stream(LABEL, "long", partial(parse_text, names=WantedNames(wanted_names())))
    taking = open_stream(lake, intake, kind, collector.whom, f"pool ads of {collector.host} in {pool}")
    intake.maker.matched_on = (*MATCHED_ON, *spoken_of(lake, pool))
    for body in _ads(collector, intake.maker.matched_on):
        taking.take_record(Record(0, len(body), body))
    watched = Watched(pool, None, target.name, STREAM)
    taking.state(watched, _span(last_span(lake, watched), int(now.timestamp()), collector.whom, source.interval_s))
    intake.report.of(LABEL).files += 1
    taking.flush()
    return Polled(intake.report)


def _span(last: Span | None, now_utc: int, whom: str, interval_s: int) -> Span:
    """What the picture proves of the time since the last one."""
    if last is None:
        return Span("proven", now_utc, now_utc, f"{whom}: first picture of the pool", "")
    if now_utc - last.to_utc > _MISSED * interval_s:
        text = f"{whom}: no picture of the pool was taken; what it was like in between is not known"
        return Span("gap", last.to_utc, now_utc, text, "")
    return Span("proven", min(last.to_utc, now_utc), now_utc, f"{whom}: a picture every {interval_s:,} s", "")


def _ads(collector: "CollectorDaemon", matched_on: Sequence[str]) -> Iterator[bytes]:
    """Every ad of the kinds that are kept, in long form."""
    import htcondor2

    from collectors.asking.ad_text import long_form

    slots = partial(_slots, collector)
    yield from slots(f"{_MIXED} =!= true", (*_names(SLOT_AD), *matched_on), PAGE)
    yield from slots(_MIXED, (), WHOLE_PAGE)
    for kind, table in _OTHERS:
        found = collector.query(htcondor2.AdType[kind], "", _names(table))
        while found:
            yield long_form(found.pop())


def _slots(collector: "CollectorDaemon", constraint: str, names: Sequence[str], page: int) -> Iterator[bytes]:
    """Slots' ads, in windows over their names: first it is asked which there are."""
    import htcondor2

    from collectors.asking.ad_text import long_form
    from collectors.asking.terms import Term, within

    kind = htcondor2.AdType.Startd
    named = sorted(str(ad.get(DAEMON_NAME, "")).lower() for ad in collector.query(kind, constraint, [DAEMON_NAME]))
    bounds = [None, *((name,) for name in named[page::page]), None]
    for low, high in pairwise(bounds):
        window = within([Term(DAEMON_NAME, "")], low, high)
        found = collector.query(kind, f"({constraint}) && {window}" if window else constraint, names)
        while found:
            yield long_form(found.pop())


def _names(table: Table) -> tuple[str, ...]:
    return tuple(sorted({AD_TYPE, *(name for column in table.from_ads for name in column.attributes)}))


POLLER = Poller("pool", targets, poll)
