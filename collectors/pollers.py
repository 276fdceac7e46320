"""The kinds of sources that are polled, as a list that one can read.

To add a kind: its settings in `pipeline/source_settings.py`, one file in `collectors/sources/`, one line here.
"""

from collectors.sources import files, pool, schedds, startds
from collectors.sources.target import Poller
from pipeline.source_settings import Source

COLLECTORS: tuple[Poller, ...] = (
    Poller("files", files.targets, files.poll),
    schedds.POLLER,
    startds.POLLER,
    pool.POLLER,
)


def poller_of(source: Source) -> Poller:
    """How sources of that kind are polled."""
    return next(poller for poller in COLLECTORS if poller.kind == source.kind)
