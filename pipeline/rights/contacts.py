"""Rights that follow from metadata: people whom a project or site names as its own. Rows of `metadata` in, rights out.

Such a right holds while the statement does; it is taken back by importing metadata without it.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from pipeline.mail.address import is_address
from pipeline.metadata.store import Row, day_number
from pipeline.rights.grant import NO_PROJECT, OF_PROJECT, Grant, Role, Who

SOURCE = "metadata"


def of_contacts(rows: Iterable[Row], now_utc: int) -> Iterator[Grant]:
    """The rights of today's contacts (UTC); a contact without a usable address or name gives none."""
    today = day_number(datetime.fromtimestamp(now_utc, UTC).date())
    for row in rows:
        if row["kind"] == "contact" and _holds(row, today) and row["target"] and is_address(row["target"]):
            role = _role(row)
            if role is not None:
                yield _right(row, role)


def _role(row: Row) -> Role | None:
    if row["of_kind"] == "site":
        return "contact"
    if row["of_kind"] != "project" or row["name"] == NO_PROJECT:
        return None
    return next((role for role in OF_PROJECT if role == row["title"]), "member")


def _right(row: Row, role: Role) -> Grant:
    is_project = role in OF_PROJECT
    return Grant(
        Who("email", row["target"].lower()),
        role,
        row["name"] if is_project else None,
        None if is_project else row["name"],
        f"contact in {row['source']}",
        row["imported_by"] or "unknown",
        SOURCE,
        row["imported_utc"],
    )


def _holds(row: Row, day: int) -> bool:
    begins, ends = row["valid_from"], row["valid_to"]
    return (begins is None or begins <= day) and (ends is None or day <= ends)
