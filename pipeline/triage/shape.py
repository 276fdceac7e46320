r"""What of a message rules and signatures look at: slots, addresses, ids and long numbers are made alike.

One list says it for Python and for SQL, where millions of messages come down to the few shapes that are classified.
Both sides must agree on every text: patterns use only what `re` with re.ASCII and RE2 take alike (no look-around, no
\s, no \w), and numbers of up to three digits stay, because errors, exits and answers of HTTP are told by them.
"""

import re

LONGEST = 4000
"""Characters of a message that are looked at: a job's user chooses its length."""

_MASKS = (
    (r"\b(?:slot|glidein_)[0-9][0-9_]*(?:@[A-Za-z0-9_.+-]+)*", "slot1@ep"),
    (r"\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?(?:\?[^ >]*)?", "1.0.0.0"),
    (r"\b[0-9]{4,}\b", "1000"),
    (r"\b[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b", "0a0a0a0a"),
    (r"[0-9]{4,}", "1000"),
    (r"([/_.])[0-9]+", r"\1" + "0"),
)
_COMPILED = tuple((re.compile(pattern, re.ASCII), text.replace(r"\1", r"\g<1>")) for pattern, text in _MASKS)


def shape(message: str) -> str:
    """The message's first LONGEST characters without what tells one case from another."""
    text = message[:LONGEST]
    for pattern, word in _COMPILED:
        text = pattern.sub(word, text)
    return text


def _sql() -> str:
    text = f"left(message, {LONGEST})"
    for pattern, word in _MASKS:
        text = f"regexp_replace({text}, '{pattern}', '{word}', 'g')"
    return f"CREATE MACRO shape_of(message) AS {text}"


SHAPE_OF = _sql()
"""The SQL macro `shape_of(message)`: equal to `shape`; null for null."""
