"""Tokens with which programs ask: made, told apart, taken back. Pure; rows in and out.

A token is 256 random bits, so one round of SHA-256 is as good as a slow hash: there is nothing to guess from it. Only
that digest is kept. Its first part is a short name, by which people speak of it and by which it is found.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Self

from pipeline.errors import UsageError
from pipeline.rights.grant import NO_PROJECT, line
from pipeline.viewer import Viewer

READ = "read"
LONGEST_DAYS = 366
USUAL_DAYS = 90
_DAY_S = 86_400
_WRITTEN = re.compile(r"htcl_([0-9a-f]{12})_[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True)
class Token:
    """One line of the journal. Unix seconds; `projects` None: all. `undoes`: record id of the token taken back."""

    token: str
    name: str
    digest: str
    projects: tuple[str, ...] | None
    by: str
    source: str
    at_utc: int
    until_utc: int
    undoes: int | None = None

    @property
    def number(self) -> int:
        """Its id in the lake."""
        content = json.dumps(self._content(), sort_keys=True)
        return int.from_bytes(blake2b(content.encode(), digest_size=8).digest(), signed=True)

    @property
    def viewer(self) -> Viewer:
        """What the program that holds it may see."""
        projects = None if self.projects is None else frozenset(self.projects)
        return Viewer(f"token {self.token} ({self.name})", projects)

    def row(self) -> dict[str, Any]:
        """Its row in the table `api_token`."""
        return {**self._content(), "record_id": self.number}

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Self:
        """The token of a row."""
        projects = None if row["projects"] is None else tuple(json.loads(row["projects"]))
        names = ("by", "source", "at_utc", "until_utc", "undoes")
        return cls(row["token"], row["name"], row["digest"], projects, *(row[name] for name in names))

    def _content(self) -> dict[str, Any]:
        return {
            "pool": None,
            "act": "create" if self.undoes is None else "revoke",
            "token": self.token,
            "name": self.name,
            "scope": READ,
            "projects": None if self.projects is None else json.dumps(self.projects),
            "digest": self.digest,
            "by": self.by,
            "source": self.source,
            "undoes": self.undoes,
            "at_utc": self.at_utc,
            "until_utc": self.until_utc,
        }


def made(
    name: str, projects: tuple[str, ...] | None, by: str, source: str, now_utc: int, until_utc: int | None
) -> tuple[Token, str]:
    """A new token, and its text, which is nowhere else. `until_utc` None: USUAL_DAYS. Raises UsageError."""
    until = now_utc + USUAL_DAYS * _DAY_S if until_utc is None else until_utc
    if until <= now_utc:
        raise UsageError("it would end before it begins", "Name a time to come: --for 90d.")
    if until > now_utc + LONGEST_DAYS * _DAY_S:
        raise UsageError(f"a token holds for {LONGEST_DAYS} days at most", "Make another one then.")
    known = None if projects is None else tuple(sorted({line(project, "project") for project in projects}))
    if known is not None and (not known or NO_PROJECT in known):
        raise UsageError("a token needs projects that it may read", "Name them: --project NAME; or --all-projects.")
    short = secrets.token_hex(6)
    text = f"htcl_{short}_{secrets.token_urlsafe(32)}"
    return Token(short, line(name, "name"), digest_of(text), known, line(by, "maker"), source, now_utc, until), text


def revoked(token: Token, by: str, source: str, now_utc: int) -> Token:
    """The line that takes a token back."""
    maker = line(by, "name of who takes it back")
    return Token(
        token.token, token.name, token.digest, token.projects, maker, source, now_utc, token.until_utc, token.number
    )


def digest_of(text: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(text.encode()).hexdigest()


def standing(lines: Iterable[Token]) -> list[Token]:
    """Tokens that are not taken back, whenever they end."""
    known = list(lines)
    taken_back = {line.undoes for line in known}
    return [token for token in known if token.undoes is None and token.number not in taken_back]


def recognised(text: str, held: Iterable[Token]) -> Token | None:
    """The token in force with that text; None for one that is not known, over, or taken back."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    digest = digest_of(text)
    named = next((token for token in held if token.token == written[1]), None)
    return named if named is not None and hmac.compare_digest(named.digest, digest) else None
