"""What is new since the last visit: a visit ends when nothing was looked at for half an hour."""

import pytest

from dashboard.visits import VISIT_S, last_visit, seen

VIEW, NOON = "pool/24", 1_795_262_400


def test_at_a_first_visit_nothing_is_new() -> None:
    assert last_visit(None, VIEW, NOON) is None
    assert last_visit(seen(None, "another/24", ["a"], NOON), VIEW, NOON + VISIT_S + 1) is None


def test_the_visit_before_ends_half_an_hour_after_the_last_look() -> None:
    kept = seen(None, VIEW, ["a", "b"], NOON)
    assert last_visit(kept, VIEW, NOON + VISIT_S) is None
    later = NOON + VISIT_S + 1
    before = last_visit(kept, VIEW, later)
    assert before is not None
    assert (before.at_utc, before.keys) == (NOON, frozenset({"a", "b"}))


def test_while_a_visit_lasts_what_was_new_stays_new() -> None:
    first = seen(None, VIEW, ["a"], NOON)
    second = seen(first, VIEW, ["a", "b"], NOON + 86_400)
    third = seen(second, VIEW, ["c"], NOON + 86_400 + VISIT_S)
    before = last_visit(third, VIEW, NOON + 86_400 + VISIT_S + 60)
    assert before is not None
    assert before.keys == {"a"}
    after = last_visit(third, VIEW, NOON + 2 * 86_400)
    assert after is not None
    assert after.keys == {"a", "b", "c"}


def test_views_are_kept_apart() -> None:
    kept = seen(seen(None, VIEW, ["a"], NOON), "pool/168", ["b"], NOON)
    before = last_visit(kept, VIEW, NOON + 86_400)
    assert before is not None
    assert before.keys == {"a"}


@pytest.mark.parametrize("broken", [7, [], "x", {VIEW: 3}, {VIEW: {"at": True, "keys": []}}, {VIEW: {"at": 1}}])
def test_what_has_not_the_form_counts_as_no_visit(broken: object) -> None:
    assert last_visit(broken, VIEW, NOON) is None
    assert set(seen(broken, VIEW, ["a"], NOON)[VIEW]["keys"]) == {"a"}
