"""Records become plain values and come back as they were, whatever strangers wrote into them."""

import json
from dataclasses import dataclass
from datetime import date

import pytest

from pipeline.plain_records import as_plain, from_plain


@dataclass(frozen=True)
class Inner:
    seen_utc: int | None
    name: str


@dataclass(frozen=True)
class Record:
    """With what the ledger's records have."""

    built_utc: str
    day: date | None
    inner: tuple[Inner, ...]
    raw: bytes | None
    said: dict[str, str]
    share: float


RECORD = Record(
    "2026-11-22T05:00:00+00:00",
    date(2026, 11, 1),
    (Inner(1_795_132_800, "2026-11-20T00:00:00Z"), Inner(None, "<b>\u202e\n")),
    b"A = 1\n",
    {"Newest": "2026-11-20T00:00:00Z"},
    0.5,
)


def test_a_record_comes_back_as_it_was() -> None:
    assert from_plain(Record, json.loads(json.dumps(as_plain(RECORD)))) == RECORD


def test_moments_are_iso_8601_and_texts_stay_as_they_are() -> None:
    plain = as_plain(RECORD)
    assert [one["seen_utc"] for one in plain["inner"]] == ["2026-11-20T00:00:00Z", None]
    assert plain["built_utc"] == RECORD.built_utc
    assert plain["day"] == "2026-11-01"


def test_bytes_that_are_no_text_are_shown() -> None:
    assert as_plain(Record("", None, (), b"\xff", {}, 0.0))["raw"] == "\\xff"


@pytest.mark.parametrize("lost", ["day", "inner", "share"])
def test_what_lacks_a_field_is_no_record(lost: str) -> None:
    plain = as_plain(RECORD)
    del plain[lost]
    with pytest.raises(ValueError, match=lost):
        from_plain(Record, plain)
