"""Completeness as the cube tells it: from statements, ids and rejects in the lake to the badge."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import COVERAGE
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.ledger_rows import MIDNIGHT, rows, small_ledger
from tests.pipeline.polled_rows import AP, POOL, polled_pool, rejected, statement

NOW = datetime.fromtimestamp(MIDNIGHT + 26_000, UTC)
FIRST, SECOND, LAST = date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1)


@pytest.fixture(scope="module")
def polled(shared_lake: Lake) -> Cube:
    """The cube of a small ledger whose files were ingested, and of a polled pool."""
    small_ledger(shared_lake)
    polled_pool(shared_lake)
    rejected(shared_lake, "pool", "ap1.pool.test", b"RequestCpus = 1073741824\n")
    publish(shared_lake, Settings(lake=shared_lake.root), lambda step: None)
    return Cube.open(shared_lake.root)


def days(cube: Cube, pool: str = POOL, **between: date) -> list[tuple[Any, ...]]:
    rows = cube.coverage((pool,), LOCAL, **between).to_pylist()
    return [(row["stream"], row["day"], row["state"]) for row in rows]


def test_each_stream_has_its_days(polled: Cube) -> None:
    assert days(polled) == [
        ("epochs", "2026-10-30", "complete"),
        ("epochs", "2026-10-31", "complete"),
        ("epochs", "2026-11-01", "partial"),
        ("history", "2026-10-29", "complete"),
        ("history", "2026-10-30", "complete"),
        ("history", "2026-10-31", "complete"),
        ("history", "2026-11-01", "partial"),
    ]
    assert days(polled, first=SECOND, last=SECOND) == [
        ("epochs", "2026-10-31", "complete"),
        ("history", "2026-10-31", "complete"),
    ]


def test_what_is_not_complete_comes_as_ranges_with_its_evidence_losses_first(polled: Cube) -> None:
    found = polled.incomplete((POOL, "pool"), LOCAL).to_pylist()
    assert [(row["pool"], row["stream"], row["state"], row["first_day"], row["days"]) for row in found] == [
        ("polled", "epochs", "partial", "2026-11-01", 1),
        ("polled", "history", "partial", "2026-11-01", 1),
        ("pool", "history", "partial", "2026-11-01", 1),
    ]
    assert found[0]["evidence"].startswith("a rotation is gone")


def test_the_badge_follows_the_asked_days(polled: Cube) -> None:
    def badge(pool: str = POOL, first: date | None = None, last: date | None = None) -> tuple[str, str]:
        made = polled.state((pool,), LOCAL, NOW, first=first, last=last)
        return made.state, made.sentence

    assert badge(first=FIRST, last=SECOND)[0] == "complete"
    state, sentence = badge(first=FIRST)
    assert state == "partial"
    assert "a gap in what was read" in sentence
    assert "a job left the queue without a final ad" in sentence
    assert badge("pool")[0] == "partial"
    assert "a record was rejected" in badge("pool")[1]
    assert badge("pool", last=SECOND)[0] == "complete"


def test_one_source_that_proves_a_day_is_enough_where_another_has_a_gap(lake: Lake, settings: Settings) -> None:
    small_ledger(lake, POOL, AP)
    streams = {"history": "mine", "epochs": "other"}
    proven = [statement(stream, "proven", -86_400, 25_000, "unbroken", source=name) for stream, name in streams.items()]
    gap = statement("history", "gap", -80_000, -70_000, "not reached", source="over the network")
    lake.writer(COVERAGE).append(rows(COVERAGE, *proven, gap), {})
    publish(lake, settings, lambda step: None)
    cube = Cube.open(lake.root)
    assert cube.state((POOL,), LOCAL, NOW).state == "complete"
    assert {row["source"] for row in cube.incomplete((POOL,), LOCAL).to_pylist()} == {"over the network"}


def test_missing_jobs_are_told_by_range(polled: Cube) -> None:
    first, *others = polled.missing_jobs((POOL,), LOCAL).to_pylist()
    assert (first["state"], first["first_cluster"], first["first_proc"], first["last_proc"]) == ("missing", 2, 1, 1)
    assert {row["kind"] for row in others} == {"cluster"}


def test_rejects_are_told_by_rule_and_their_bytes_only_to_who_sees_all(polled: Cube) -> None:
    (row,) = polled.rejects(("pool",), LOCAL).to_pylist()
    assert (row["rule"], row["records"], row["last_read"]) == ("cpus-bound", 1, "2026-11-01 00:33 UTC")
    assert "1073741824" in row["reason"]
    (example,) = polled.reject_examples(("pool",), LOCAL).to_pylist()
    assert example["beginning"] == b"RequestCpus = 1073741824\n"
    pi = Viewer("pi", frozenset({"A"}))
    (row,) = polled.rejects(("pool",), pi).to_pylist()
    assert (row["records"], row["reason"]) == (1, None)
    assert polled.reject_examples(("pool",), pi).num_rows == 0


def test_who_sees_nothing_of_a_pool_sees_nothing_of_its_completeness(polled: Cube) -> None:
    nobody = Viewer("nobody", frozenset({"none"}))
    for answer in (
        polled.coverage((POOL,), nobody),
        polled.incomplete((POOL,), nobody),
        polled.missing_jobs((POOL,), nobody),
        polled.rejects(("pool",), nobody),
    ):
        assert answer.num_rows == 0
