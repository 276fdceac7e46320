"""All rights and tokens in force, read again only where the lake's tables changed. The lake in, what holds now out."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.lake import Lake, Snapshot, query_files
from pipeline.rights.contacts import of_contacts
from pipeline.rights.grant import Grant
from pipeline.rights.journal import standing
from pipeline.rights.token import Token
from pipeline.rights.token import standing as standing_tokens
from pipeline.schema import API_TOKEN, GRANTED, METADATA, Table

Row = dict[str, Any]


@dataclass(frozen=True)
class Rights:
    """What holds at one moment."""

    grants: tuple[Grant, ...]
    tokens: tuple[Token, ...]


class RightsBook:
    """The rights of one lake. Thread-safe; it blocks while it reads."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._reading = threading.Lock()
        self._kept: dict[str, tuple[int, list[Any]]] = {}

    def now(self, now_utc: int) -> Rights:
        """What holds then. Raises LakeError: who cannot read the rights must not guess them."""
        with self._reading:
            lines = self._lines(GRANTED, _grants)
            contacts = self._lines(METADATA, _contacts)
            tokens = self._lines(API_TOKEN, _tokens)
        given = [line for line in lines if line.until_utc is None or line.until_utc > now_utc]
        return Rights(
            (*given, *of_contacts(contacts, now_utc)),
            tuple(token for token in tokens if token.until_utc > now_utc),
        )

    def _lines(self, table: Table, read: Callable[[Snapshot], list[Any]]) -> list[Any]:
        snapshot = self._lake.snapshot(table)
        known = self._kept.get(table.name)
        if known is None or known[0] != snapshot.version:
            known = snapshot.version, read(snapshot)
            self._kept[table.name] = known
        return known[1]


def _grants(snapshot: Snapshot) -> list[Grant]:
    return standing(map(Grant.of_row, _rows(snapshot)))


def _tokens(snapshot: Snapshot) -> list[Token]:
    return standing_tokens(map(Token.of_row, _rows(snapshot)))


def _contacts(snapshot: Snapshot) -> list[Row]:
    return [row for row in _rows(snapshot) if row["kind"] == "contact"]


def _rows(snapshot: Snapshot) -> list[Row]:
    found: list[Row] = query_files(snapshot).to_pylist()
    return found
