"""Parts of Data health: what is wrong and what to do is said in words, and records are shown as they were read."""

from typing import Any

import pytest

from dashboard import health_parts
from pipeline.bounds import BOUNDS
from pipeline.state import DataState
from pipeline.status.sources import state_of
from tests.dashboard.component_text import all_of, text_of
from tests.dashboard.made_lake import MARKUP, RIGHT_TO_LEFT
from tests.pipeline.status.test_sources import FAILING, NOW, OK


def test_a_source_in_trouble_says_what_to_do_and_one_in_order_how_often_it_is_polled() -> None:
    table = health_parts.sources_table([state_of(FAILING, NOW), state_of(OK, NOW)], NOW)
    failing, fine = (text_of(row) for row in all_of(table, "Tr")[1:])
    assert "failing" in failing
    assert "Schedd ap1: history refused (not authorised)" in failing
    assert "Add this host to ALLOW_READ" in failing
    assert "polled every 5 min" in fine


def test_without_sources_it_says_how_records_came() -> None:
    assert "htc-ledger collect --watch" in text_of(health_parts.sources_table([], NOW))


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (health_parts.incomplete_table([]), "Every day of every stream is complete."),
        (health_parts.missing_table([]), "No job id is without its final ad"),
        (health_parts.rejects_part([], []), "No record was rejected."),
    ],
)
def test_nothing_to_list_is_said(part: Any, says: str) -> None:
    assert says in text_of(part)


def test_days_that_lack_something_come_with_their_evidence() -> None:
    row = {"ap": "ap1", "stream": "history", "source": "mine", "state": "partial", "evidence": f"lost {RIGHT_TO_LEFT}"}
    days = {"first_day": "2026-11-01", "last_day": "2026-11-03", "days": 3}
    text = text_of(health_parts.incomplete_table([row | days]))
    assert "ap1 · history" in text
    assert "1 – 3 Nov 2026" in text
    assert "lost abc⟨U+202E⟩gnp.exe" in text


def test_whole_clusters_that_no_record_names_are_counted_not_listed() -> None:
    base = {"ap": "ap1", "day": "2026-11-01", "first_proc": None, "last_proc": None, "last_cluster": 9}
    clusters = base | {"kind": "cluster", "state": "unknown", "first_cluster": 8, "jobs": 2}
    job = base | {"kind": "job", "state": "missing", "first_cluster": 9, "first_proc": 1, "last_proc": 1, "jobs": 1}
    made = health_parts.missing_table([job, clusters])
    assert len(all_of(made, "Tr")) == 2
    assert "9.1" in text_of(made)
    assert "2\u00a0cluster ids of 1\u00a0access point" in text_of(made)


def test_a_rejected_record_is_shown_as_text_with_its_reason_and_place() -> None:
    rule = {"rule": "cpus-bound", "kind": "history", "ap": None, "records": 3, "last_read": "today", "reason": MARKUP}
    example = {
        "rule": "cpus-bound",
        "path": f"/spool/{MARKUP}",
        "offset_bytes": 4096,
        "length_bytes": 12,
        "read": "today",
    }
    made = health_parts.rejects_part([rule], [example | {"reason": "too many", "beginning": b"A = \x1b[31m1\n"}])
    (record,) = all_of(made, "Pre")
    assert text_of(record) == "A = ⟨U+001B⟩[31m1\n"
    assert MARKUP in text_of(made)
    assert "byte 4,096" in text_of(made)


def test_a_reason_that_is_not_for_this_viewer_is_not_there() -> None:
    rule = {"rule": "cpus-bound", "kind": "history", "ap": "ap1", "records": 3, "last_read": "today", "reason": None}
    assert all_of(health_parts.rejects_part([rule], []), "Pre") == []


def test_every_bound_is_shown_with_its_reason() -> None:
    text = text_of(health_parts.bounds_table())
    for bound in BOUNDS:
        assert bound.rule in text
        assert bound.reason[1:] in text


def test_the_verdict_is_a_word_and_a_sentence() -> None:
    made = health_parts.verdict(DataState("unknown", "Nothing proves it.", ()))
    assert text_of(made) == "Completeness is not proven Nothing proves it."
