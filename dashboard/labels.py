"""Names that strangers chose, made harmless and legible for people. Pure text in, pure text out.

Project, site and user names come from job records, where a user can write anything: markup, control characters,
marks that turn the writing direction, a megabyte of text. Pages show what `short` and `visible` return; links,
filters and downloads carry the name itself.
"""

import hashlib
import html
import unicodedata

LIMIT = 48
VERY_LONG = 200
SPACE = "⟨U+0020⟩"
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def visible(name: str) -> str:
    """The name with control and direction characters, and spaces at its ends, written out: nothing acts, all shows."""
    if not name.strip(" "):
        return f"({len(name)} space{'' if len(name) == 1 else 's'})" if name else "(empty)"
    inner = "".join(_written_out(character) for character in name.strip(" "))
    return f"{SPACE * _leading(name)}{inner}{SPACE * _leading(name[::-1])}"


def short(name: str, limit: int = LIMIT) -> str:
    """A visible name of bounded length. A cut one carries a mark that tells it from others, and its length if huge."""
    if len(name) <= limit:
        return visible(name)
    mark = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=2).hexdigest()
    if len(name) <= VERY_LONG:
        return f"{visible(name[: limit - 7])}… #{mark}"
    return f"{visible(name[: limit // 2])}… ({len(name):,} characters, #{mark})"


def record_text(content: bytes, limit: int = 2_000) -> str:
    """A record's bytes as text of bounded length, line by line: what is no text, or acts, is written out."""
    text = content[: limit * 4].decode("utf-8", "backslashreplace")
    lines = ["".join(map(_written_out, line)) for line in text[:limit].split("\n")]
    return "\n".join(lines) + ("\n…" if len(text) > limit or len(content) > limit * 4 else "")


def plural(label: str) -> str:
    """`Project` -> `Projects`, `Access point` -> `Access points`, `Field of science` -> `Fields of science`."""
    first, of, rest = label.partition(" of ")
    return f"{first}s{of}{rest}"


def isolated(text: str) -> str:
    """The text between marks that keep its writing direction from reaching its surroundings."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def in_chart(name: str, limit: int = LIMIT) -> str:
    """The name for a Plotly text, which would read `<b>` or `<a href>` as markup: short, escaped, isolated."""
    return isolated(html.escape(short(name, limit), quote=False))


def _leading(name: str) -> int:
    return len(name) - len(name.lstrip(" "))


def _written_out(character: str) -> str:
    if unicodedata.category(character) not in INVISIBLE:
        return character
    return f"⟨U+{ord(character):04X}⟩"
