"""Execution points asked over the network: what their startds wrote of each activation.

Source: htcondor2.Startd.history. Cursor: the newest records that are known.
"""

from datetime import datetime

from collectors.sources.target import Polled, Poller, Target
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.source_settings import Source, StartdsSource


def targets(source: Source, settings: Settings) -> list[Target]:
    """One target for each startd. Raises SourceError."""
    from collectors.asking.daemons import STARTD, find

    assert isinstance(source, StartdsSource)
    found = find(STARTD, source.collector, source.startds, source.constraint)
    return [
        Target(f"{source.name}: startd history of {daemon.name}", source, "startd", daemon.name, daemon.location)
        for daemon in found
    ]


def poll(target: Target, lake: Lake, settings: Settings, now: datetime) -> Polled:
    """Read what is new of one startd. Raises SourceError and LakeError."""
    from collectors.asking.history import History
    from collectors.asking.poll import HistoryPoll, Question

    source = target.source
    assert isinstance(source, StartdsSource)
    history = History("startd", f"startd {target.daemon}: history", target.location or "")
    question = Question(target.name, target.daemon or "", None, source.pool, at_ce=False, page=source.page)
    return HistoryPoll(question, history, lake, settings, now).go()


POLLER = Poller("startds", targets, poll)
