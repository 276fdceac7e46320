"""What holds for a finding: the newest act that is not over and not taken back."""

from dataclasses import replace

from pipeline.desk.act import About, Act, Done, Wish, undo
from pipeline.desk.standing import NOTHING, in_force, standing
from tests.pipeline.desk.found import DAY, FULL, NOW

ABOUT = About.of("pool", FULL)


def act(done: Done, at: int, note: str = "", until: int | None = None) -> Act:
    return Wish(done, note, "ada", "command", until).act(ABOUT, FULL.sentence, at)


def test_of_a_finding_that_nobody_touched_nothing_holds() -> None:
    assert standing((), "pool", FULL) == NOTHING
    assert NOTHING.word == "open"


def test_a_mute_counts_more_than_an_acknowledgement_until_it_is_over() -> None:
    acts = [act("ack", NOW), act("mute", NOW + 1)]
    assert standing(in_force(acts, NOW + 2), "pool", FULL).word == "muted"
    assert standing(in_force(acts, NOW + 1 + DAY), "pool", FULL).word == "acknowledged"
    assert standing(in_force(acts, NOW + 8 * DAY), "pool", FULL).word == "open"


def test_what_was_taken_back_does_not_hold_and_what_was_before_it_does() -> None:
    first, second = act("mute", NOW, "one"), act("mute", NOW + 1, "two")
    held = in_force([first, second, undo(second, "bob", "command", NOW + 2)], NOW + 3)
    assert standing(held, "pool", FULL).muted == first


def test_notes_are_kept_beside_each_other_in_their_order() -> None:
    one, two = act("note", NOW + 5, "later"), act("note", NOW, "earlier")
    assert standing(in_force([one, two], NOW + 6), "pool", FULL).notes == (two, one)


def test_a_place_that_was_not_muted_is_heard() -> None:
    held = in_force([act("mute", NOW)], NOW + 1)
    assert standing(held, "pool", replace(FULL, values=("Alpha", "Beta"))) == NOTHING
    assert standing(held, "other", FULL) == NOTHING
