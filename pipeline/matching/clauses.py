"""An expression -> the conditions that have to hold together: its parts between `&&`, as ClassAd's own parser sees it.

Python's classad2 shows no syntax tree. So a place with `&&` is taken as a border if both sides parse, which no place
within brackets or a string does, and if nothing beside it binds less than `&&`: with `false &&` before a side, and with
`&& false` after it, the side is false whatever the attributes are (`flatten` leaves what it does not know unevaluated).
"""

import re
from functools import cache
from typing import Any

LONGEST = 8 << 10
"""Characters of an expression that is evaluated: 200 kB of `x.x.x...` end the process."""
MOST_BRACKETS = 200
_MOST_BORDERS = 100
_AND = re.compile(r"&&")


def is_too_large(expression: str) -> bool:
    """True if the library is not to be trusted with it."""
    return len(expression) > LONGEST or sum(map(expression.count, "([{")) > MOST_BRACKETS


def clauses(expression: str) -> list[str]:
    """The conditions, in their order, without brackets round them; the expression itself where it has no such parts."""
    text = _bare(expression.strip())
    borders = [found.span() for found in _AND.finditer(text)]
    if len(borders) > _MOST_BORDERS:
        return [text]
    for begin, end in borders:
        left, right = text[:begin].strip(), text[end:].strip()
        if _is_whole(left) and _is_whole(right):
            return [*clauses(left), *clauses(right)]
    return [text]


def parsed(text: str) -> Any:
    """The expression as a tree; None if it is none.

    The parser takes `a; b = 2` for `a`, brackets end it; and no text closes both kinds of them and opens them again.
    """
    classad2 = library()
    try:
        classad2.ExprTree(f"{{{text}}}")
        return classad2.ExprTree(f"({text})")
    except classad2.ClassAdException:
        return None


@cache
def library() -> Any:
    """classad2, with the rules of HTCondor's daemons: a name that an ad lacks is looked for in its counterpart.

    The library goes over to them, for good, when it first parses an ad in the old syntax (seen with 25.14).
    """
    import classad2

    next(classad2.parseAds("a = 1\n", classad2.ParserType.Old))
    return classad2


def _bare(text: str) -> str:
    while text.startswith("(") and text.endswith(")") and parsed(text[1:-1]) is not None:
        text = text[1:-1].strip()
    return text


def _is_whole(side: str) -> bool:
    """Whether the side is an operand of `&&`, not a piece of something that binds less."""
    if parsed(side) is None:
        return False
    return _flattened(f"false && {side}") is False and not _is_open(_flattened(f"{side} && false"))


def _is_open(value: Any) -> bool:
    """Whether anything is left to be known. A function that is called with an unknown is an error to `flatten`."""
    return value is not False and value is not library().Value.Error


def _flattened(text: str) -> Any:
    classad2 = library()
    try:
        return classad2.ClassAd().flatten(classad2.ExprTree(text))
    except classad2.ClassAdException:
        return None
