"""What the kernel looks for, as arrays: the schema's attributes and columns of the tables that it fills.

Attributes become *slots*, found by a hash of their lower-cased names. A table's columns are listed one after the other;
numbers (flags are numbers) and texts have places of their own among the kernel's results. From the schema alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from collectors.bounds import bounds_of
from pipeline.bounds import Limits, Order
from pipeline.schema import ATTEMPT_RECORD, JOB, Column, Table
from pipeline.schema.attempt_record import STARTD_MARKS, STARTD_SIGNS
from pipeline.schema.banner import EPOCH_BANNER, HISTORY_BANNER, HISTORY_BANNER_TIME
from pipeline.schema.job import OCTAL_PREFIX

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

TABLES: tuple[Table, ...] = (JOB, ATTEMPT_RECORD)
WORDS = ("JOB", "STARTD", "EPOCH", "SPAWN", "STARTER")
"""Types of records that the kernel fills a row from; the first two have a history file's banner."""
NUMBER, FLAG, TEXT = 0, 1, 2
SPECIAL = (
    *("cluster", "proc", "run_instance", "write_utc", "status_utc", "completion_utc", "start_utc"),
    *("shadow_start_utc", "shadow_starts", "submit_utc", "global_job_id", "owner"),
)
"""Columns that the kernel knows by name, to tell whose record it is; their places, per table, -1 where it has none."""

_BUCKETS = 1 << 12
_PRIME = 0x9E3779B97F4A7C15
_SEED = 0xCBF29CE484222325
_WORD_SIZE = 1 << 64
_LOWEST = 1 - 2**63


class Plan(NamedTuple):
    """The arrays. Lists of lists are one array with the places where each begins (`*_at`), and one more for the end."""

    lower: Bytes
    buckets: npt.NDArray[np.int16]
    names: Bytes
    names_at: Ints
    columns_at: Ints
    kind: Ints
    scale: Ints
    lowest: Ints
    place: Ints
    picky: Ints
    choices_at: Ints
    choice_slot: Ints
    choice_octal: Ints
    unknown: Bytes
    unknown_at: Ints
    special: Ints
    marks: Ints
    signs: Ints
    bounds_at: Ints
    bounds: Ints
    ends: Ints
    parts: Bytes
    parts_at: Ints


@dataclass(frozen=True)
class Place:
    """Where a column's values are: among the numbers or the texts; `hashed`: it is part of a record's id."""

    column: Column
    is_text: bool
    index: int


def places(table: Table) -> tuple[Place, ...]:
    """The columns that the kernel fills, in the table's order."""
    texts = numbers = 0
    found = []
    for column in table.from_ads:
        is_text = column.type == "text"
        found.append(Place(column, is_text, texts if is_text else numbers))
        texts, numbers = texts + is_text, numbers + (not is_text)
    return tuple(found)


@cache
def plan(limits: Limits) -> Plan:
    """The plan for records that are read with those limits."""
    slots = _slots()
    columns = [place for table in TABLES for place in places(table)]
    choices = [[slots[name.lower()] for name in place.column.attributes] for place in columns]
    octal = [place.is_text and name.startswith(OCTAL_PREFIX) for place in columns for name in place.column.attributes]
    unknown = sorted({word for place in columns for word in place.column.unknown})
    banner = [*_parts(HISTORY_BANNER), *_parts(HISTORY_BANNER_TIME)[:1], *_parts(EPOCH_BANNER)]
    bounds = [_bounds(table, limits) for table in TABLES]
    return Plan(
        lower=_lower(),
        buckets=_buckets(slots),
        names=joined(slots),
        names_at=starts(len(name) for name in slots),
        columns_at=starts(len(places(table)) for table in TABLES),
        kind=_ints({"text": TEXT, "flag": FLAG}.get(place.column.type, NUMBER) for place in columns),
        scale=_ints(place.column.scale for place in columns),
        lowest=_ints(1 if place.column.type == "instant" else _LOWEST for place in columns),
        place=_ints(place.index for place in columns),
        picky=_ints(bool(place.column.unknown) for place in columns),
        choices_at=starts(map(len, choices)),
        choice_slot=_ints(slot for chosen in choices for slot in chosen),
        choice_octal=_ints(octal),
        unknown=joined(unknown),
        unknown_at=starts(len(word.encode()) for word in unknown),
        special=np.array([_special(table) for table in TABLES], np.int64),
        marks=_ints(slots[name.lower()] for name in STARTD_MARKS),
        signs=_ints(slots[name.lower()] for name in STARTD_SIGNS),
        bounds_at=starts(map(len, bounds)),
        bounds=np.array([bound for found in bounds for bound in found], np.int64),
        ends=np.array([_ends(table, limits) for table in TABLES], np.int64),
        parts=joined(banner),
        parts_at=starts(map(len, banner)),
    )


