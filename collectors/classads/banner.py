"""Banner lines: the line after an ad that says what the ad was and, again, whose.

In: one line of bytes that starts with ***. Out: a Banner, or None for a line that no HTCondor writes.
The forms are in `pipeline/schema/banner.py`. Nothing here escapes an owner's name, because the writer does not.
"""

import re
from dataclasses import dataclass

from pipeline.schema.banner import BANNER_WORDS, EPOCH_LINE, HISTORY_LINE

JOB = "JOB"
EPOCH = "EPOCH"
_WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_]{0,31}")
_FACT = re.compile(rb'(\w+) ?= ?("[^"]*"|[^\s"]+)')
_INT = re.compile(rb"-?\d{1,19}")


@dataclass(frozen=True, slots=True)
class Banner:
    """What a banner says. None: the banner does not say it. `word` is the record type in capitals."""

    word: str
    offset: int | None = None
    cluster: int | None = None
    proc: int | None = None
    run_instance: int | None = None
    owner: bytes | None = None
    current_utc: int | None = None


def parse_banner(line: bytes) -> Banner | None:
    """The banner in that line; None if it is neither a form of HTCondor's nor a type word with facts.

    No type word means JOB, or EPOCH where the line names a run; a bare *** is a JOB without facts (HTCondor 6.6).
    """
    found = HISTORY_LINE.fullmatch(line)
    if found:
        offset, cluster, proc, owner, _, current = found.groups()
        return Banner(JOB, int(offset), _id(cluster), _id(proc), None, owner, _instant(current))
    found = EPOCH_LINE.fullmatch(line)
    if found:
        word, cluster, proc, run, owner, current = found.groups()
        named = EPOCH if word is None else word.decode("ascii").upper()
        return Banner(named, None, _id(cluster), _id(proc), _id(run), owner, _instant(current))
    return _loose(line)


def _loose(line: bytes) -> Banner | None:
    first = _FACT.search(line)
    title = line[3 : first.start() if first else None].strip()
    if title and not _WORD.fullmatch(title):
        return None
    facts = {BANNER_WORDS[name.lower()]: text for name, text in _FACT.findall(line) if name.lower() in BANNER_WORDS}
    run = _id(facts.get("run_instance"))
    untitled = JOB if run is None else EPOCH
    return Banner(
        word=title.decode("ascii").upper() if title else untitled,
        offset=_whole(facts.get("offset")),
        cluster=_id(facts.get("cluster")),
        proc=_id(facts.get("proc")),
        run_instance=run,
        owner=facts["owner"].strip(b'"') if "owner" in facts else None,
        current_utc=_instant(facts.get("current_utc")),
    )


def _whole(text: bytes | None) -> int | None:
    return int(text) if text is not None and _INT.fullmatch(text) else None


def _id(text: bytes | None) -> int | None:
    """An id; the writer puts -1 where it knows none."""
    number = _whole(text)
    return number if number is not None and 0 <= number < 2**63 else None


def _instant(text: bytes | None) -> int | None:
    number = _whole(text)
    return number if number is not None and 0 < number < 2**63 else None
