"""Requirements are taken apart where ClassAd's own parser has an `&&` at the top, and nowhere else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.matching.clauses import LONGEST, clauses, is_too_large, parsed

WHOLE = [
    "a || b && c",
    "a && b || c",
    "a ? b : c && d",
    "a && b ? c : d",
    'x == "a && b"',
    "true",
    "a; b = 2",
    "a &&",
    "a) && (b",
]
PARTS = [
    ("(a || b) && c && !d", ["a || b", "c", "!d"]),
    ("((a && b))", ["a", "b"]),
    ('x == "a && b" && y', ['x == "a && b"', "y"]),
    ("a && (b || c && d)", ["a", "b || c && d"]),
    ('stringListMember("x", y) && z', ['stringListMember("x", y)', "z"]),
    ("{1, 2}[0] && [a = 1].a", ["{1, 2}[0]", "[a = 1].a"]),
    (
        '(versionGE(split(TARGET.CondorVersion)[1], "25.12.0") || (TARGET.Disk >= RequestDisk))'
        " && (TARGET.HasFileTransfer)",
        [
            'versionGE(split(TARGET.CondorVersion)[1], "25.12.0") || (TARGET.Disk >= RequestDisk)',
            "TARGET.HasFileTransfer",
        ],
    ),
]


@pytest.mark.parametrize("expression", WHOLE)
def test_what_is_no_conjunction_stays_whole(expression: str) -> None:
    assert clauses(expression) == [expression]


@pytest.mark.parametrize(("expression", "expected"), PARTS)
def test_a_conjunction_is_taken_apart_at_the_top(expression: str, expected: list[str]) -> None:
    assert clauses(expression) == expected


TERMS = st.recursive(
    st.sampled_from(["a", "b =?= 1", "TARGET.c", "!d", '"x && y" == e', "f > 2"]),
    lambda inner: st.tuples(inner, st.sampled_from([" && ", " || ", "&&"]), inner, st.booleans()).map(
        lambda made: f"({made[0]}{made[1]}{made[2]})" if made[3] else f"{made[0]}{made[1]}{made[2]}"
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60)
@given(TERMS, st.lists(st.sampled_from([True, False, 1, 5]), min_size=6, max_size=6))
def test_clauses_together_are_the_expression(expression: str, values: list[int]) -> None:
    import classad2

    ad = classad2.ClassAd(dict(zip("abcdef", values, strict=True)))

    def value(text: str) -> bool:
        return parsed(text).eval(scope=ad, target=ad) is True

    assert value(f"({expression}) =?= true || ({expression}) =?= 1 || ({expression}) =?= 5") == all(
        value(f"({part}) =?= true || ({part}) =?= 1 || ({part}) =?= 5") for part in clauses(expression)
    )


def test_what_is_too_long_for_the_library_is_known_by_its_length() -> None:
    assert is_too_large("x." * LONGEST)
    assert is_too_large("(" * 201)
    assert not is_too_large("(a) && (b)")
