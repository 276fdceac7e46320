"""The agenda: what is due, in which order, and how many at a time."""

from typing import Any

from collectors.service.agenda import NEVER, Agenda, Chore, Lane
from collectors.service.errand import Done, Errand, Failed, Outcome

WELL: Outcome[Any] = Done(None, 1.0)
BADLY: Outcome[Any] = Failed("no answer", "", "source", 1.0)


def chore(
    name: str, due: float = 0.0, *, failures: int = 0, lane: Lane = "sources", again: float | None = 100.0
) -> Chore:
    errand = Errand(name, print, (), 1.0)
    return Chore(name, lambda: errand, lambda chore, outcome: again, due, lane, failures)


def agenda(*chores: Chore, places: int = 4) -> Agenda:
    made = Agenda(places)
    for one in chores:
        made.add(one)
    return made


def names(chores: list[Chore]) -> list[str]:
    return [one.name for one in chores]


def test_what_is_due_begins_in_the_order_of_its_time() -> None:
    assert names(agenda(chore("b", 2), chore("a", 1), chore("later", 9)).begin(5)) == ["a", "b"]


def test_no_more_begin_than_there_are_places() -> None:
    made = agenda(*(chore(f"{n}", n) for n in range(6)), places=4)
    assert names(made.begin(10)) == ["0", "1", "2", "3"]
    assert made.begin(10) == []


def test_nothing_runs_twice_at_a_time() -> None:
    made = agenda(chore("a"))
    made.begin(0)
    assert made.begin(50) == []


def test_what_fails_lets_others_go_first_and_takes_half_of_the_places_at_most() -> None:
    failing = [chore(f"bad{n}", n, failures=1) for n in range(4)]
    assert names(agenda(*failing, chore("good", 9)).begin(10)) == ["good", "bad0", "bad1"]


def test_what_fails_is_tried_even_where_there_is_one_place() -> None:
    assert names(agenda(chore("bad", failures=3), places=1).begin(0)) == ["bad"]


def test_the_lake_is_built_or_maintained_one_at_a_time_beside_full_places() -> None:
    made = agenda(chore("poll"), chore("build", lane="lake"), chore("maintain", 1, lane="lake"), places=1)
    assert names(made.begin(1)) == ["poll", "build"]
    (build,) = [one for one in [made.chore("build")] if one]
    made.end(build, WELL)
    assert names(made.begin(1)) == ["maintain"]


def test_what_has_ended_is_due_again_when_it_says() -> None:
    made = agenda(chore("a"))
    (begun,) = made.begin(3)
    made.end(begun, WELL)
    assert (begun.due, begun.began, made.next_due()) == (100.0, 3, 100.0)


def test_failures_in_a_row_are_counted() -> None:
    made = agenda(one := chore("a"))
    counted = []
    for outcome in (BADLY, BADLY, WELL, BADLY):
        made.end(one, outcome)
        counted.append(one.failures)
    assert counted == [1, 2, 0, 1]


def test_what_is_done_for_good_leaves_the_agenda() -> None:
    made = agenda(one := chore("a", again=None))
    made.end(one, WELL)
    assert (len(made), made.next_due()) == (0, NEVER)


def test_what_is_due_and_finds_no_place_does_not_keep_the_loop_awake() -> None:
    made = agenda(chore("a"), chore("b"), places=1)
    made.begin(0)
    assert made.next_due() == NEVER
