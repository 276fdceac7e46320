"""What rules are worth on messages that they were not written from: rules and messages in, verdicts out.

Rules are written by hand, with messages in sight, so that there is nothing to fit anew. What can be taken back is what
a source of messages has taught. A rule's pattern is a list of signs, `a|b|c`; where a source is held out, each sign
goes that finds a message of that source, unless it finds a message of its class in what is left.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from pipeline.triage.classify import classify
from pipeline.triage.shape import shape
from pipeline.triage.taxonomy import UNKNOWN, MessageRule, Taxonomy

SAMPLED = re.compile(r'^(?:\w*HoldReason|VacateReason|RemoveReason) = "(.*)"$', re.MULTILINE)


@dataclass(frozen=True)
class Labelled:
    """A message with its codes, the class that a person gave it, and where it was found."""

    source: str
    message: str
    code: int | None
    subcode: int | None
    failure: str


@dataclass(frozen=True)
class Known:
    """A message that rules may be written from, and its class."""

    message: str
    failure: str


def signs(pattern: str) -> tuple[str, ...]:
    """The alternatives of a pattern that stand at its top."""
    found, depth, begin, at = [], 0, 0, 0
    is_set = False
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            at += 1
        elif is_set:
            is_set = letter != "]"
        elif letter == "[":
            is_set = True
        elif letter == "|" and depth == 0:
            found.append(pattern[begin:at])
            begin = at + 1
        else:
            depth += (letter == "(") - (letter == ")")
        at += 1
    return (*found, pattern[begin:])


def without(rules: Taxonomy, held_out: Iterable[Labelled], left: Sequence[Known]) -> Taxonomy:
    """The rules as they would be without the held-out messages; codes stay, they are the manual's."""
    hidden = tuple(Known(row.message, row.failure) for row in held_out)
    kept = [shorter for rule in rules.message if (shorter := _shorter(rule, hidden, left)) is not None]
    return Taxonomy.model_construct(classes=rules.classes, message=tuple(kept), code=rules.code, end=rules.end)


def _shorter(rule: MessageRule, hidden: Sequence[Known], left: Sequence[Known]) -> MessageRule | None:
    of_class = [known.message for known in left if known.failure == rule.failure]
    all_signs = signs(rule.pattern)
    kept = [
        sign
        for sign in all_signs
        if not any(_finds(sign, known.message) for known in hidden) or any(_finds(sign, text) for text in of_class)
    ]
    if len(kept) == len(all_signs):
        return rule
    parts = {"class": rule.failure, "pattern": "|".join(kept), "example": rule.example, "source": rule.source}
    return MessageRule.model_validate(parts) if kept else None


@cache
def _finds(sign: str, message: str) -> bool:
    return re.search(sign, shape(message), re.IGNORECASE) is not None


def sampled(texts: Iterable[str]) -> tuple[Known, ...]:
    """The reasons in the records of a real pool, each once, with the classes that our rules give them."""
    reasons = {reason for text in texts for reason in SAMPLED.findall(text)}
    return tuple(Known(reason, classify(reason).failure) for reason in sorted(reasons))


def told(rules: Taxonomy, rows: Iterable[Labelled]) -> Iterator[str]:
    """The class that the rules give each message: as `classify` does, which knows the rules of this version alone."""
    for row in rows:
        text = shape(row.message)
        of_message = (rule.failure for rule in rules.message if rule.finds.search(text))
        of_code = (
            rule.failure for rule in rules.code if row.code in rule.codes and rule.subcode in (None, row.subcode)
        )
        yield next(of_message, None) or next(of_code, UNKNOWN)


def held_out(
    rules: Taxonomy, rows: Sequence[Labelled], folds: Iterable[Iterable[str]], real: Sequence[Known]
) -> list[str]:
    """The class of each message, by the rules as they would be without the sources of its fold."""
    verdicts = dict.fromkeys(range(len(rows)), "")
    for fold in folds:
        sources = frozenset(fold)
        hidden = {number: row for number, row in enumerate(rows) if row.source in sources}
        left = [Known(row.message, row.failure) for row in rows if row.source not in sources]
        refitted = without(rules, hidden.values(), [*left, *real])
        verdicts |= dict(zip(hidden, told(refitted, hidden.values()), strict=True))
    return list(verdicts.values())


def dealt(sources: Sequence[str], folds: int, rng: Random) -> list[list[str]]:
    """The sources in so many folds, dealt at random."""
    mixed = rng.sample(sources, len(sources))
    return [mixed[number::folds] for number in range(folds)]
