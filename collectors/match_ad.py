"""What a job or slot is matched on -> lines of its ad, as far as no column holds it.

In: an ad, and the names of attributes to keep. Out: `name = value` lines, names in lower case: those attributes, and
what their expressions name, over any number of steps. A name that was asked for and that the ad lacks is `undefined`,
so that *not there* is told from *never asked*. Nothing is evaluated here: expressions are kept as they were written.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from collectors.classads.ad import Ad
from collectors.classads.expressions import is_plain
from pipeline.schema import Table

LARGEST = 16 << 10
"""Bytes of the lines; what does not fit is left out, the least wanted first."""
MOST_NAMES = 300
MOST_EXPRESSIONS = 12
"""Attributes that are no literals: thirty that each name the next one twice would cost 2^30 steps."""
_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')


def match_ad(ad: Ad, table: Table, wanted: Iterable[str]) -> str | None:
    """The lines; None if the ad has none of the wanted attributes. Columns of the table are left out."""
    lines: list[bytes] = []
    size = expressions = found = 0
    for name, raw in _closure(ad, table, wanted):
        if raw is None:
            line = name + b" = undefined"
        else:
            found += 1
            expressions += not is_plain(raw)
            line = name + b" = " + raw
        if size + len(line) > LARGEST or expressions > MOST_EXPRESSIONS or b"\0" in line:
            break
        size += len(line) + 1
        lines.append(line)
    return b"\n".join(lines).decode("utf-8", "backslashreplace") if found else None


def named_in(expression: bytes) -> list[bytes]:
    """Lower-cased words outside of strings: every attribute that it names, and its functions."""
    return [word.lower() for word in _NAME.findall(_STRING.sub(b" ", expression))]


def _closure(ad: Ad, table: Table, wanted: Iterable[str]) -> Iterator[tuple[bytes, bytes | None]]:
    """Names with what stands right of their `=`: the wanted ones (None: not there), then what those name."""
    held = {name.lower().encode() for column in table.from_ads for name in column.attributes}
    asked = dict.fromkeys(name.lower().encode() for name in wanted)
    seen: set[bytes] = set()
    referred: dict[bytes, None] = {}
    while (names := [name for name in chain(asked, referred) if name not in seen]) and len(seen) < MOST_NAMES:
        for name in names[: MOST_NAMES - len(seen)]:
            seen.add(name)
            raw = None if name in held else ad.find(name)
            if raw is not None and not is_plain(raw):
                referred.update(dict.fromkeys(named_in(raw)))
            if raw is not None or (name in asked and name not in held):
                yield name, raw
