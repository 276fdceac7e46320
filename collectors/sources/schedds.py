"""Access points asked over the network: their history, their epoch records, and their queue, each a target of its own.

Source: htcondor2.Schedd.history, jobEpochHistory and query. Cursor: the newest records that are known.
"""

from datetime import datetime

from collectors.asking.configured import need_configuration
from collectors.sources import queue
from collectors.sources.target import Polled, Poller, Target
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.source_settings import ScheddsSource, Source


def targets(source: Source, settings: Settings) -> list[Target]:
    """One target for each access point and stream, also for one that is named and not found. Raises SourceError."""
    need_configuration()
    from collectors.asking.daemons import SCHEDD, CollectorDaemon, find, silence_s

    assert isinstance(source, ScheddsSource)
    collector = CollectorDaemon(source.collector, silence_s(source.timeout_s))
    return [
        Target(f"{source.name}: {stream} of {daemon.name}", source, stream, daemon.name, daemon.location)
        for daemon in find(SCHEDD, collector, source.schedds, source.constraint)
        for stream in source.streams
    ]


def poll(target: Target, lake: Lake, settings: Settings, now: datetime) -> Polled:
    """Read what is new of one access point. Raises SourceError and LakeError."""
    need_configuration()
    from collectors.asking.asker import Asker
    from collectors.asking.daemons import SCHEDD, Daemon, knock, locate, silence_s
    from collectors.asking.histories import HISTORIES
    from collectors.asking.poll import HistoryPoll, Question
    from collectors.asking.tool import Tool, is_installed

    source, name = target.source, target.daemon
    assert isinstance(source, ScheddsSource)
    assert name is not None
    whose = f"{target.stream} of {name}"
    daemon = Daemon(name, target.location)
    location = locate(SCHEDD, source.collector, silence_s(source.timeout_s), daemon)
    if target.stream == "queue":
        return queue.poll(target, location, lake, settings, now)
    knock(SCHEDD, whose, location)
    history = HISTORIES["epochs" if target.stream == "epochs" else "history"]
    if history.kind == "history" and source.whole_ads:
        history = history.whole()
    tool = (
        Tool(source.history_tool, name, source.collector, history.tool) if is_installed(source.history_tool) else None
    )
    question = Question(target.name, name, source.pool, source.page, source.timeout_s, source.ce)
    return HistoryPoll(question, Asker(whose, history, location, tool), lake, settings, now).go()


POLLER = Poller("schedds", targets, poll)
