"""Numbers and names as a report writes them: once, for every form of it."""

from collections.abc import Mapping, Sequence

from pipeline.buckets import bucket
from pipeline.digest.render import number, percent, shown, signed
from pipeline.query import dimension

__all__ = [
    "change",
    "compact",
    "count",
    "labelled",
    "name_of",
    "number",
    "of_bucket",
    "percent",
    "plural",
    "ratio",
    "shown",
    "signed",
    "total",
]

_UNKNOWN = {"unmapped": "not registered", "unattributed": "not known where", "unknown": "not known"}
_PLURALS = {
    "field_of_science": "fields of science",
    "institution": "institutions",
    "sponsor": "sponsors",
    "project": "projects",
    "site": "sites",
    "field_area": "broad fields",
    "nsf_field": "NSF fields",
    "pi": "PIs",
    "user": "users",
}


def name_of(value: str) -> str:
    """A name for readers: what nobody is known for is said in words, strangers' texts are made visible."""
    return f"({_UNKNOWN[value]})" if value in _UNKNOWN else shown(value)


def labelled(name: str) -> str:
    """The label of a dimension."""
    return dimension(name).label


def plural(name: str) -> str:
    """What several values of a dimension are called."""
    return _PLURALS[name]


def of_bucket(name: str) -> str:
    """The label of a bucket."""
    return bucket(name).label


def ratio(part: float | None, whole: float | None) -> float | None:
    """Their quotient; None where either is not known, or the whole is nothing."""
    return None if part is None or not whole else part / whole


def change(now: float | None, then: float | None) -> str:
    """“+12.3 %”; a dash where it cannot be told."""
    return signed(None if now is None or not then else now / then - 1)


def compact(value: float) -> str:
    """At most seven characters, for the head of a column: “37,770”, “1.23 M”"""
    if value >= 999_950:
        return f"{value / 1e6:,.0f} M" if value >= 1e8 else f"{value / 1e6:.3g} M"
    return f"{value:,.0f}" if value >= 100 else number(value)


def count(value: int, one: str, many: str) -> str:
    """“1 project”, “1,234 projects”"""
    return f"{value:,} {one if value == 1 else many}"


def total(rows: Sequence[Mapping[str, float | None]], column: str) -> float | None:
    """The sum of what is known in a column; None where nothing is."""
    known = [value for row in rows if (value := row[column]) is not None]
    return sum(known) if known else None
