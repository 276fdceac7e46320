"""A condition of one ad on another, evaluated by HTCondor's own library, once for all ads that are alike in it.

In: the expression's text and the two sides. Out: whether it holds, or which attributes would have to be collected.
"""

import re
from collections.abc import Sequence
from typing import Any

from pipeline.matching.clauses import library, parsed
from pipeline.matching.sides import Side

Truth = bool | None
"""None: it cannot be told."""
TOO_LARGE = "the expression itself (it is too large to be evaluated)"


class Expression:
    """A condition of one side on the other, with a memory: sides that are alike in what it names are asked once.

    A name without a scope is looked for in the side's own ad, then in its counterpart's, as HTCondor does.
    """

    def __init__(self, text: str, own: Side) -> None:
        self._tree = parsed(text)
        self._known: dict[tuple[object, ...], Truth] = {}
        self.own_names, self.counterpart_names = ((), ()) if self._tree is None else _names(self._tree, own)

    def missing(self, own: Side, other: Side) -> tuple[str, ...]:
        """Attributes that it names and that are not collected."""
        if self._tree is None:
            return (TOO_LARGE,)
        lacking = [name for name in self.own_names if own.lines is None and not own.tells(name.lower())]
        return (*lacking, *(name for name in self.counterpart_names if not other.tells(name.lower())))

    def truth(self, own: Side, other: Side) -> Truth:
        """Whether it holds; None where it cannot be told."""
        if self._tree is None or self.missing(own, other):
            return None
        names = [name.lower() for name in self.counterpart_names]
        key = (
            *(own.shown(name.lower()) for name in self.own_names),
            None,
            *(other.shown(name) for name in _closure(other, names)),
        )
        if key not in self._known:
            self._known[key] = self._evaluated(own, other)
        return self._known[key]

    def _evaluated(self, own: Side, other: Side) -> bool:
        value = self._tree.eval(scope=own.ad, target=other.ad)
        return bool(value) if type(value) in (bool, int, float) else False


def _closure(side: Side, names: Sequence[str]) -> list[str]:
    """Those names, and what their expressions name, in one order."""
    found = dict.fromkeys(names)
    waiting = list(names)
    while waiting:
        tree = None if (name := waiting.pop()) in side.values else side.written.get(name)
        if tree is None:
            continue
        for reference in filter(None, library().ClassAd().externalRefs(tree)):
            inner = reference.split(".")[-1].lower()
            if inner not in found:
                found[inner] = None
                waiting.append(inner)
    return list(found)


def _names(tree: Any, own: Side) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Attributes of its own side, in lower case, and of its counterpart, that an expression names.

    Over any number of steps of its own side. The library tells `TARGET.x` from `x`, but not `MY.x`: what the own side
    lacks is the counterpart's, unless it stands there as `MY.x` alone.
    """
    mine: dict[str, None] = {}
    others: dict[str, str] = {}
    waiting = [tree]
    while waiting:
        tree = waiting.pop()
        for reference in filter(None, library().ClassAd().externalRefs(tree)):
            is_target, name = _scoped(reference)
            lower = name.lower()
            if is_target or not (own.has(lower) or lower in own.values or _is_mine_alone(lower, str(tree))):
                others.setdefault(lower, name)
            elif lower not in mine:
                mine[lower] = None
                if lower in own.written and lower not in own.values:
                    waiting.append(own.written[lower])
    return tuple(mine), tuple(others.values())


def _scoped(reference: str) -> tuple[bool, str]:
    """Whether the reference is to the counterpart, and the attribute: of `a.b` it is `a`."""
    first, _, rest = reference.partition(".")
    if first.lower() in ("my", "target") and rest:
        return first.lower() == "target", rest.split(".")[0]
    return False, first


def _is_mine_alone(name: str, text: str) -> bool:
    """Whether each time that the name occurs in the text it is after `MY.`."""
    word = re.escape(name)
    return len(re.findall(rf"(?i)\b{word}\b", text)) == len(re.findall(rf"(?i)\bMY\.{word}\b", text))
