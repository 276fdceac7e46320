"""What can be done with a finding, as a record: who, what, on which finding, until when. Pure; rows in and out."""

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any, Literal, Self

from pipeline.errors import UsageError
from pipeline.triage.finding import Finding

Done = Literal["ack", "mute", "note", "undo"]
HELD_FOR: dict[Done, timedelta | None] = {"ack": timedelta(days=7), "mute": timedelta(days=1), "note": None}
"""How long an act holds where nobody says it; None: for good."""
LONGEST_MUTE = timedelta(days=92)
LONGEST_NOTE = 500
LONGEST_NAME = 80


@dataclass(frozen=True)
class About:
    """A finding as acts know it again: what fails how, and at which places; `places` are sorted."""

    pool: str
    kind: str
    failure: str
    signature: str
    dimension: str
    places: tuple[str, ...]

    @classmethod
    def of(cls, pool: str, found: Finding) -> Self:
        """What that finding of that pool is about."""
        return cls(pool, found.kind, found.failure, found.signature, found.dimension, tuple(sorted(found.values)))

    def covers(self, other: "About") -> bool:
        """Whether what was said of this one holds for the other: the same, at these places or at some of them.

        One place more was not looked at by whoever said it.
        """
        return self._cause == other._cause and set(other.places) <= set(self.places)

    @property
    def _cause(self) -> tuple[str, ...]:
        return self.pool, self.kind, self.failure, self.signature, self.dimension


@dataclass(frozen=True)
class Act:
    """One line of the journal. Unix seconds; `until_utc` None: for good. `undoes`: id of the act that it takes back."""

    done: str
    about: About
    sentence: str
    note: str
    by: str
    source: str
    at_utc: int
    until_utc: int | None = None
    undoes: int | None = None

    @property
    def number(self) -> int:
        """Its id in the lake."""
        content = json.dumps(self._content(), sort_keys=True)
        return int.from_bytes(blake2b(content.encode(), digest_size=8).digest(), signed=True)

    @property
    def id(self) -> str:
        """The same in 16 hexadecimal digits, for people."""
        return f"{self.number & (1 << 64) - 1:016x}"

    def row(self) -> dict[str, Any]:
        """Its row in the table `finding_act`."""
        return {**self._content(), "record_id": self.number}

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Self:
        """The act of a row."""
        about = About(
            row["pool"],
            row["kind"],
            row["failure"],
            row["signature"],
            row["dimension"],
            tuple(json.loads(row["places"])),
        )
        names = ("sentence", "note", "by", "source", "at_utc", "until_utc", "undoes")
        return cls(row["act"], about, *(row[name] for name in names))

    def _content(self) -> dict[str, Any]:
        about = self.about
        return {
            "pool": about.pool,
            "act": self.done,
            "kind": about.kind,
            "failure": about.failure,
            "signature": about.signature,
            "dimension": about.dimension,
            "places": json.dumps(about.places),
            "sentence": self.sentence,
            "note": self.note,
            "by": self.by,
            "source": self.source,
            "undoes": self.undoes,
            "at_utc": self.at_utc,
            "until_utc": self.until_utc,
        }


@dataclass(frozen=True)
class Wish:
    """What somebody wants to do, checked: raises UsageError for one that cannot be noted.

    until_utc   Unix seconds; None: as long as such an act holds if nobody says it
    """

    done: Done
    note: str
    by: str
    source: str
    until_utc: int | None = None

    def act(self, about: About, sentence: str, now_utc: int) -> Act:
        """The act on that finding, done now."""
        note, by = _line(self.note), _line(self.by)
        if self.done == "note" and not note:
            raise UsageError("a note without a word", "Write what others should know.")
        if not by:
            raise UsageError("nobody does it", "Say who you are: it stands beside what you do.")
        for said, what, longest in ((note, "note", LONGEST_NOTE), (by, "name", LONGEST_NAME)):
            if len(said) > longest:
                raise UsageError(f"the {what} has {len(said):,} characters", f"It can have {longest}.")
        return Act(self.done, about, sentence, note, by, self.source, now_utc, self._until(now_utc))

    def _until(self, now_utc: int) -> int | None:
        usual = HELD_FOR[self.done]
        until = self.until_utc if self.until_utc is not None or usual is None else now_utc + int(usual.total_seconds())
        if until is not None and until <= now_utc:
            raise UsageError("it would end before it begins", "Name a time to come: --for 3d.")
        if self.done == "mute" and until is not None and until > now_utc + LONGEST_MUTE.total_seconds():
            hint = "What is to be silent for longer is mute once more then, by somebody who has looked at it."
            raise UsageError(f"a finding can be muted for {LONGEST_MUTE.days} days", hint)
        return until


def undo(act: Act, by: str, source: str, now_utc: int) -> Act:
    """The act that takes another one back. Raises UsageError where nobody does it."""
    taken = Wish("note", "taken back", by, source).act(act.about, act.sentence, now_utc)
    return Act("undo", act.about, act.sentence, "", taken.by, source, now_utc, None, act.number)


def _line(text: str) -> str:
    """One line, without lone surrogates, which no file can hold."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
