"""One statement about a name, before it is a row: what every source of metadata is turned into."""

from dataclasses import dataclass, fields
from typing import Literal

Kind = Literal[
    "project",
    "alias",
    "resource",
    "site",
    "facility",
    "institution",
    "field",
    "nsf_field",
    "prefix",
    "user",
    "contact",
    "downtime",
    "pledge",
    "allocation",
    "award",
    "oddity",
    "import",
]
ALIASED = ("project", "resource", "site", "institution")
"""What can have another name."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A statement: each field is the column of that name in the table `metadata`; None is not known."""

    kind: Kind
    name: str
    pool: str | None = None
    of_kind: str | None = None
    target: str | None = None
    title: str | None = None
    pi: str | None = None
    person: str | None = None
    institution_id: str | None = None
    field_id: str | None = None
    field_name: str | None = None
    sponsor: str | None = None
    resource_group: str | None = None
    site: str | None = None
    facility: str | None = None
    host: str | None = None
    is_service: bool | None = None
    is_planned: bool | None = None
    severity: str | None = None
    rule: str | None = None
    from_utc: int | None = None
    to_utc: int | None = None
    core_s: int | None = None
    share_ppm: int | None = None
    valid_from: int | None = None
    valid_to: int | None = None

    @property
    def key(self) -> tuple[str | None, ...]:
        """What it is about: of two statements with one key the later one takes the earlier one's place."""
        several = self.kind in ("allocation", "award", "contact", "oddity") or self.of_kind == "institution"
        more = (self.target, self.resource_group, self.rule, self.title if self.rule else None) if several else ()
        return (self.kind, self.of_kind, self.name, self.pool, *more)


NAMES: tuple[str, ...] = tuple(field.name for field in fields(Entry))


def oddity(name: str, rule: str, reason: str) -> Entry:
    """An entry that is not as it should be: where it stands, what is odd in one word, and in a sentence."""
    return Entry(kind="oddity", name=name, rule=rule, title=reason)