def hash_of(name: bytes) -> int:
    """The kernel's hash of a lower-cased name."""
    found = _SEED
    for byte in name:
        found = ((found ^ byte) * _PRIME) % _WORD_SIZE
    return found


def _slots() -> dict[str, int]:
    """Every attribute that one of the tables is read from, lower-cased, and its slot."""
    columns = [name for table in TABLES for column in table.from_ads for name in column.attributes]
    names = dict.fromkeys(name.lower() for name in (*columns, *STARTD_MARKS, *STARTD_SIGNS))
    if any(len({column.unknown for column in table.from_ads if column.unknown}) > 1 for table in TABLES):
        raise ValueError("the kernel knows one list of words that mean unknown")
    return {name: slot for slot, name in enumerate(names)}


def _lower() -> Bytes:
    """Each byte of a plain name in lower case; 0 for all others."""
    lower = np.zeros(256, np.uint8)
    for byte in b"abcdefghijklmnopqrstuvwxyz_0123456789":
        lower[byte] = byte
        if chr(byte).isalpha():
            lower[byte - 32] = byte
    return lower


def _buckets(slots: Iterable[str]) -> npt.NDArray[np.int16]:
    """Slot + 1 at the name's hash, or behind it where that is taken; 0: free."""
    buckets = np.zeros(_BUCKETS, np.int16)
    for slot, name in enumerate(slots):
        at = hash_of(name.encode()) >> 52
        while buckets[at]:
            at = (at + 1) % _BUCKETS
        buckets[at] = slot + 1
    return buckets


def _parts(banner: str) -> list[str]:
    return re.split(r"\{\w+\}", banner)


def _special(table: Table) -> list[int]:
    found = {place.column.name: place.index for place in places(table)}
    return [found.get(name, -1) for name in SPECIAL]


def _bounds(table: Table, limits: Limits) -> list[tuple[int, int, int]]:
    """Place among the numbers, least and most."""
    at = {place.column.name: place.index for place in places(table) if not place.is_text}
    ranges = [bound for bound in bounds_of(table, limits) if not isinstance(bound, Order)]
    return [
        (at[name], max(bound.least, _LOWEST), min(bound.most, -_LOWEST)) for bound in ranges for name in bound.columns
    ]


def _ends(table: Table, limits: Limits) -> list[int]:
    """Of the one order there is: the place of the start, those of up to three ends (-1: none), types let pass."""
    at = {place.column.name: place.index for place in places(table)}
    (order,) = (bound for bound in bounds_of(table, limits) if isinstance(bound, Order))
    ends = [at[name] for name in order.last if name in at]
    passed = sum(1 << WORDS.index(word) for word in order.but)
    return [at[order.first], *(ends + [-1] * (3 - len(ends))), passed]


def joined(texts: Iterable[str]) -> Bytes:
    """The texts behind each other, and a byte so that there is one."""
    return np.frombuffer("".join(texts).encode() + b"\0", np.uint8)


def starts(sizes: Iterable[int]) -> Ints:
    """Where each begins of things of those sizes, and where the last ends."""
    return np.concatenate([[0], np.cumsum(_ints(sizes))]).astype(np.int64)


def _ints(numbers: Iterable[int]) -> Ints:
    return np.array(list(numbers), np.int64)
