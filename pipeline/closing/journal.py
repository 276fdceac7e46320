"""Every act on closed months, in an append-only file of JSON lines that tells whether it was changed or cut.

Each line names the hash of the line before; a second file, replaced after each line, names the number of lines and
the hash of the last. Killed between the two, the second is one line behind; killed within a line, the torn line is
dropped by the next act. Anything else is a change by somebody else, and said so.
"""

import json
import os
import pwd
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.closing.durable import put, sync_folder
from pipeline.errors import LakeError
from pipeline.lake_errors import lake_errors

NOTHING_BEFORE = sha256(b"").hexdigest()
_HINT = "Put journal.jsonl and journal.head back from a backup; the closed months themselves are not touched by this."


class Act(BaseModel):
    """One line: who did what, when and why, and with which result."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    act: str
    month: str
    version: int
    utc: str
    by: str
    reason: str
    manifest_sha256: str
    totals_sha256: str
    before: str

    def line(self) -> bytes:
        """Its bytes in the journal."""
        return self.model_dump_json().encode() + b"\n"


@dataclass(frozen=True)
class Journal:
    """The file and the one that guards its end."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "journal.jsonl"

    @property
    def head(self) -> Path:
        return self.folder / "journal.head"

    def acts(self) -> list[Act]:
        """All acts, the oldest first. Raises LakeError if a line was changed, added, dropped or cut."""
        lines = self._lines()
        before = NOTHING_BEFORE
        found = []
        for number, line in enumerate(lines, start=1):
            act = self._parsed(line, number)
            if act.before != before:
                raise self._changed(f"line {number} does not follow from the line before it")
            found.append(act)
            before = sha256(line).hexdigest()
        self._compare_with_head(lines)
        return found

    def last_hash(self) -> str:
        """The hash that the next line has to name."""
        lines = self._lines()
        return sha256(lines[-1]).hexdigest() if lines else NOTHING_BEFORE

    def settle(self) -> None:
        """Note the last line as the end, if a writer was killed before it did. The caller holds the lock."""
        self.acts()
        lines = self._lines()
        if lines and self._head_is_behind(lines):
            self._guard(lines)

    def append(self, act: Act) -> None:
        """Add a line, on the disk when this returns. The caller holds the lock; raises LakeError."""
        self.acts()
        with lake_errors(f"{self.path} cannot be written"):
            lines = self._lines()
            with self.path.open("ab") as file:
                file.truncate(sum(map(len, lines)))
                file.write(act.line())
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self.folder)
        self._guard([*lines, act.line()])

    def _guard(self, lines: list[bytes]) -> None:
        with lake_errors(f"{self.head} cannot be written"):
            put(self.head, json.dumps({"lines": len(lines), "sha256": sha256(lines[-1]).hexdigest()}).encode() + b"\n")

    def _lines(self) -> list[bytes]:
        """Whole lines; what a killed writer left of one is not there."""
        with lake_errors(f"{self.path} cannot be read"):
            content = self.path.read_bytes() if self.path.exists() else b""
        return [line for line in content.splitlines(keepends=True) if line.endswith(b"\n")]

    def _compare_with_head(self, lines: list[bytes]) -> None:
        with lake_errors(f"{self.head} cannot be read"):
            said = self.head.read_bytes() if self.head.exists() else None
        if said is None:
            if len(lines) > 1:
                raise self._changed(f"{self.head.name} is lost")
            return
        known, last = self._head_of(said)
        if known > len(lines):
            raise self._changed(f"{known - len(lines)} of {known} lines were cut off")
        if len(lines) - known > 1 or (known and sha256(lines[known - 1]).hexdigest() != last):
            raise self._changed(f"it does not end as {self.head.name} says")

    def _head_is_behind(self, lines: list[bytes]) -> bool:
        with lake_errors(f"{self.head} cannot be read"):
            return not self.head.exists() or self._head_of(self.head.read_bytes())[0] < len(lines)

    def _head_of(self, said: bytes) -> tuple[int, str]:
        try:
            head: dict[str, Any] = json.loads(said)
            return int(head["lines"]), str(head["sha256"])
        except (ValueError, KeyError, TypeError) as error:
            raise self._changed(f"{self.head.name} cannot be read") from error

    def _parsed(self, line: bytes, number: int) -> Act:
        try:
            return Act.model_validate_json(line)
        except ValidationError as error:
            raise self._changed(f"line {number} is no act") from error

    def _changed(self, how: str) -> LakeError:
        return LakeError(f"the journal {self.path} was changed by somebody: {how}", _HINT)


def who() -> str:
    """The account that acts, as the operating system knows it: not what the environment says."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"
