"""What every finding is made with: the attempts, what was asked, whose they are, and the time zone of its words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.triage import sentences
from pipeline.triage.counted import Counted
from pipeline.triage.finding import Asked
from pipeline.triage.hours import Hour, hours
from pipeline.triage.places import Cause, Place
from pipeline.triage.since import since
from pipeline.triage.window import Con, rows


@dataclass(frozen=True)
class Scene:
    """A connection with the tables of `window`, and what was counted of them.

    projects: those that the viewer may see, None for all.
    """

    con: Con
    counted: Counted
    asked: Asked
    projects: tuple[str, ...] | None
    zone: str
    _hours: dict[tuple[tuple[Place, ...], tuple[Place, ...]], tuple[Hour, ...]] = field(default_factory=dict)

    def since(self, cause: Cause | None, places: Sequence[Place], without: Sequence[Place] = ()) -> int | None:
        """When the rate changed there; None where it did not, or too little is known."""
        return since(self.con, self.asked, self.hours(places, without), cause, places, without)

    def hours(self, places: Sequence[Place], without: Sequence[Place] = ()) -> tuple[Hour, ...]:
        """Attempts there hour by hour; asked once."""
        key = (tuple(places), tuple(without))
        if key not in self._hours:
            self._hours[key] = hours(self.con, places, without)
        return self._hours[key]

    def since_text(self, utc_s: int | None) -> str:
        """“, since Tuesday 14:00 (17 November)”; nothing where that is not known."""
        return "" if utc_s is None else f", since {sentences.moment(utc_s, self.zone)}"

    def is_new(self, signature: str) -> bool:
        """Whether the pool never saw it before the window, of what the viewer may see."""
        return signature != "" and signature in self.new_signatures

    @cached_property
    def new_signatures(self) -> frozenset[str]:
        """Those of the window that were never seen before it; none where nothing is known of the time before."""
        if not rows(self.con, "SELECT 1 FROM tried_hour WHERE NOT is_now LIMIT 1"):
            return frozenset()
        now = [row[0] for row in rows(self.con, "SELECT DISTINCT signature FROM failed_now WHERE signature <> ''")]
        first = _first_seen(self.con, self.asked, now, self.projects)
        return frozenset(signature for signature, utc_s in first.items() if utc_s >= self.asked.from_utc)


def _first_seen(con: Con, asked: Asked, signatures: list[str], projects: Sequence[str] | None) -> dict[str, int]:
    """When each signature was first seen in the pool, of what the viewer may see; Unix seconds."""
    only = "" if projects is None else "AND list_contains(?, coalesce(project, 'unmapped'))"
    sql = f"""
        SELECT signature, min(ended_utc)
        FROM failure
        WHERE signature IN (SELECT unnest(?::VARCHAR[])) AND pool = ? AND venue = 'pool' {only}
        GROUP BY signature
    """
    found = rows(con, sql, [signatures, asked.pool, *([] if projects is None else [list(projects)])])
    return dict(found)
