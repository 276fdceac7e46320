"""The classes of failures and the rules that tell them, as they stand in `classes.toml`, `rules.toml` and `ends.toml`.

Out: `Taxonomy`, checked when it is read: every rule names a class, every pattern compiles.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

FOLDER = Path(__file__).parent
FILES = ("classes.toml", "rules.toml", "ends.toml")
UNKNOWN = "unknown"
Blame = Literal["user", "job", "site", "network", "service", ""]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FailureClass(_Written):
    """What a class means. blame: whose it usually is, "" where nobody can tell; action: what to do."""

    label: str
    blame: Blame
    doc: str
    action: str


class _Rule(_Written):
    failure: str = Field(alias="class")


class MessageRule(_Rule):
    """A pattern, found anywhere in a message whatever its letters' case, and a message that it is for."""

    pattern: str
    example: str
    source: str

    @cached_property
    def finds(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.IGNORECASE)


class CodeRule(_Rule):
    """Hold codes (below 1000) and vacate codes that mean a class; with that subcode only, where one is named."""

    codes: tuple[int, ...]
    subcode: int | None = None


class EndRule(_Rule):
    """How a run ended, with what exit code or signal, and the class that it means where nothing else tells."""

    outcome: str
    numbers: tuple[int, ...] | None = None
    source: str


class Taxonomy(_Written):
    """Classes by name, and rules in the order in which they are tried."""

    classes: Mapping[str, FailureClass]
    message: tuple[MessageRule, ...]
    code: tuple[CodeRule, ...]
    end: tuple[EndRule, ...]

    @model_validator(mode="after")
    def _rules_name_classes(self) -> "Taxonomy":
        strangers = {rule.failure for rule in (*self.message, *self.code, *self.end)} - self.classes.keys()
        if strangers or UNKNOWN not in self.classes:
            raise ValueError(f"rules for classes that are not there: {sorted(strangers | {UNKNOWN})}")
        for rule in self.message:
            if not rule.finds.search(rule.example):
                raise ValueError(f"the pattern {rule.pattern!r} does not find its own example")
        return self


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    """The taxonomy of this version."""
    classes, rules, ends = (tomllib.loads((FOLDER / name).read_text("utf-8")) for name in FILES)
    return Taxonomy.model_validate({"classes": classes, **rules, **ends})


def text() -> str:
    """The taxonomy as it is written, with its classifier: what a class in a cube was told by."""
    told_by = (*FILES, "classify.py", "shape.py", "signature.py")
    return "\0".join((FOLDER / name).read_text("utf-8") for name in told_by)
