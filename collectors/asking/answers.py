"""One answer of a daemon on its way into the lake: its records become rows, and it is known what it proves."""

from collections import deque
from collections.abc import Iterable

from collectors.asking.mark import OVERLAP, Ground
from collectors.asking.records import Asked, Records
from collectors.asking.terms import Values
from collectors.asking.windows import Key
from collectors.classads.text import Record
from collectors.coverage import Span, Watched, state_span
from collectors.intake import Intake, StreamIntake

_LAST = 10
_MOST_HELD = 500
UNPLACED = "epoch record whose ad names no job or kind (only its file does)"


class Taking:
    """Takes records into one stream of an intake; `number` counts what was committed of it."""

    def __init__(self, intake: Intake, stream: StreamIntake, number: int) -> None:
        self._intake, self._stream, self._number = intake, stream, number

    def take(self, asked: Asked) -> None:
        """Put what comes of it into the batch; commit a full one."""
        if asked.is_placed:
            self.take_record(asked.record)
        else:
            self._stream.reading.ads += 1
            self._stream.reading.skipped += 1
            self._intake.report.skip(UNPLACED)

    def take_record(self, record: Record) -> None:
        """The same of a record that nothing more is to be known of."""
        self._stream.take(record)
        if self._intake.batch.is_full:
            self.flush()

    def state(self, watched: Watched, span: Span) -> None:
        """Put a statement into the batch, to be committed after what was taken."""
        state_span(self._intake, watched, span)

    def flush(self) -> None:
        """Commit what was taken and what was stated."""
        if self._stream.reading.ads:
            self._number += 1
            self._stream.close(self._number, "")
        self._intake.flush()


class Answer:
    """The records of one answer, newest first: which they were."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.newest: list[Values] = []
        self._values: set[Values] = set()
        self._last: deque[int] = deque(maxlen=_LAST)

    def __len__(self) -> int:
        return len(self.keys)

    def joins(self, ground: Ground) -> bool:
        """Whether it reached what was known then. False where nothing was."""
        return ground.newest in self._values

    @property
    def oldest_utc(self) -> int | None:
        """When the last of it was written, or a little later.

        A job can be written long after its status changed: of the last ones the latest time is taken.
        """
        some = max(1, min(_LAST, len(self.keys) // 4))
        return max(list(self._last)[-some:], default=None)

    def saw(self, asked: Asked) -> None:
        """Remember a record."""
        self.keys.append(asked.key)
        self._values.add(asked.values)
        if asked.is_placed and len(self.newest) < OVERLAP:
            self.newest.append(asked.values)
        if asked.time_utc is not None:
            self._last.append(asked.time_utc)


def take_all(bodies: Iterable[bytes], records: Records, taking: Taking) -> Answer:
    """Take in every ad, in long form and newest first."""
    answer = Answer()
    for body in bodies:
        asked = records.made(body)
        answer.saw(asked)
        taking.take(asked)
    return answer


def take_new(bodies: Iterable[bytes], records: Records, taking: Taking, ground: Ground) -> Answer:
    """The same of an answer that may end in what is known: where it holds nothing else, nothing is taken in."""
    answer, held = Answer(), Held(ground)
    for body in bodies:
        asked = records.made(body)
        answer.saw(asked)
        for one in held.pass_on(asked):
            taking.take(one)
    return answer


class Held:
    """Holds records back as long as they are those that are known, one after the other."""

    def __init__(self, ground: Ground) -> None:
        self._expected = deque(ground.known)
        self._held: list[Asked] = []
        self._is_known = bool(ground.known)

    def pass_on(self, asked: Asked) -> list[Asked]:
        """The records that are to be taken in now that this one has come."""
        if not self._is_known:
            return [asked]
        self._held.append(asked)
        if asked.is_placed:
            self._is_known = bool(self._expected) and self._expected.popleft() == asked.values
        if self._is_known and len(self._held) < _MOST_HELD:
            return []
        self._is_known = False
        passed, self._held = self._held, []
        return passed
