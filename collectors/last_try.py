"""What a transfer plugin tells of a file's tries: the last one, as if it were the only one.

In: the ad of one file, as a transfer record lists it, with an ad about its tries in it: `[ Endpoint0 = "a"; Endpoint1 =
"b"; ... ]`. Out: the same ad, with the attributes of the last try beside its own, under the names of the first.
"""

import re

from collectors.classads.ad import PlainAd
from collectors.classads.nested import nested_ads
from pipeline.schema.transfer import TRIES

_NUMBERED = re.compile(rb"([a-z]+)(\d{1,4})")
_TRIES = TRIES.lower().encode()


def as_first_try(file: PlainAd) -> PlainAd:
    """The file's ad with what its last try tells; the ad itself where it tells of no tries."""
    raw = file.raw.get(_TRIES)
    told = None if raw is None else nested_ads(b"{" + raw + b"}")
    if not told:
        return file
    numbered = [(name[1], int(name[2]), value) for name, value in _attributes(told[0])]
    last = max((number for _, number, _ in numbered), default=0)
    of_last = {name + b"0": value for name, number, value in numbered if number == last}
    return PlainAd(of_last | file.raw)


def _attributes(told: PlainAd) -> list[tuple[re.Match[bytes], bytes]]:
    found = [(_NUMBERED.fullmatch(name), value) for name, value in told.raw.items()]
    return [(name, value) for name, value in found if name is not None]
