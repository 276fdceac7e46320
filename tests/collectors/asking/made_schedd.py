"""A schedd's history that answers as a real one does: newest first, down to the stop, and no further than its limit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from collectors.asking.evidence import Limit
from collectors.asking.histories import HISTORIES
from collectors.asking.mark import Ground
from collectors.asking.records import Records
from collectors.asking.windows import Window
from pipeline.errors import SourceError
from tests.collectors.records import START, job_ad


@dataclass
class MadeSchedd:
    """Stands where an `Asker` stands. `ads` is the file, oldest first.

    `tells`: it says what its limit is. `dies_after` so many questions it answers no more. `asked`: how many records
    each question wanted.
    """

    ads: list[bytes] = field(default_factory=list)
    most_looked_at: int = 0
    tells: bool = True
    tool: object | None = None
    dies_after: int | None = None
    asked: list[int] = field(default_factory=list)
    whose: str = "history of ap1.example.org"
    history = HISTORIES["history"]

    def ask(self, window: Window, ground: Ground, most: int, *, by_tool: bool) -> Iterator[bytes]:
        """As `Asker.ask`; the answer is found in what is there when it is asked."""
        self.asked.append(most)
        if self.dies_after is not None and len(self.asked) > self.dies_after:
            raise SourceError("it is gone")
        unlimited = by_tool and self.tool is not None
        return iter(self._found(window, ground, most, None if unlimited else self.most_looked_at or None))

    def limit(self) -> Limit:
        return Limit(told=self.tells, records=self.most_looked_at if self.tells else None)

    def _found(self, window: Window, ground: Ground, most: int, looked_at: int | None) -> Sequence[bytes]:
        records, found = Records(self.history), list[bytes]()
        for body in self.ads[::-1][:looked_at]:
            asked = records.made(body)
            if ground.stop is not None and asked.values == ground.stop:
                break
            if window.holds(asked.key) or asked.values == ground.newest:
                found.append(body)
            if most and len(found) == most:
                break
        return found


def final_ad(cluster: int, ended_s: int, proc: int = 0) -> bytes:
    """The final ad of a job that left the queue `ended_s` seconds after START + 200."""
    ended = START + 200 + ended_s
    lines = (f"EnteredCurrentStatus = {ended}", f"CompletionDate = {ended}")
    return job_ad(cluster, proc, "ap1.example.org", *lines).encode()
