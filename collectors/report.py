"""What came of an ingest: counted by what the files were, and shown as a table or as JSON."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from collectors.batch import Reading

_OTHER_WORDS = 20
"""Record types that are listed by name; what strangers write could be endless."""


def storable(text: str) -> str:
    """A text that can be written anywhere: file names may hold bytes that are no text."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


@dataclass
class Tally:
    """Counts of one kind of file."""

    files: int = 0
    unchanged: int = 0
    ads: int = 0
    new: int = 0
    known: int = 0
    rejects: int = 0
    skipped: int = 0
    tails: int = 0
    chain_breaks: int = 0

    def add(self, reading: Reading) -> None:
        """Count a stretch that is in the lake now."""
        self.ads += reading.ads
        self.new += reading.new
        self.known += reading.rows - reading.new
        self.rejects += reading.rejects
        self.skipped += reading.skipped
        self.chain_breaks += reading.chain_breaks


@dataclass
class Report:
    """Counts by kind of file, rejects by rule with one reason each, skipped types, and what could not be read."""

    kinds: dict[str, Tally] = field(default_factory=dict)
    rejects: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)

    def of(self, label: str) -> Tally:
        """The tally of that kind of file."""
        return self.kinds.setdefault(label, Tally())

    def reject(self, rule: str, reason: str, place: str) -> None:
        self.rejects[rule] += 1
        self.reasons.setdefault(rule, storable(f"{reason} ({place})"))

    def note(self, text: str) -> None:
        """Something that people should know."""
        self.notes.append(storable(text))

    def not_read(self, what: str, hint: str) -> None:
        """A file that could not be read, and what to do."""
        self.unread.append((storable(what), storable(hint)))

    def skip(self, word: str) -> None:
        self.skipped[word if word in self.skipped or len(self.skipped) < _OTHER_WORDS else "other"] += 1

    def as_json(self) -> str:
        """All of it, for programs."""
        shown: dict[str, Any] = {
            "files": {label: vars(tally) for label, tally in self.kinds.items()},
            "rejects": [
                {"rule": rule, "records": times, "example": self.reasons[rule]}
                for rule, times in self.rejects.most_common()
            ],
            "skipped": dict(self.skipped.most_common()),
            "notes": self.notes,
            "unread": [{"what": what, "hint": hint} for what, hint in self.unread],
        }
        return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"
