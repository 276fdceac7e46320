"""HTCondor's side and ours agree on which records are where."""

import classad2
from hypothesis import given
from hypothesis import strategies as st

from collectors.asking.terms import Term, Value, same, within
from collectors.asking.windows import Window
from collectors.classads.ad import WantedNames, parse_text

TERMS = (Term("A"), Term("B"), Term("C"))
NAMES = WantedNames(frozenset("ABC"))
RAW = st.none() | st.integers(-2, 3).map(str) | st.sampled_from(["undefined", "error", "1.5", '"1"', "true", "1 + 1"])
BOUND = st.none() | st.lists(st.integers(-1, 2), min_size=1, max_size=3).map(tuple)


def ad_of(values: list[str | None]) -> str:
    return "".join(f"{name} = {raw}\n" for name, raw in zip("ABC", values, strict=True) if raw is not None)


def is_true(expression: str, ad: str) -> bool:
    return is_true_of(expression, next(classad2.parseAds(ad + "Other = 1\n", classad2.ParserType.Old)))


def is_true_of(expression: str, ad: classad2.ClassAd) -> bool:
    return classad2.ExprTree(expression).eval(ad) is True


@given(st.tuples(RAW, RAW, RAW), BOUND, BOUND)
def test_a_window_holds_for_htcondor_what_it_holds_for_us(values, low, high) -> None:  # type: ignore[no-untyped-def]
    text = ad_of([None if raw == "1 + 1" else raw for raw in values])
    key = tuple(term.of(parse_text(text.encode(), NAMES)) for term in TERMS)
    expression = within(TERMS, low, high)
    assert (not expression or is_true(expression, text)) == Window(low, high).holds(key)  # type: ignore[arg-type]


@given(st.tuples(RAW, RAW, RAW), st.tuples(*[st.integers(-2, 3)] * 3))
def test_a_record_is_found_again_by_its_values_alone(values, sought) -> None:  # type: ignore[no-untyped-def]
    text = ad_of([None if raw == "1 + 1" else raw for raw in values])
    own = tuple(term.of(parse_text(text.encode(), NAMES)) for term in TERMS)
    assert is_true(same(TERMS, own), text)
    assert is_true(same(TERMS, sought), text) == (own == sought)


def test_a_text_is_compared_to_the_letter_and_cannot_leave_its_quotes() -> None:
    term = Term("A", "")
    for value in ("x", 'a" || true || "', "a\\", "Bêta"):
        sought: tuple[Value, ...] = (value,)
        assert is_true_of(same([term], sought), classad2.ClassAd({"A": value}))
        assert not is_true_of(same([term], sought), classad2.ClassAd({"A": value.upper() + "!"}))
        assert not is_true_of(same([term], sought), classad2.ClassAd({"B": value}))
