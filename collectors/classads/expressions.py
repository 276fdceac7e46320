"""What is no literal -> its value, by HTCondor's own library `classad2`, without letting it harm us.

Job users write these expressions. Seen with classad2 25.14: `x.x.x...` of 200 kB and `1+1+1...` of 2 MB end the
process; thirty attributes that each name the next one twice cost 2^30 steps; CurrentTime, time() and random() give
another value at each reading. So only expressions that are short, call known pure functions and cost few steps are
evaluated; every other one is *unknown* (None), like undefined, error, NaN and infinity. The rest of its ad is read.

Only what the expression refers to is given to the library, not the whole ad: a line that the library cannot parse
would make it forget all lines after it.
"""

import math
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from collectors.classads.literals import NOT_LITERAL, Scalar, decoded, is_string, known_text, read_number

LONGEST = 8 << 10
"""Bytes of an expression and all that it refers to."""
MOST_STEPS = 1000
"""References followed, counted as often as they are evaluated."""
MOST_BRACKETS = 200
DEEPEST = 50
"""Attributes that lead to each other."""

_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
_CALL = re.compile(rb"([A-Za-z_][A-Za-z0-9_]*)\s*\(")
_HUGE = re.compile(rb"\d{19}")
_BRACKETS = re.compile(rb"[(\[{]")
_NOW = b"currenttime"
_PURE = frozenset(
    b"ifthenelse isundefined iserror isstring isinteger isreal islist isboolean "
    b"min max sum avg abs floor ceiling round quantize pow int real string bool "
    b"size strcat join substr toupper tolower strcmp stricmp split member identicalmember anycompare allcompare "
    b"stringlistsize stringlistmember stringlistimember stringlistsum stringlistmin stringlistmax stringlistavg "
    b"versiongt versionge versionlt versionle versioneq reltime abstime interval".split()
)
_WORDS = frozenset(b"true false undefined error is isnt my target null".split())


Find = Callable[[bytes], bytes | None]


class _Refused(Exception):
    """The expression must not be evaluated."""


def evaluate(name: bytes, find: Find) -> Scalar | None:
    """The value of attribute `name` (lower case) of an ad; None if it is unknown or must not be evaluated.

    `find` gives the bytes right of the `=` of any attribute of the ad by its lower-cased name.
    """
    needed: dict[bytes, bytes] = {}
    try:
        _count_steps(name, find, needed, {}, ())
    except _Refused:
        return None
    if sum(len(key) + len(raw) for key, raw in needed.items()) > LONGEST:
        return None
    return _value(name, tuple(needed.items()))


def _count_steps(
    name: bytes, find: Find, needed: dict[bytes, bytes], steps: dict[bytes, int], above: tuple[bytes, ...]
) -> int:
    """Evaluations that one of `name` takes, itself included; fills `needed` with all attributes that it touches."""
    if name in steps:
        return steps[name]
    raw = find(name)
    total = 1
    if raw is not None:
        needed[name] = raw
        if not is_plain(raw):
            if name in above or len(above) > DEEPEST or len(raw) > LONGEST:
                raise _Refused
            for reference in _references(raw):
                total += _count_steps(reference, find, needed, steps, (*above, name))
                if total > MOST_STEPS:
                    raise _Refused
    steps[name] = total
    return total


def is_plain(raw: bytes) -> bool:
    """True for a literal: it refers to nothing."""
    return is_string(raw) or read_number(raw) is not NOT_LITERAL


@lru_cache(1024)
def _references(raw: bytes) -> tuple[bytes, ...]:
    """The names in an expression, in lower case, as often as they stand there. Raises _Refused."""
    if _HUGE.search(raw) or len(_BRACKETS.findall(raw)) > MOST_BRACKETS:
        raise _Refused
    names = [found.lower() for found in _NAME.findall(raw)]
    if _NOW in names or any(call.lower() not in _PURE | _WORDS for call in _CALL.findall(raw)):
        raise _Refused
    return tuple(name for name in names if name not in _PURE and name not in _WORDS)


@lru_cache(4096)
def _value(name: bytes, needed: tuple[tuple[bytes, bytes], ...]) -> Scalar | None:
    """The value of one of those attributes, which refer to nothing else."""
    lines = [f"{decoded(key)} = {decoded(raw)}" for key, raw in needed]
    if any("\n" in line or "\0" in line for line in lines):
        return None
    return _known(_ask("\n".join(lines), decoded(name)))


@cache
def _library() -> Any:
    import classad2

    return classad2


def _ask(ad: str, name: str) -> object:
    library = _library()
    try:
        parsed = next(library.parseAds(ad + "\n", library.ParserType.Old), None)
        return None if parsed is None or name not in parsed else parsed.eval(name)
    except (library.ClassAdException, UnicodeError, ValueError, OverflowError):
        return None


def _known(value: object) -> Scalar | None:
    """A value that can be stored: whole, finite real, truth value or text; None for any other."""
    if isinstance(value, str):
        return known_text(value.encode("utf-8", "backslashreplace"))
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    # classad2's Undefined and Error are whole numbers to Python
    return value if type(value) in (int, bool) else None  # type: ignore[return-value]
