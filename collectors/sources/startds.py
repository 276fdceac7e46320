"""Execution points asked over the network: what their startds wrote of each activation.

Source: htcondor2.Startd.history. Cursor: the newest records that are known.
"""

from datetime import datetime

from collectors.asking.configured import need_configuration
from collectors.sources.target import Polled, Poller, Target
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.source_settings import Source, StartdsSource

STREAM = "startd"


def targets(source: Source, settings: Settings) -> list[Target]:
    """One target for each startd, also for one that is named and not found. Raises SourceError."""
    need_configuration()
    from collectors.asking.daemons import STARTD, CollectorDaemon, find, silence_s

    assert isinstance(source, StartdsSource)
    collector = CollectorDaemon(source.collector, silence_s(source.timeout_s))
    return [
        Target(f"{source.name}: startd history of {daemon.name}", source, STREAM, daemon.name, daemon.location)
        for daemon in find(STARTD, collector, source.startds, source.constraint)
    ]


def poll(target: Target, lake: Lake, settings: Settings, now: datetime) -> Polled:
    """Read what is new of one startd. Raises SourceError and LakeError."""
    need_configuration()
    from collectors.asking.asker import Asker
    from collectors.asking.daemons import STARTD, Daemon, knock, locate, silence_s
    from collectors.asking.histories import HISTORIES
    from collectors.asking.poll import HistoryPoll, Question

    source, name = target.source, target.daemon
    assert isinstance(source, StartdsSource)
    assert name is not None
    whose = f"startd history of {name}"
    location = locate(STARTD, source.collector, silence_s(source.timeout_s), Daemon(name, target.location))
    knock(STARTD, whose, location)
    question = Question(target.name, None, source.pool, source.page, source.timeout_s)
    return HistoryPoll(question, Asker(whose, HISTORIES["startd"], location), lake, settings, now).go()


POLLER = Poller("startds", targets, poll)
