"""What is polled by itself, in a process of its own: a source's files, or one stream of one daemon."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from collectors.report import Report
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.source_settings import Source


@dataclass(frozen=True)
class Target:
    """`name` is for people and the same at every poll: the source's, and the stream and daemon where it has several.

    `location` is the daemon's ad as the collector daemon gave it, in long form; None for files and where the daemon
    is found at each poll.
    """

    name: str
    source: Source
    stream: str
    daemon: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class Polled:
    """What came of a poll; `more` where it stopped in the middle of a backlog: poll again at once."""

    report: Report
    more: bool = False


@dataclass(frozen=True)
class Poller:
    """A kind of source. Both functions run in a process that can be killed at any time.

    `targets` finds what there is to poll now; `poll` reads one of them into the lake. Both raise SourceError (what is
    wrong with the source, and what to do) and `poll` LakeError.
    """

    kind: str
    targets: Callable[[Source, Settings], list[Target]]
    poll: Callable[[Target, Lake, Settings, datetime], Polled]
