"""Any stock of records comes whole, in answers of bounded size, however its keys lie."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.asking.windows import Key, Window, read_down
from pipeline.errors import SourceError

KEYS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 3), st.integers(0, 3))
    | st.tuples(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 100)),
    max_size=120,
)


@dataclass
class Answered:
    keys: list[Key]


class Stock:
    """Records in the order of their file, oldest first; notes how large its answers were."""

    def __init__(self, keys: list[Key]) -> None:
        self.keys = keys
        self.sizes: list[tuple[int, int]] = []

    def ask(self, window: Window, most: int) -> Answered:
        inside = [key for key in reversed(self.keys) if window.holds(key)]
        self.sizes.append((most, len(inside)))
        return Answered(inside[:most] if most else inside)


@given(KEYS, st.integers(1, 12))
def test_whole_windows_together_hold_every_record_once(keys: list[Key], page: int) -> None:
    stock = Stock(keys)
    pieces = list(read_down(stock.ask, page, 3))
    came = [key for piece in pieces for key in piece.answer.keys]
    assert sorted(came) == sorted(keys)
    assert pieces[-1].rest is None


@given(KEYS, st.integers(1, 12))
def test_without_bound_only_records_of_one_single_key_are_asked_for(keys: list[Key], page: int) -> None:
    stock = Stock(keys)
    for piece in read_down(stock.ask, page, 3):
        if len(piece.answer.keys) >= page:
            assert len(set(piece.answer.keys)) == 1


@given(KEYS, st.integers(1, 12), st.data())
def test_a_reading_that_was_broken_off_goes_on_where_it_was(keys: list[Key], page: int, data: st.DataObject) -> None:
    pieces = list(read_down(Stock(keys).ask, page, 3))
    read = pieces[: data.draw(st.integers(1, len(pieces)))]
    came = [key for piece in read for key in piece.answer.keys]
    if read[-1].rest is not None:
        rest = read_down(Stock(keys).ask, page, 3, read[-1].rest, read[-1].guess)
        came += [key for piece in rest for key in piece.answer.keys]
    assert sorted(came) == sorted(keys)


def test_an_even_backlog_takes_little_more_than_it_is_long() -> None:
    stock = Stock([(1_700_000_000 + 7 * number, number, 0) for number in range(40_000)])
    came = sum(len(piece.answer.keys) for piece in read_down(stock.ask, 1000, 3))
    sent = sum(min(inside, most or inside) for most, inside in stock.sizes)
    assert came == 40_000
    assert sent <= 1.1 * came
    assert len(stock.sizes) <= 70


def test_a_daemon_that_answers_with_other_records_than_those_asked_for_is_an_error() -> None:
    def ask(window: Window, most: int) -> Answered:
        return Answered([(5, 5, 5)] * most)

    with pytest.raises(SourceError, match="other records"):
        list(read_down(ask, 10, 3, high=(3, 0, 0)))
