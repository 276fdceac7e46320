"""What every finding is made with: the attempts, what was asked, whose they are, and the time zone of its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.triage import sentences
from pipeline.triage.amounts import first_seen
from pipeline.triage.finding import Asked
from pipeline.triage.looks import Cause, Place
from pipeline.triage.since import since
from pipeline.triage.window import Con, rows


@dataclass(frozen=True)
class Scene:
    """A connection with the table `ran`; projects: those that the viewer may see, None for all."""

    con: Con
    asked: Asked
    projects: tuple[str, ...] | None
    zone: str

    def since(self, cause: Cause | None, places: Sequence[Place], without: Sequence[Place] = ()) -> int | None:
        """When the rate changed there; None where it did not, or too little is known."""
        return since(self.con, self.asked, cause, places, without)

    def since_text(self, utc_s: int | None) -> str:
        """“, since Tuesday 14:00 (17 November)”; nothing where that is not known."""
        return "" if utc_s is None else f", since {sentences.moment(utc_s, self.zone)}"

    def is_new(self, signature: str) -> bool:
        """Whether the pool never saw it before the window, of what the viewer may see."""
        return signature != "" and signature in self.new_signatures

    @cached_property
    def new_signatures(self) -> frozenset[str]:
        """Those of the window that were never seen before it; none where nothing is known of the time before."""
        if not rows(self.con, "SELECT 1 FROM ran WHERE NOT is_now LIMIT 1"):
            return frozenset()
        now = [row[0] for row in rows(self.con, "SELECT DISTINCT signature FROM ran WHERE is_now AND signature <> ''")]
        first = first_seen(self.con, self.asked, now, self.projects)
        return frozenset(signature for signature, utc_s in first.items() if utc_s >= self.asked.from_utc)
