"""Expressions of strangers are evaluated if that is safe and repeatable; else their attribute is unknown."""

import pytest

from collectors.classads import expressions
from collectors.classads.ad import parse_text
from collectors.classads.expressions import LONGEST, evaluate
from tests.collectors.records import NAMES

KNOWN = {
    "A = 1 + 1": 2,
    "A = B * 2\nB = C\nC = 4": 8,
    "A = MY.B\nB = 3": 3,
    "A = MAX({ 1024,(B + 1) * 1.25 }) * 1024\nB = 1": 1024 * 1024.0,
    'A = ifThenElse(isUndefined(Nope), "x", "y")': "x",
    'A = strcat("é", "\\n")': "é\\n",
    "A = 7 =?= 7": True,
    'A = relTime("1+02:03:04")': 93784.0,
    "A = quantize(5, {2, 6})": 6,
}
UNKNOWN = [
    "A = Nope",
    "A = TARGET.B\nB = 1",
    "A = 1 / 0",
    "A = {1, 2}",
    "A = [b = 1]",
    "A = (",
    "A = 99999999999999999999 + 1",
    "A = A + 1",
    "A = B\nB = A",
    "A = time()",
    "A = TIME() - 5",
    "A = random(10)",
    "A = CurrentTime - 5",
    "A = B\nB = 1 + currenttime\nCurrentTime = 5",
    'A = env("HOME")',
    'A = userHome("root")',
    'A = eval("time" + "()")',
    "A = unparse(B)\nB = 1",
    'A = formatTime(5, "%H")',
]
HOSTILE = {
    "parentheses": "A = " + "(" * 100_000 + "1" + ")" * 100_000,
    "parentheses within the limit": "A = " + "(" * 190 + "1" + ")" * 190,
    "minus": "A = " + "-" * 100_000 + "1",
    "minus within the limit": "A = " + "-" * (LONGEST - 9) + "1",
    "sum": "A = 1" + "+1" * 1_000_000,
    "sum within the limit": "A = 1" + "+1" * (LONGEST // 2 - 9),
    "scopes": "A = " + "x." * 100_000 + "y",
    "scopes within the limit": "A = " + "x." * (LONGEST // 2 - 9) + "y",
    "choices": "A = " + "true?" * 100_000 + "1" + ":2" * 100_000,
    "list": "A = {" + "1," * 1_000_000 + "1}",
    "nested lists": "A = " + "{" * 100_000 + "1" + "}" * 100_000,
    "nested ads": "A = " + "[a=" * 100_000 + "1" + "]" * 100_000,
    "subscripts": "A = x" + "[0]" * 100_000,
    "string": 'A = "' + "x" * 10_000_000 + '" + 1',
    "doubling": "\n".join(f"A{n} = A{n + 1} + A{n + 1}" for n in range(30)) + "\nA30 = 1\nA = A0",
    "quadrupling": "\n".join(f"A{n} = " + " + ".join([f"A{n + 1}"] * 4) for n in range(18)) + "\nA18 = 1\nA = A0",
    "doubling texts": "\n".join(f"A{n} = strcat(A{n + 1}, A{n + 1})" for n in range(30)) + '\nA30 = "x"\nA = A0',
    "chain": "\n".join(f"A{n} = A{n + 1} + 1" for n in range(10_000)) + "\nA10000 = 1\nA = A0",
    "many names": "A = " + " + ".join(f"B{n}" for n in range(1_000)),
    "regular expression": 'A = regexp("(a+)+$", "' + "a" * 40 + 'b")',
    "large string behind": 'A = size(B)\nB = "' + "x" * 5_000_000 + '"',
}


def value(ad: str) -> object:
    return evaluate(b"a", parse_text(f"{ad}\n".encode(), NAMES).find)


@pytest.mark.parametrize("ad", KNOWN)
def test_a_safe_expression_has_a_value(ad: str) -> None:
    assert value(ad) == KNOWN[ad]
    assert type(value(ad)) is type(KNOWN[ad])


@pytest.mark.parametrize("ad", UNKNOWN)
def test_what_has_no_value_or_another_one_each_time_is_unknown(ad: str) -> None:
    assert value(ad) is None


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_expression_harms_nobody(kind: str) -> None:
    """The process lives, and is done before the suite's patience is: one that costs 2^30 steps never ends."""
    value(HOSTILE[kind])


@pytest.mark.parametrize("kind", ["doubling", "quadrupling", "doubling texts", "sum", "scopes", "chain", "nested ads"])
def test_what_costs_much_never_reaches_the_library(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expressions._value.cache_clear()
    monkeypatch.setattr(expressions, "_library", lambda: pytest.fail("the library was asked"))
    assert value(HOSTILE[kind]) is None


def test_a_line_that_the_library_cannot_parse_does_not_hide_the_others() -> None:
    assert value("X = 5.\nY = )(\nA = B + 1\nB = 1") == 2
