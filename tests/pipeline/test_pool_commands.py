"""The commands `queue` and `capacity`, as a user runs them."""

import csv
import io
from pathlib import Path

import pytest

from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from tests.copied_lake import copied
from tests.ledger_command import Ledger


@pytest.fixture
def polled(lake: Lake, polled_lake: Lake, tmp_path: Path) -> Ledger:
    return Ledger(copied(polled_lake, lake.root).root, tmp_path)


def test_the_queue_is_the_same_in_every_format(polled: Ledger) -> None:
    objects = polled.ok("queue", "--format", "json").json
    assert [(row["project"], row["user"], row["status"], row["jobs"]) for row in objects] == [
        ("A", "alice@pool.test", "held", 1),
        ("A", "alice@pool.test", "running", 1),
        ("B", "bob@pool.test", "idle", 1),
    ]
    assert objects[1]["seen_utc"] == "2026-11-01T05:33:20Z"
    lines = list(csv.DictReader(io.StringIO(polled.ok("queue", "--format", "csv").out)))
    assert [line["provisional_cpu_h"] for line in lines] == ["", "5.555555555555555", ""]
    shown = polled.ok("queue").out
    assert "alice@pool.test" in shown
    assert "Provisional" in shown


def test_the_queue_is_grouped_as_asked(polled: Ledger) -> None:
    rows = polled.ok("queue", "--by", "status", "--format", "json").json
    assert [(row["status"], row["jobs"]) for row in rows] == [("held", 1), ("idle", 1), ("running", 1)]


def test_capacity_is_the_same_in_every_format(polled: Ledger) -> None:
    objects = polled.ok("capacity", "--by", "state", "--format", "json").json
    assert [(row["state"], row["cores"]) for row in objects] == [("claimed", 10.0), ("unclaimed", 14.0)]
    assert "unclaimed" in polled.ok("capacity").out
    gpus = polled.ok("capacity", "--gpus", "--format", "json").json
    assert [(row["gpu_model"], row["state"], row["gpus"]) for row in gpus] == [
        ("A100", "claimed", 3),
        ("A100", "unclaimed", 1),
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("queue", "--by", "colour"), "the queue has no 'colour'"),
        (("capacity", "--by", "colour"), "capacity has no 'colour'"),
        (("queue", "--pool", "none"), "there is no pool 'none'"),
    ],
)
def test_a_mistake_is_a_message(polled: Ledger, words: tuple[str, ...], says: str) -> None:
    answer = polled.run(*words)
    assert answer.code == 2
    assert says in answer.err


def test_without_queue_or_slots_it_says_what_would_bring_them(lake: Lake, tmp_path: Path) -> None:
    publish(lake, Settings(lake=lake.root), lambda step: None)
    empty = Ledger(lake.root, tmp_path)
    assert "kind `schedds`" in empty.ok("queue").out
    assert "kind `pool`" in empty.ok("capacity").out
    assert empty.ok("queue", "--format", "json").json == []
