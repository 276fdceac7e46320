"""One failure -> its class. In: a message and codes, of which any may be missing. Out: a verdict that says why.

Codes are not stable between versions and sites (memory holds come as 34/0, 34/102, 21/102 and as a site's 26; 12 and 13
do not tell input from output), so a message that a rule knows goes before them.
"""

from dataclasses import dataclass

from pipeline.triage.signature import LONGEST, signature
from pipeline.triage.taxonomy import UNKNOWN, Blame, CodeRule, taxonomy

CLEAR, LIKELY, NONE = "clear", "likely", "none"
"""Confidence: a message says it; a code alone does; nothing does."""


@dataclass(frozen=True)
class Verdict:
    """A class of the taxonomy, whose it usually is, how sure that is, the message's signature, and what told it."""

    failure: str
    label: str
    blame: Blame
    confidence: str
    signature: str
    why: str


def classify(message: str = "", code: int | None = None, subcode: int | None = None) -> Verdict:
    """The verdict on one failure; `code` is a hold code, or a vacate code of 1000 and above."""
    failure, confidence, why = _told_by(message, code, subcode)
    known = taxonomy().classes[failure]
    return Verdict(failure, known.label, known.blame, confidence, signature(message), why)


def _told_by(message: str, code: int | None, subcode: int | None) -> tuple[str, str, str]:
    text = message[:LONGEST]
    for rule in taxonomy().message:
        found = rule.finds.search(text)
        if found:
            return rule.failure, CLEAR, f"the message says “{found[0][:80]}”"
    for coded in taxonomy().code:
        if code in coded.codes and coded.subcode in (None, subcode):
            return coded.failure, LIKELY, _of_code(coded, code, subcode)
    return UNKNOWN, NONE, "no rule knows the message" + (f", and code {code} tells nothing" if code is not None else "")


def _of_code(rule: CodeRule, code: int | None, subcode: int | None) -> str:
    kind = "vacate" if code is not None and code >= 1000 else "hold"
    return f"{kind} code {code}" + (f", subcode {subcode}" if rule.subcode is not None else "")
