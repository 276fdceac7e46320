"""Ads of one answer on their way in: rows in the batch, and what the proof needs to know of them."""

from collections.abc import Iterable
from typing import Any

from collectors.asking.ad_text import long_form
from collectors.asking.history import History
from collectors.asking.mark import OVERLAP, Key, Mark
from collectors.classads.ad import Ad, UnreadableAd
from collectors.classads.text import Oversize, Record
from collectors.intake import Intake, StreamIntake
from collectors.registry import file_form


class Answer:
    """Takes ads in and remembers which they were; each piece of an answer is committed by itself."""

    def __init__(self, history: History, intake: Intake, stream: StreamIntake, number: int) -> None:
        self._history, self._intake, self._stream, self._number = history, intake, stream, number
        self._parse = file_form("long").parse
        self._keys: set[Key] = set()
        self.newest: list[Key] = []
        self.oldest_utc: int | None = None

    def __len__(self) -> int:
        """Distinct records."""
        return len(self._keys)

    def joins(self, mark: Mark) -> bool:
        """Whether it reached what was known."""
        return mark.is_reached_by(self._keys)

    def take(self, ads: Iterable[Any]) -> None:
        """Take in a piece, as htcondor2 gives it, and commit it."""
        for ad in ads:
            content = long_form(ad)
            self._saw(self._history.key(ad), ad.get(self._history.asked.time))
            self._stream.take(Record(0, len(content), content))
            self._flush_if(full=True)
        self._flush_if(full=False)

    def take_records(self, records: Iterable[Record | Oversize]) -> None:
        """Take in records in long form, newest first, as HTCondor's own tool writes them, and commit them."""
        self.newest.clear()
        for record in records:
            numbers = _Numbers(self._parsed(record))
            self._saw(self._history.key(numbers), numbers.get(self._history.asked.time))
            self._stream.take(record)
            self._flush_if(full=True)
        self._flush_if(full=False)

    def _parsed(self, record: Record | Oversize) -> Ad | None:
        try:
            return self._parse(record.body) if isinstance(record, Record) else None
        except UnreadableAd:
            return None  # it becomes a reject where it is taken in

    def _saw(self, key: Key, time_utc: object) -> None:
        self._keys.add(key)
        if len(self.newest) < OVERLAP:
            self.newest.append(key)
        if isinstance(time_utc, int) and time_utc > 0:
            self.oldest_utc = time_utc if self.oldest_utc is None else min(self.oldest_utc, time_utc)

    def _flush_if(self, *, full: bool) -> None:
        if self._stream.reading.ads and (not full or self._intake.batch.is_full):
            self._number += 1
            self._stream.close(self._number, "")
            self._intake.flush()


class _Numbers:
    """Whole numbers of an ad in long form, by attribute name."""

    def __init__(self, ad: Ad | None) -> None:
        self._ad = ad

    def get(self, name: str) -> int | None:
        raw = None if self._ad is None else self._ad.find(name.lower().encode())
        return int(raw) if raw is not None and raw.lstrip(b"-").isdigit() else None
