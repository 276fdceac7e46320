"""Read again from its kept bytes a record is what it was when it was read, wherever it came from."""

from dataclasses import replace
from typing import Any

import pytest

from collectors.rereading import Kept, Rereader, refusal
from collectors.rows import Reject, Row, Skipped
from pipeline.settings import Settings
from tests.collectors.records import START, epoch_ad, history, job_ad

NOW_UTC = START + 30 * 86_400
JOB = Kept("pool", "ap1.example.org", "banners", history(job_ad(1)), "history:1", 500, at_ce=True, read_utc=START + 999)


def again(kept: Kept, ap: str | None = None, **settings: Any) -> list[Row] | Reject | Skipped:
    return Rereader(Settings(**settings), NOW_UTC, ap).outcome(kept)


def only(found: list[Row] | Reject | Skipped) -> Row:
    assert isinstance(found, list), found
    (row,) = found
    return row


def test_its_place_time_and_mark_are_those_of_its_first_reading() -> None:
    row = only(again(JOB))
    assert (row.of("source"), row.of("offset_bytes"), row.of("read_utc"), row.of("at_ce")) == (
        "history:1",
        500,
        START + 999,
        True,
    )


def test_its_banner_is_the_line_at_which_it_was_cut() -> None:
    spoofed = job_ad(1, 0, "ap1.example.org", 'ProjectName = "*** Offset = 0"')
    assert only(again(replace(JOB, content=history(spoofed)))).of("cluster") == 1
    false = replace(JOB, content=job_ad(1).encode() + b"*** Offset = 0 ClusterId = 9 ProcId = 0\n")
    found = again(false)
    assert isinstance(found, Reject)
    assert found.rule == "false-banner"
    assert isinstance(again(replace(JOB, content=b"*** Offset = 0 ClusterId = 1 ProcId = 0\n")), Reject)


def test_a_record_without_banner_needs_none() -> None:
    assert only(again(replace(JOB, form="long", content=job_ad(1).encode()))).of("cluster") == 1


@pytest.mark.parametrize(
    ("pool", "ap", "expected"),
    [
        ("prairie", "ap1.example.org", "prairie"),
        ("other (simulated)", "ap1.prairie.simulated", "other (simulated)"),
        ("prairie (simulated)", None, "prairie (simulated)"),
        ("pool", None, "prairie (simulated)"),
    ],
)
def test_a_pool_is_kept_as_it_was_named(pool: str, ap: str | None, expected: str) -> None:
    simulated = ap is None or ap.endswith(".simulated")
    ad = history(job_ad(1, 0, "ap1.prairie.simulated" if simulated else "ap1.example.org"))
    assert only(again(replace(JOB, pool=pool, ap=ap, content=ad))).of("pool") == expected


def test_a_real_record_in_a_pool_that_was_guessed_to_be_simulated_goes_to_the_settings_pool() -> None:
    assert only(again(replace(JOB, pool="prairie (simulated)", ap=None), pool="real")).of("pool") == "real"


def test_a_record_without_an_owner_waits_for_one_to_be_named() -> None:
    anonymous = epoch_ad(1, 0).replace("GlobalJobId", "Nothing")
    content = anonymous.encode() + b'*** EPOCH ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime=5\n'
    kept = replace(JOB, ap=None, content=content)
    found = again(kept)
    assert isinstance(found, Reject)
    assert (found.rule, found.pool) == ("no-owner", "pool")
    assert only(again(kept, ap="ap7")).of("ap") == "ap7"
    assert only(again(replace(kept, ap="ap8"), ap="ap7")).of("ap") == "ap8"


def test_a_refusal_keeps_bytes_place_and_owner() -> None:
    kept = refusal(JOB, Reject("cpus-bound", "too many"))
    assert (kept.pool, kept.ap, kept.offset, kept.length) == ("pool", "ap1.example.org", 500, len(JOB.content))
    assert (kept.content, len(kept.digest)) == (JOB.content, 32)
