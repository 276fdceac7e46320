"""What records are ordered and told apart by, so that HTCondor and we agree: each record has a value for each term.

A term is an attribute with the value that counts where the ad has none of that type. Our side reads it from the ad's
text, HTCondor's side by an expression; windows over the terms therefore hold every record exactly once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from collectors.asking.ad_text import quoted
from collectors.classads.ad import Ad
from collectors.classads.literals import read_number, read_text

Value = int | str
Values = tuple[Value, ...]
Bound = tuple[Value, ...]
"""Values of the first terms: a bound before which all records are that have less."""


@dataclass(frozen=True)
class Term:
    """An attribute that holds whole numbers (or texts), and what counts where it does not."""

    attribute: str
    otherwise: Value = 0

    @property
    def expression(self) -> str:
        """The value, for HTCondor."""
        name = self.attribute
        test = "isString" if isinstance(self.otherwise, str) else "isInteger"
        return f"ifThenElse({test}({name}), {name}, {_literal(self.otherwise)})"

    def of(self, ad: Ad) -> Value:
        """The value, as we read it."""
        raw = ad.raw.get(self.attribute.lower().encode())
        if raw is None:
            return self.otherwise
        found = read_text(raw, octal=False) if isinstance(self.otherwise, str) else read_number(raw)
        return found if type(found) is type(self.otherwise) else self.otherwise


def same(terms: Sequence[Term], values: Values) -> str:
    """The expression that is true for records with those values."""
    return " && ".join(f"{term.expression} =?= {_literal(value)}" for term, value in zip(terms, values, strict=True))


def within(terms: Sequence[Term], low: Bound | None, high: Bound | None) -> str:
    """The expression that is true for records at or after `low` and before `high`; None: no bound. Empty if neither."""
    parts = [] if low is None else [_at_least(terms, low)]
    parts += [] if high is None else [f"!({_at_least(terms, high)})"]
    return " && ".join(f"({part})" for part in parts)


def _at_least(terms: Sequence[Term], bound: Bound) -> str:
    value, written = terms[0].expression, _literal(bound[0])
    if len(bound) == 1:
        return f"{value} >= {written}"
    return f"{value} > {written} || ({value} == {written} && ({_at_least(terms[1:], bound[1:])}))"


def _literal(value: Value) -> str:
    return quoted(value) if isinstance(value, str) else str(value)
