"""Causes of failures and places where attempts ran, and which rows of the tables of `window` are of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.triage.window import Dimension, Values


@dataclass(frozen=True)
class Cause:
    """A class of failures, or those of it with one signature ("" for all)."""

    failure: str
    signature: str = ""

    @property
    def condition(self) -> tuple[str, Values]:
        """Which rows of `failed` are of it, as SQL with its values."""
        if self.signature:
            return "(failure = ? AND signature = ?)", [self.failure, self.signature]
        return "(failure = ?)", [self.failure]


@dataclass(frozen=True)
class Place:
    """A value of a dimension."""

    dimension: Dimension
    value: str

    @property
    def condition(self) -> tuple[str, Values]:
        """Which rows are of it, as SQL with its value."""
        return f'("{self.dimension.column}" = ?)', [self.value]


def failed_so(cause: Cause | None) -> tuple[str, Values]:
    """Which rows of `failed` are of that cause (None: of any class), as SQL with its values."""
    return cause.condition if cause else ("true", [])


def any_of(places: Sequence[Place]) -> tuple[str, Values]:
    """Which rows are of any of those places (none: all), as SQL with its values."""
    told = [place.condition for place in places]
    text = " OR ".join(f"coalesce({condition}, false)" for condition, _ in told) or "true"
    return f"({text})", [value for _, values in told for value in values]


def none_of(places: Sequence[Place]) -> tuple[str, Values]:
    """Which rows are of none of those places, as SQL with its values."""
    there, values = any_of(places)
    return (f"(NOT {there})", values) if places else ("true", [])
