"""Messages and codes to classes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.triage.classify import CLEAR, LIKELY, NONE, classify
from pipeline.triage.signature import LONGEST_SIGNATURE, signature
from pipeline.triage.taxonomy import UNKNOWN, MessageRule, taxonomy
from tests.pipeline.triage.real_reasons import reasons

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "a" * 1_000_000,
    "(" * 5000,
    "\x00\x00a\x00",
]


@pytest.mark.parametrize("rule", taxonomy().message, ids=lambda rule: rule.failure)
def test_every_example_is_told_by_its_own_rule(rule: MessageRule) -> None:
    assert next(tried for tried in taxonomy().message if tried.finds.search(rule.example)) == rule
    verdict = classify(rule.example)
    assert (verdict.failure, verdict.confidence) == (rule.failure, CLEAR)
    assert verdict.why.startswith("the message says")


def test_every_class_but_the_unknown_one_has_a_rule() -> None:
    told = {rule.failure for rule in (*taxonomy().message, *taxonomy().code)}
    assert taxonomy().classes.keys() - told == {UNKNOWN}


@pytest.mark.parametrize(
    ("code", "subcode", "failure"),
    [
        (34, 102, "memory_exceeded"),
        (34, 104, "disk_exceeded"),
        (21, 103, "disk_exceeded"),
        (21, 7, "machine_policy"),
        (47, None, "duration_exceeded"),
        (1008, None, "network"),
        (1011, None, "evicted"),
        (12, 62, "transfer_failure"),
    ],
)
def test_a_code_tells_where_no_message_does(code: int, subcode: int | None, failure: str) -> None:
    verdict = classify("", code, subcode)
    assert (verdict.failure, verdict.confidence) == (failure, LIKELY)
    assert str(code) in verdict.why


def test_a_message_goes_before_a_code() -> None:
    assert classify("Error from slot1@ep: memory usage exceeded request_memory", 26).failure == "memory_exceeded"


def test_the_side_that_sends_tells_input_from_output() -> None:
    reading = "error reading from /a/b: (errno 2) No such file or directory"
    assert (
        classify(f"SHADOW at 10.0.0.1 failed to send file(s) to <10.0.0.2:1>: {reading}", 12).failure == "missing_input"
    )
    assert (
        classify(f"STARTER at 10.0.0.1 failed to send file(s) to <10.0.0.2:1>: {reading}", 13).failure
        == "missing_output"
    )


def test_what_no_rule_knows_is_unknown_and_says_so() -> None:
    verdict = classify("the flux capacitor is out of flux", 9999)
    assert (verdict.failure, verdict.blame, verdict.confidence) == (UNKNOWN, "", NONE)
    assert "code 9999" in verdict.why


def test_no_hold_of_a_real_pool_is_unknown() -> None:
    texts = reasons("Hold")
    assert len(texts) > 15
    unknown = {text for text in texts if classify(text).failure == UNKNOWN}
    assert unknown <= {"looking at the input (by user condor)"}  # free words of a person


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_bounded(text: str) -> None:
    verdict = classify(text)
    assert len(verdict.signature) <= LONGEST_SIGNATURE
    assert len(verdict.why) < 200


@given(st.text(max_size=300))
def test_any_text_has_one_signature_on_one_line(text: str) -> None:
    found = signature(text)
    assert found == signature(text)
    assert "\n" not in found
    assert len(found) <= LONGEST_SIGNATURE


def test_messages_of_one_cause_have_one_signature() -> None:
    form = (
        "Error from slot1_{0}@ep{0}.example.org: STARTER at 10.0.0.{0} failed to send file(s) to <10.0.1.{0}:96{0}>: "
        "error reading from /execute/dir_{0}/out.{0}.txt: (errno 2) No such file or directory"
    )
    assert len({signature(form.format(number)) for number in range(10, 30)}) == 1


def test_another_errno_is_another_signature() -> None:
    assert signature("reading /a: (errno 2) x") != signature("reading /a: (errno 13) x")
    assert "(errno 13)" in signature("reading /a: (errno 13) x")
