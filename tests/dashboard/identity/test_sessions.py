"""Sessions end when they are idle, old or left, and there are never more than may be."""

from dashboard.identity.sessions import Sessions
from pipeline.rights.viewing import Identity

ADA, BOB = Identity("i", "ada"), Identity("i", "bob")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_is_its_person_s_until_it_is_idle_for_too_long() -> None:
    clock = Clock()
    sessions = Sessions(60, 600, clock)
    first, other = sessions.begin(ADA), sessions.begin(BOB)
    assert first != other
    clock.now += 59
    assert sessions.identity(first) is ADA
    clock.now += 1
    assert sessions.identity(other) is None
    assert sessions.identity(first) is ADA
    assert len(sessions) == 1


def test_a_session_ends_however_busy_it_is() -> None:
    clock = Clock()
    sessions = Sessions(60, 100, clock)
    session_id = sessions.begin(ADA)
    for _ in range(3):
        clock.now += 33
        assert sessions.identity(session_id) is ADA
    clock.now += 1
    assert sessions.identity(session_id) is None


def test_a_session_that_was_left_is_over() -> None:
    sessions = Sessions(60, 600, Clock())
    session_id = sessions.begin(ADA)
    sessions.end(session_id)
    sessions.end(session_id)
    assert sessions.identity(session_id) is None


def test_who_was_idle_longest_makes_room() -> None:
    sessions = Sessions(60, 600, Clock(), most=2)
    first, second = sessions.begin(ADA), sessions.begin(BOB)
    assert sessions.identity(first) is ADA
    third = sessions.begin(BOB)
    assert [sessions.identity(one) for one in (first, second, third)] == [ADA, None, BOB]


def test_an_id_cannot_be_guessed() -> None:
    sessions = Sessions(60, 600, Clock())
    assert {len(sessions.begin(ADA)) for _ in range(10)} == {43}
