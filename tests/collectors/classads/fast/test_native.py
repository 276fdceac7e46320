"""Compiled code called without Numba does what Numba's own call of the same function does."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from collectors.classads.fast.code import Code, code_of, placed
from collectors.classads.fast.kernel.compiled import compiled, find_byte
from collectors.classads.fast.kernel.making import Compiled, object_of
from collectors.classads.fast.native import Argument, NativeFunction, flat


class Shelf(NamedTuple):
    """Arrays of several kinds and dimensions, as the kernel has them."""

    weights: npt.NDArray[np.int64]
    small: npt.NDArray[np.int16]
    cube: npt.NDArray[np.int32]


@compiled
def weighed(source, factor, shelf, nested, out):  # type: ignore[no-untyped-def]
    """Everything that it is given has a part in what it returns, or in what it writes."""
    total = np.int64(0)
    for layer in range(shelf.cube.shape[0]):
        for row in range(shelf.cube.shape[1]):
            for column in range(shelf.cube.shape[2]):
                total += shelf.cube[layer, row, column] * (100 * layer + 10 * row + column)
    inner, times = nested
    for index in range(len(out)):
        out[index] = factor * shelf.weights[index] - shelf.small[index] + inner[index, 1] * times
    return total, find_byte(source, 0, len(source), 35)


def arguments() -> list[Any]:
    """The same values, and new arrays, each time."""
    cube = np.arange(24, dtype=np.int32).reshape(2, 3, 4)
    shelf = Shelf(np.array([5, -6, 7], np.int64), np.array([1, 2, -3], np.int16), cube)
    nested = (np.array([[0, 1], [0, 10], [0, 100]], np.uint8), 3)
    return [np.frombuffer(b"ap1#7.0", np.uint8), -2, shelf, nested, np.zeros(3, np.int64)]


@pytest.fixture(scope="module")
def code() -> Code:
    """That function's code, as a file would keep it."""
    function = Compiled(weighed)
    function(*arguments())
    kept = code_of(object_of([function]).as_file())
    assert kept is not None
    return kept


@pytest.fixture(scope="module")
def native(code: Code) -> NativeFunction:
    return placed(code)["weighed"]


def test_a_call_without_numba_returns_and_writes_what_numbas_own_does(native: NativeFunction) -> None:
    one, other = arguments(), arguments()
    total, at = weighed(*one)
    assert list(native(*other)) == [total, at]
    assert at == 3
    assert other[-1].tolist() == one[-1].tolist() == [-2 * 5 - 1 + 3, 12 - 2 + 30, -14 + 3 + 300]


def test_arguments_may_be_made_flat_before(native: NativeFunction) -> None:
    plain = arguments()
    made: list[Argument] = [flat(argument) for argument in plain]
    assert list(native(*made)) == list(native(*arguments()))
    assert plain[-1].tolist() == [-8, 40, 289]


def test_code_is_called_only_with_what_it_was_compiled_for(native: NativeFunction) -> None:
    for place, wrong in [
        (0, np.zeros(7, np.int8)),
        (0, np.zeros((7, 1), np.uint8)),
        (1, np.zeros(1, np.int64)),
        (2, arguments()[2][:2]),
        (4, 3),
    ]:
        given = arguments()
        given[place] = wrong
        with pytest.raises(TypeError, match="weighed takes"):
            native(*given)
    with pytest.raises(TypeError, match="weighed takes"):
        native(*arguments()[:-1])


@pytest.mark.parametrize(
    "argument", [1.5, True, np.int64(1), "text", [1], None, np.zeros((4, 4), np.int64)[:, 1], np.arange(9)[::2]]
)
def test_what_has_no_words_is_refused(argument: Any) -> None:
    with pytest.raises(TypeError):
        flat(argument)


def test_an_array_is_as_many_words_as_its_shape_needs() -> None:
    array = np.zeros((2, 3), np.int32)
    made = flat((array, 7))
    assert made.words == (0, 0, 6, 4, array.ctypes.data, 2, 3, 12, 4, 7)
    assert made.form == "(<i4/2 int)"


def test_code_that_is_not_whole_is_none(code: Code) -> None:
    stored = code.as_file()
    assert code_of(stored) == code
    for wrong in (b"", stored[:-1], stored[:31], stored + b"\0", stored[:-1] + bytes([stored[-1] ^ 1])):
        assert code_of(wrong) is None


def test_a_function_that_is_called_in_two_ways_is_not_kept() -> None:
    function = Compiled(lambda array: None)
    function(np.zeros(1, np.int64))
    with pytest.raises(AssertionError, match="two ways"):
        function(np.zeros(1, np.int32))
    with pytest.raises(AssertionError, match="not called"):
        _ = Compiled(len).entry
