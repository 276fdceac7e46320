"""One failure -> its class. In: a message, codes, and how the run ended, of which any may be missing. Out: a verdict.

Codes are not stable between versions and sites (memory holds come as 34/0, 34/102, 21/102 and as a site's 26; 12 and 13
do not tell input from output), so a message that a rule knows goes before them; how the run ended comes last.
"""

from dataclasses import dataclass

from pipeline.triage.shape import shape
from pipeline.triage.signature import signature
from pipeline.triage.taxonomy import UNKNOWN, Blame, CodeRule, EndRule, taxonomy

CLEAR, LIKELY, NONE = "clear", "likely", "none"
"""Confidence: a message says it; a code or the run's end alone does; nothing does."""


@dataclass(frozen=True)
class Verdict:
    """A class of the taxonomy, whose it usually is, how sure that is, the message's signature, and what told it."""

    failure: str
    label: str
    blame: Blame
    confidence: str
    signature: str
    why: str


def classify(
    message: str = "",
    code: int | None = None,
    subcode: int | None = None,
    outcome: str = "",
    number: int | None = None,
) -> Verdict:
    """The verdict on one failure.

    code       a hold code, or a vacate code of 1000 and above
    outcome    of the attempt, or `no_end` where nothing tells how it ended; "" where it is not known
    number     exit code of a failed run, or the signal that it died of
    """
    return of_shape(shape(message), code, subcode, outcome, number)


def of_shape(
    message: str, code: int | None, subcode: int | None, outcome: str = "", number: int | None = None
) -> Verdict:
    """The same, of a message that is a shape already."""
    failure, confidence, why = _told_by(message, code, subcode, outcome, number)
    known = taxonomy().classes[failure]
    name = signature(message) or _without_words(code, subcode, outcome, number)
    return Verdict(failure, known.label, known.blame, confidence, name, why)


def _told_by(
    text: str, code: int | None, subcode: int | None, outcome: str, number: int | None
) -> tuple[str, str, str]:
    for rule in taxonomy().message:
        found = rule.finds.search(text)
        if found:
            return rule.failure, CLEAR, f"the message says “{found[0][:80]}”"
    for coded in taxonomy().code:
        if code in coded.codes and coded.subcode in (None, subcode):
            return coded.failure, LIKELY, _of_code(coded, code, subcode)
    for end in taxonomy().end:
        if end.outcome == outcome and (end.numbers is None or number in end.numbers):
            return end.failure, LIKELY, _of_end(end, number)
    return UNKNOWN, NONE, "no rule knows the message" + (f", and code {code} tells nothing" if code is not None else "")


def _of_code(rule: CodeRule, code: int | None, subcode: int | None) -> str:
    return _kind(code) + (f", subcode {subcode}" if rule.subcode is not None else "")


def _of_end(rule: EndRule, number: int | None) -> str:
    return f"how the run ended: {rule.outcome}" + (f", {number}" if number is not None else "")


def _kind(code: int | None) -> str:
    return f"{'vacate' if code is not None and code >= 1000 else 'hold'} code {code}"


def _without_words(code: int | None, subcode: int | None, outcome: str, number: int | None) -> str:
    if code is not None:
        return _kind(code) + (f", subcode {subcode}" if subcode else "")
    if number is not None:
        return f"{'signal' if outcome == 'signal' else 'exit code'} {number}"
    return outcome.replace("_", " ")
