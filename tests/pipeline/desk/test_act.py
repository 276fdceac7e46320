"""An act on a finding: it has an author, words of bounded length, and an end; and says what it is about."""

from dataclasses import replace

import pytest

from pipeline.desk.act import About, Act, Done, Wish, undo
from pipeline.errors import UsageError
from tests.pipeline.desk.found import DAY, FULL, NOW

ABOUT = About.of("pool", FULL)


def wish(done: Done = "ack", note: str = "", by: str = "ada", until_utc: int | None = None) -> Act:
    return Wish(done, note, by, "command", until_utc).act(ABOUT, FULL.sentence, NOW)


def test_a_finding_has_the_same_key_whatever_its_numbers_and_the_order_of_its_places() -> None:
    two = replace(FULL, values=("Alpha", "Beta"))
    turned = replace(FULL, values=("Beta", "Alpha"), value="Beta", failed=1, hours=3.0, sentence="other")
    assert two.key == turned.key
    others = [replace(two, **change) for change in ({"failure": "network"}, {"kind": "storm"}, {"dimension": "host"})]  # type: ignore[arg-type]
    assert len({two.key, FULL.key, *(other.key for other in others)}) == 5


def test_what_was_said_of_three_places_holds_for_two_of_them_and_not_for_a_fourth() -> None:
    three = About.of("pool", replace(FULL, values=("A", "B", "C")))
    assert three.covers(About.of("pool", replace(FULL, values=("C", "A"))))
    assert not three.covers(About.of("pool", replace(FULL, values=("A", "D"))))
    assert not three.covers(About.of("other pool", replace(FULL, values=("A",))))
    assert not three.covers(About.of("pool", replace(FULL, values=("A",), signature="x")))


def test_an_acknowledgement_holds_a_week_a_mute_a_day_and_a_note_for_good() -> None:
    assert wish("ack").until_utc == NOW + 7 * DAY
    assert wish("mute").until_utc == NOW + DAY
    assert wish("note", "disk ordered").until_utc is None
    assert wish("note", "disk ordered", until_utc=NOW + 5).until_utc == NOW + 5


@pytest.mark.parametrize(
    ("done", "note", "by", "until", "said"),
    [
        ("note", "  ", "ada", None, "without a word"),
        ("ack", "", " ", None, "nobody does it"),
        ("ack", "x" * 501, "ada", None, "501 characters"),
        ("ack", "", "a" * 81, None, "81 characters"),
        ("mute", "", "ada", NOW, "would end before"),
        ("mute", "", "ada", NOW + 93 * DAY, "92 days"),
    ],
)
def test_what_cannot_be_noted_is_refused(done: Done, note: str, by: str, until: int | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        wish(done, note, by, until)


def test_words_are_one_line_and_can_be_written_to_any_file() -> None:
    act = wish("note", "a\nb\x00\tc\ud800")
    assert act.note == "a b\x00 c?"
    assert Act.of_row(act.row()) == act


def test_taking_back_names_the_act_and_who_did_it() -> None:
    act = wish()
    taken = undo(act, "bob", "page", NOW + 1)
    assert (taken.done, taken.undoes, taken.by, taken.about) == ("undo", act.number, "bob", ABOUT)
    with pytest.raises(UsageError, match="nobody"):
        undo(act, "", "page", NOW + 1)
