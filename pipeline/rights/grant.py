"""A right as a record: who, which role, in which project or at which site, until when. Pure; rows in and out."""

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal, Self, get_args

from pipeline.errors import UsageError
from pipeline.mail.address import is_address

Role = Literal["admin", "facility", "operator", "pi", "member", "contact"]
WhoKind = Literal["email", "subject", "group"]
ROLES: tuple[Role, ...] = get_args(Role)
OF_PROJECT: frozenset[Role] = frozenset({"pi", "member"})
OF_SITE: frozenset[Role] = frozenset({"contact"})
OF_ALL: frozenset[Role] = frozenset({"admin", "facility", "operator"})
"""Roles that see every project."""
NO_PROJECT = "unmapped"
"""Usage that belongs to no project: nobody's to give away as if it were one."""
LONGEST = 255
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Who:
    """Whom a right is given to. `issuer`: who has to vouch for it; None: any login that is set up."""

    kind: WhoKind
    name: str
    issuer: str | None = None

    def __str__(self) -> str:
        return self.name if self.issuer is None else f"{self.name} of {self.issuer}"


@dataclass(frozen=True)
class Grant:
    """A line of the journal. Unix seconds; `until_utc` None: for good. `undoes`: record id of the right taken back."""

    who: Who
    role: Role
    project: str | None
    site: str | None
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

    @property
    def about(self) -> str:
        """What it is about, for people."""
        return self.project or self.site or "everything"

    def row(self) -> dict[str, Any]:
        """Its row in the table `granted`."""
        return {**self._content(), "record_id": self.number}

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Self:
        """The right of a row."""
        names = ("role", "project", "site", "note", "by", "source", "at_utc", "until_utc", "undoes")
        return cls(Who(row["who_kind"], row["who"], row["issuer"]), *(row[name] for name in names))

    def _content(self) -> dict[str, Any]:
        return {
            "pool": None,
            "act": "grant" if self.undoes is None else "revoke",
            "role": self.role,
            "project": self.project,
            "site": self.site,
            "who_kind": self.who.kind,
            "who": self.who.name,
            "issuer": self.who.issuer,
            "note": self.note,
            "by": self.by,
            "source": self.source,
            "undoes": self.undoes,
            "at_utc": self.at_utc,
            "until_utc": self.until_utc,
        }


@dataclass(frozen=True)
class Wish:
    """A right that somebody wants to give: `made` raises UsageError for one that cannot be."""

    who: Who
    role: str
    project: str | None
    site: str | None
    note: str
    by: str
    source: str
    until_utc: int | None = None

    def made(self, now_utc: int) -> Grant:
        """The right, given now."""
        role = role_of(self.role)
        project = None if self.project is None else line(self.project, "project")
        site = None if self.site is None else line(self.site, "site")
        _refuse_wrong_target(role, project, site)
        if self.until_utc is not None and self.until_utc <= now_utc:
            raise UsageError("it would end before it begins", "Name a time to come: --for 90d.")
        note = line(self.note, "note", LONGEST_NOTE, required=False)
        by = line(self.by, "name of who gives it")
        return Grant(checked(self.who), role, project, site, note, by, self.source, now_utc, self.until_utc)


def revoked(right: Grant, by: str, source: str, now_utc: int) -> Grant:
    """The line that takes a right back."""
    by = line(by, "name of who takes it back")
    return Grant(right.who, right.role, right.project, right.site, "", by, source, now_utc, None, right.number)


def role_of(word: str) -> Role:
    """The role of that name. Raises UsageError."""
    for role in ROLES:
        if role == word:
            return role
    raise UsageError(f"there is no role {word!r}", f"Known: {', '.join(ROLES)}.")


def checked(who: Who) -> Who:
    """The same, written as it is compared later. Raises UsageError."""
    name = line(who.name, who.kind)
    if who.kind == "email":
        name = name.lower()
        if not is_address(name):
            raise UsageError(f"{who.name[:80]!r} is no mail address", "Write it plain: name@example.org.")
    if who.kind == "subject" and who.issuer is None:
        hint = "Name whose id it is: --issuer https://login.example.org."
        raise UsageError("a provider's id of a person means nothing without the provider", hint)
    return Who(who.kind, name, None if who.issuer is None else line(who.issuer, "issuer"))


def line(text: str, what: str, longest: int = LONGEST, *, required: bool = True) -> str:
    """One line of text, without lone surrogates, which no file can hold. Raises UsageError if it is empty or long."""
    plain = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    if required and not plain:
        raise UsageError(f"the {what} is empty", "Say it.")
    if len(plain) > longest:
        raise UsageError(f"the {what} has {len(plain):,} characters", f"It can have {longest}.")
    return plain


def _refuse_wrong_target(role: Role, project: str | None, site: str | None) -> None:
    if role in OF_PROJECT and (project is None or site is not None):
        raise UsageError(f"{role} is a role in one project", "Name it: --project NAME.")
    if role in OF_SITE and (site is None or project is not None):
        raise UsageError(f"{role} is a role at one site", "Name it: --site NAME.")
    if role in OF_ALL and (project is not None or site is not None):
        raise UsageError(f"{role} is about everything", "Leave --project and --site out.")
    if project == NO_PROJECT:
        raise UsageError(f"{NO_PROJECT!r} is usage that belongs to no project", "Give a role that sees everything.")
