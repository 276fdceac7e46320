"""Gauges of what is collected: when each source was last polled well, from what the collectors wrote in the lake.

Those in trouble come first, and at most MOST have a line of their own; all are counted by state.
"""

from collections.abc import Sequence
from typing import get_args

from dashboard.metrics.gauges import Family, Gauges
from pipeline.status.sources import SourceStatus, Word

MOST = 500
STATES: tuple[Word, ...] = get_args(Word)
_LABELS = ("source", "pool", "stream")
FAMILIES: tuple[Family, ...] = (
    Family("sources", "Things that are polled, by state: ok, failing or overdue.", ("state",)),
    Family("source_up", f"1 if it was polled well, and in time; of at most {MOST}.", _LABELS, adds=False),
    Family(
        "source_last_success_timestamp_seconds",
        f"When it was last polled well; none if it never was; of at most {MOST}.",
        _LABELS,
        "seconds",
        adds=False,
    ),
)


def put_sources(gauges: Gauges, found: Sequence[SourceStatus]) -> None:
    """Note each source, those in trouble first, as `source_states` has them."""
    for state in STATES:
        gauges.put("sources", sum(one.state == state for one in found), state)
    for one in found[:MOST]:
        labels = (one.name, one.pool, one.stream)
        gauges.put("source_up", one.state == "ok", *labels)
        gauges.put("source_last_success_timestamp_seconds", one.ok_utc, *labels)
