"""Parts of Pool now: cards, GPUs, holds, pilots beside payload; what is not of now says so."""

from datetime import UTC, datetime
from typing import Any

from dashboard import pool_parts
from dashboard.queue_grid import Entry
from tests.dashboard.component_text import all_of, text_of
from tests.dashboard.made_lake import MARKUP

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
THEN = int(NOW.timestamp())


def slots(state: str, cores: float | None, **more: Any) -> dict[str, Any]:
    return {"is_backfill": False, "site": "A", "state": state, "cores": cores} | more


def gpus(model: str, state: str, count: int, **more: Any) -> dict[str, Any]:
    return {"is_backfill": False, "site": "A", "gpu_model": model, "state": state, "gpus": count} | more


def values(cards: list[Any]) -> list[str]:
    return [
        getattr(number, "data-value") for card in cards for number in all_of(card, "P") if hasattr(number, "data-value")
    ]


def test_a_queue_that_was_never_asked_is_unknown_not_empty() -> None:
    assert values(pool_parts.queue_cards(None)) == ["", "", ""]
    assert values(pool_parts.queue_cards(Entry("all"))) == ["0", "0", "0"]


def test_backfill_is_not_offered_twice() -> None:
    cores = [slots("claimed", 6.0), slots("unclaimed", 2.0), slots("unclaimed", 8.0, is_backfill=True)]
    first, second = pool_parts.capacity_cards(cores, [])
    assert values([first, second]) == ["8.0", "0"]
    assert "6 claimed (75\u00a0%)" in text_of(first)
    assert "8 of these cores are offered a second time" in pool_parts.backfill_note(cores)
    assert pool_parts.backfill_note(cores[:2]) == ""


def test_without_slots_capacity_is_unknown() -> None:
    assert values(pool_parts.capacity_cards([], [])) == ["", ""]


def test_gpus_stand_by_model_with_what_is_free() -> None:
    rows = [gpus("A100", "claimed", 3), gpus("A100", "unclaimed", 1, site="B"), gpus("T4", "drained", 2)]
    first, second = (text_of(row) for row in all_of(pool_parts.gpu_table(rows), "Tr")[1:])
    assert first == "A100 4 3 1 0 2"
    assert second == "T4 2 0 0 2 1"
    assert "No slot offers a GPU." in text_of(pool_parts.gpu_table([]))


def test_holds_stand_by_code_with_a_reason_as_text() -> None:
    rows: list[dict[str, Any]] = [
        {"status": "held", "hold_code": 34, "hold_reason": MARKUP, "jobs": 2},
        {"status": "held", "hold_code": None, "hold_reason": None, "jobs": 5},
        {"status": "idle", "hold_code": None, "hold_reason": None, "jobs": 9},
    ]
    shown = [text_of(row) for row in all_of(pool_parts.holds_table(rows, asked=True), "Tr")[1:]]
    assert shown == ["none 5 not given", f"34 2 {MARKUP}"]


def test_without_a_queue_it_is_not_known_whether_jobs_are_held() -> None:
    assert "No queue was ever asked." in text_of(pool_parts.holds_table([], asked=False))
    assert "No job is held." in text_of(pool_parts.holds_table([], asked=True))


def test_pilots_stand_beside_payload_and_are_never_added() -> None:
    rows = [
        {"site": "A", "payload_cpu_h": 50.0, "pilot_cpu_h": 100.0, "provisional_cpu_h": None},
        {"site": "B", "payload_cpu_h": 7.0, "pilot_cpu_h": None, "provisional_cpu_h": 1.0},
    ]
    first, second = (text_of(row) for row in all_of(pool_parts.hours_table(rows), "Tr")[1:])
    assert first == "A 50.0 100.0 50.0\u00a0% —"
    assert second == "B 7.0 — — 1.0"
    assert "150" not in text_of(pool_parts.hours_table(rows))


def test_without_pilots_it_says_how_to_have_them() -> None:
    rows = [{"site": "A", "payload_cpu_h": 50.0, "pilot_cpu_h": None, "provisional_cpu_h": None}]
    assert "ce = true" in text_of(pool_parts.hours_table(rows))


def test_what_is_not_of_now_says_so() -> None:
    assert pool_parts.old_line(THEN - 60, THEN - 60, NOW) is None
    assert pool_parts.old_line(None, None, NOW) is None
    assert "the queue was last asked 3\u00a0h ago" in text_of(pool_parts.old_line(THEN - 10_800, THEN - 60, NOW))
