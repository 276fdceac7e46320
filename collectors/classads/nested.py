"""A list of nested ads, `{ [ a = 1; b = "x" ], [ ... ] }`, as one ad each.

In: the bytes right of the `=`. Out: the ads, their values unparsed. Nothing is evaluated and nothing recurses, so
that a list of any length and depth is safe.
"""

import re
from collections.abc import Iterator

from collectors.classads.ad import PlainAd

_TOKEN = re.compile(rb'"(?:\\"|[^"])*+"|[\[\](){};]|[^"\[\](){};]++|"')
_OPEN, _CLOSE = frozenset(b"[({"), frozenset(b"])}")
_IN_LIST, _IN_AD = 1, 2
MOST_ADS = 100_000


def nested_ads(raw: bytes) -> list[PlainAd] | None:
    """The ads of a list, in order; None if it is no list of ads, or a list of more than 100,000."""
    if raw[:1] != b"{" or raw[-1:] != b"}":
        return None
    ads: list[PlainAd] = []
    for attributes in _ads(raw):
        if attributes is None or len(ads) >= MOST_ADS:
            return None
        ads.append(PlainAd(attributes))
    return ads


def _ads(raw: bytes) -> Iterator[dict[bytes, bytes] | None]:
    """Each ad's attributes; None where something else stands between the ads."""
    depth = 0
    attributes: dict[bytes, bytes] = {}
    part: list[bytes] = []
    for found in _TOKEN.finditer(raw):
        token = found[0]
        opens, closes = token[0] in _OPEN and len(token) == 1, token[0] in _CLOSE and len(token) == 1
        depth -= closes
        if depth < _IN_AD:
            if token == b"[" and depth == _IN_LIST:
                attributes, part = {}, []
            elif token == b"]" and depth == _IN_LIST:
                _add(attributes, part)
                yield attributes
            elif token.strip(b" \t,") and not (token in b"{}" and depth == 0):
                yield None
        elif token == b";" and depth == _IN_AD:
            _add(attributes, part)
            part = []
        else:
            part.append(token)
        depth += opens


def _add(attributes: dict[bytes, bytes], part: list[bytes]) -> None:
    name, equals, value = b"".join(part).partition(b"=")
    if equals:
        attributes[name.strip().lower()] = value.strip()
