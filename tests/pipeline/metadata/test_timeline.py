"""What was stated holds until the day on which it is stated otherwise, however often a state is imported."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from pipeline.metadata.entry import Entry
from pipeline.metadata.timeline import Held, merged

Spans = list[tuple[str, str | None, int | None, int | None]]


def project(name: str, pi: str) -> Entry:
    return Entry(kind="project", name=name, pi=pi)


def spans(held: Sequence[Held]) -> Spans:
    found = [(one.entry.name, one.entry.pi, one.entry.valid_from, one.entry.valid_to) for one in held]
    return sorted(found, key=lambda span: (span[0], span[2] or 0, span[1] or ""))


def states(*given: tuple[int, list[Entry]]) -> list[Held]:
    held: list[Held] = []
    for day, entries in given:
        held = merged(held, entries, day)
    return held


def test_the_first_state_holds_for_all_days() -> None:
    assert spans(states((10, [project("A", "Ada")]))) == [("A", "Ada", None, None)]


def test_a_change_holds_from_its_day_on() -> None:
    held = states((10, [project("A", "Ada")]), (20, [project("A", "Ben")]))
    assert spans(held) == [("A", "Ada", None, 19), ("A", "Ben", 20, None)]


def test_what_is_gone_ended_the_day_before() -> None:
    held = states((10, [project("A", "Ada"), project("B", "Ben")]), (20, [project("B", "Ben")]))
    assert spans(held) == [("A", "Ada", None, 19), ("B", "Ben", None, None)]


def test_what_comes_back_holds_from_then_on() -> None:
    ada = [project("A", "Ada")]
    assert spans(states((10, ada), (20, []), (30, ada))) == [("A", "Ada", None, 19), ("A", "Ada", 30, None)]


def test_a_new_name_holds_for_the_days_before_it_was_registered() -> None:
    held = states((10, [project("A", "Ada")]), (20, [project("A", "Ada"), project("B", "Ben")]))
    assert spans(held) == [("A", "Ada", None, None), ("B", "Ben", None, None)]


def test_another_state_of_the_same_day_takes_its_place() -> None:
    first, wrong, right = [project("A", "Ada")], [project("A", "Bne"), project("B", "Ben")], [project("A", "Ben")]
    assert spans(states((10, first), (20, wrong), (20, right))) == spans(states((10, first), (20, right)))
    assert spans(states((10, wrong), (10, right))) == spans(states((10, right)))


def test_odd_entries_are_those_of_the_newest_state() -> None:
    odd = [Entry(kind="oddity", name=name, rule="r", title="t") for name in ("x", "y")]
    assert [one.entry.name for one in states((10, odd[:1]), (20, odd[1:]))] == ["y"]


@given(
    st.lists(st.tuples(st.integers(0, 6), st.dictionaries(st.sampled_from("ABC"), st.sampled_from("xyz"))), max_size=6)
)
def test_each_day_holds_what_the_newest_state_of_that_day_says(given_states: list[tuple[int, dict[str, str]]]) -> None:
    ordered = sorted(given_states, key=lambda state: state[0])
    held = states(*((day, [project(name, pi) for name, pi in said.items()]) for day, said in ordered))
    newest = dict(ordered)  # of several states of one day the last counts
    for day in range(8):
        for name in "ABC":
            assert in_force(held, name, day) == expected(newest, name, day)


def in_force(held: Sequence[Held], name: str, day: int) -> list[str | None]:
    return [
        one.entry.pi
        for one in held
        if one.entry.name == name
        and (one.entry.valid_from is None or one.entry.valid_from <= day)
        and (one.entry.valid_to is None or day <= one.entry.valid_to)
    ]


def expected(newest: dict[int, dict[str, str]], name: str, day: int) -> list[str | None]:
    """What the newest state up to that day says; before a name was stated first, what was stated then."""
    first = min((when for when, said in newest.items() if name in said), default=None)
    if first is None:
        return []
    when = max((when for when in newest if when <= day), default=first)
    said = newest[first if day < first else when]
    return [said[name]] if name in said else []
