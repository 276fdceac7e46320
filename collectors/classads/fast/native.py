"""Calls of machine code that Numba made, without Numba: arguments -> the words that it takes.

Numba's own calling convention, the same on every 64-bit machine: `int32 f(result*, error**, words...)`. A whole number
is one word. An array is: two nulls (nobody counts its users, and it is a part of nothing), its number of items, the
bytes of one, their address, then its shape and its strides. A tuple is its elements, one behind the other. The result
is None or whole numbers; the status is 0 unless the function raised something.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Flat:
    """An argument as words; `form` says what they mean."""

    words: tuple[int, ...]
    form: str
    held: object
    """The argument itself: its arrays live as long as their addresses are in use."""


Argument = int | np.ndarray[Any, Any] | tuple["Argument", ...] | Flat


@dataclass(frozen=True)
class Entry:
    """A function of compiled code: the form and number of the words that it takes, how many integers it returns."""

    name: str
    form: str
    words: int
    results: int

    @classmethod
    def of(cls, name: str, arguments: Sequence[Flat], results: int) -> "Entry":
        """The function that takes such arguments."""
        return cls(name, _form(arguments), sum(len(argument.words) for argument in arguments), results)


class NativeFunction:
    """The function at an address; `memory` is what keeps its code there."""

    def __init__(self, entry: Entry, address: int, memory: object) -> None:
        kinds = [ctypes.c_void_p, ctypes.c_void_p] + [ctypes.c_int64] * entry.words
        self._entry, self._memory = entry, memory
        self._call = ctypes.CFUNCTYPE(ctypes.c_int32, *kinds)(address)

    def __call__(self, *arguments: Argument) -> Sequence[int]:
        """Raises TypeError for arguments that it was not compiled for, RuntimeError if the code itself raises."""
        given = [flat(argument) for argument in arguments]
        form = _form(given)
        if form != self._entry.form:
            raise TypeError(f"{self._entry.name} takes ({self._entry.form}), not ({form})")
        result, error = (ctypes.c_int64 * max(self._entry.results, 1))(), ctypes.c_void_p()
        words = (word for argument in given for word in argument.words)
        status = self._call(ctypes.addressof(result), ctypes.addressof(error), *words)
        if status:
            raise RuntimeError(f"{self._entry.name} gave up with status {status}")
        return result[: self._entry.results]


def flat(argument: Argument) -> Flat:
    """The argument's words. Raises TypeError for anything else than integers, whole arrays and tuples of them.

    What stays the same from call to call is made flat once, by the caller.
    """
    if isinstance(argument, Flat):
        return argument
    if isinstance(argument, tuple):
        parts = [flat(part) for part in argument]
        return Flat(tuple(word for part in parts for word in part.words), f"({_form(parts)})", argument)
    if isinstance(argument, np.ndarray):
        if not (argument.flags.c_contiguous and argument.flags.aligned):
            raise TypeError("the array is not in one piece")
        address = argument.__array_interface__["data"][0]
        words = (0, 0, argument.size, argument.itemsize, address, *argument.shape, *argument.strides)
        return Flat(words, f"{argument.dtype.str}/{argument.ndim}", argument)
    if type(argument) is int:
        return Flat((argument,), "int", argument)
    raise TypeError(f"{type(argument).__name__} cannot be handed over")


def _form(arguments: Sequence[Flat]) -> str:
    return " ".join(argument.form for argument in arguments)
