"""Access points asked over the network: their history, their epoch records, and their queue, each a target of its own.

Source: htcondor2.Schedd.history, jobEpochHistory and query. Cursor: the newest records that are known.
"""

from datetime import datetime

from collectors.sources import queue
from collectors.sources.target import Polled, Poller, Target
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.source_settings import ScheddsSource, Source


def targets(source: Source, settings: Settings) -> list[Target]:
    """One target for each access point and stream. Raises SourceError."""
    from collectors.asking.daemons import SCHEDD, find

    assert isinstance(source, ScheddsSource)
    found = find(SCHEDD, source.collector, source.schedds, source.constraint)
    return [
        Target(f"{source.name}: {stream} of {daemon.name}", source, stream, daemon.name, daemon.location)
        for daemon in found
        for stream in source.streams
    ]


def poll(target: Target, lake: Lake, settings: Settings, now: datetime) -> Polled:
    """Read what is new of one access point. Raises SourceError and LakeError."""
    from collectors.asking.history import History, Kind
    from collectors.asking.poll import HistoryPoll, Question

    source = target.source
    assert isinstance(source, ScheddsSource)
    assert target.daemon is not None
    assert target.location is not None
    if target.stream == "queue":
        return queue.poll(target, lake, settings, now)
    kind: Kind = "epochs" if target.stream == "epochs" else "history"
    history = History(kind, f"schedd {target.daemon}: {kind}", target.location)
    question = Question(
        target.name, target.daemon, target.daemon, source.pool, source.ce, source.page, source.collector,
        source.history_tool,
    )  # fmt: skip
    return HistoryPoll(question, history, lake, settings, now).go()


POLLER = Poller("schedds", targets, poll)
