"""How functions of this folder are compiled, and the three functions of the C library that they call."""

from collections.abc import Callable
from typing import Any

import numba
from numba import types

_find = types.ExternalFunction("memchr", types.intp(types.intp, types.intc, types.uintp))
_copy = types.ExternalFunction("memcpy", types.intp(types.intp, types.intp, types.uintp))
_order = types.ExternalFunction("memcmp", types.intc(types.intp, types.intp, types.uintp))


Function = Callable[..., Any]

_OPTIONS: dict[str, Any] = {"error_model": "numpy", "_nrt": False}


def compiled(function: Function) -> Any:
    """The function as machine code, made when it is first called.

    It looks for no division by zero and makes no array: without Numba's counting of references it is twice as fast.
    """
    return numba.njit(**_OPTIONS)(function)


def inlined(function: Function) -> Any:
    """The same, put into its caller: a plan has so many arrays that handing them over costs more than what is done."""
    return numba.njit(forceinline=True, **_OPTIONS)(function)


@inlined
def find_byte(source, begin, end, byte):  # type: ignore[no-untyped-def]
    """Where the byte stands first in source[begin:end]; -1: nowhere."""
    base = source.ctypes.data
    found = _find(base + begin, byte, end - begin)
    return found - base if found else -1


@inlined
def same_bytes(one, one_at, other, other_at, size):  # type: ignore[no-untyped-def]
    """Whether `size` bytes of both are equal."""
    return _order(one.ctypes.data + one_at, other.ctypes.data + other_at, size) == 0


@inlined
def copy_bytes(source, begin, end, target, at):  # type: ignore[no-untyped-def]
    """Copy source[begin:end] to target[at:]; returns where it ends there."""
    _copy(target.ctypes.data + at, source.ctypes.data + begin, end - begin)
    return at + end - begin
