"""What messages of one cause have in common: a message in, the same without what differs from case to case out.

Names of hosts and slots, addresses, paths, URLs, ids, times and numbers become words in angle brackets.
"""

import re

from pipeline.triage.shape import LONGEST

LONGEST_SIGNATURE = 300

_MASKS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\b[a-z][a-z0-9+.-]*://[^\s'\"|)>]+", "<url>"),
        (r"<?\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:\?[^\s>]*)?>?", "<address>"),
        (r"\[[0-9a-fA-F:]{3,}\](?::\d+)?", "<address>"),
        (r"\b(?:slot\d+(?:_\d+)?|glidein_\d+(?:_\d+)*)(?:@[\w.+-]+)*", "<slot>"),
        (r"(?<![\w.])(?:[A-Za-z]:)?(?:[/\\][^\s'\"|:,;()<>/\\]+)+[/\\]?", "<path>"),
        (r"\b(?:[a-zA-Z0-9-]+\.){2,}[a-zA-Z]{2,}\b", "<host>"),
        (r"(?<=\bby user )\S+?(?=\)|$|\s)", "<user>"),
        (r"(?<=access point )(?!<)[\w.-]+", "<host>"),
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*", "<time>"),
        (r"\b(?:\d+\+)?\d{1,3}:\d\d(?::\d\d)?\b", "<time>"),
        (r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b", "<id>"),
        (r"(?<![\w.])-?\d+(?:\.\d+)*(?![\w.]*\w)", "<n>"),
    )
)
_ERRNO = re.compile(r"(?i)(\b(?:errno|exit code|code|signal|error)\b\s*[=:]?\s*|FILETRANSFER:)(-?\d+)")
_SPACE = re.compile(r"\s+")


def signature(message: str) -> str:
    """At most LONGEST_SIGNATURE characters on one line; numbers of errors, exits and signals stay: they tell causes."""
    text = message[:LONGEST].replace("\x00", " ")
    text = _ERRNO.sub(lambda found: f"{found[1]}\x00{_letters(found[2])}\x00", text)
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    text = re.sub(r"\x00([a-k-]+)\x00", lambda found: _digits(found[1]), text)
    return _SPACE.sub(" ", text).strip()[:LONGEST_SIGNATURE]


def _letters(digits: str) -> str:
    return digits.translate(str.maketrans("0123456789", "abcdefghij"))


def _digits(letters: str) -> str:
    return letters.translate(str.maketrans("abcdefghij", "0123456789"))
