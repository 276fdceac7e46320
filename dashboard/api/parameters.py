"""What many resources are asked with: days, filters, groups. Names and meaning are the command line's. Pure."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from dashboard.api.answers import Shape
from pipeline.errors import UsageError
from pipeline.options import names
from pipeline.query import UsageQuery, where_of

MOST_CONDITIONS = 200
LONGEST_LIST, LONGEST_CONDITION, LONGEST_NAME = 400, 2_000, 400
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(_DAY.pattern + r"T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def _iso(value: Any) -> Any:
    """Days are written one way only: pydantic would take seconds since 1970, too."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("write a day as 2026-11-01")
    return value


def _iso_utc(value: Any) -> Any:
    if isinstance(value, str) and not _MOMENT.fullmatch(value):
        raise ValueError("write a moment as 2026-11-01T12:00:00Z")
    return value


Day = Annotated[date, BeforeValidator(_iso)]
Moment = Annotated[datetime, BeforeValidator(_iso_utc)]
Condition = Annotated[str, StringConstraints(max_length=LONGEST_CONDITION)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
Listed = Annotated[str, StringConstraints(max_length=LONGEST_LIST)]


class Days(Shape):
    """Days of the reporting zone, both included."""

    first: Day | None = Field(
        None, alias="from", description="First day, included. Default: all there is.", examples=["2026-11-01"]
    )
    last: Day | None = Field(
        None, alias="to", description="Last day, included. Default: all there is.", examples=["2026-11-30"]
    )

    @property
    def days(self) -> tuple[date | None, date | None]:
        """Raises UsageError if they are the wrong way round."""
        if self.first and self.last and self.first > self.last:
            raise UsageError(f"from {self.first} is after to {self.last}")
        return self.first, self.last


class Filtered(Days):
    """Days, and filters of dimensions."""

    where: list[Condition] = Field(
        [],
        max_length=MOST_CONDITIONS,
        description="DIMENSION=VALUE; repeat it: the same dimension means or, different ones mean and.",
        examples=[["project=IceNorth"]],
    )

    def asked(self, by: str = "", metrics: str = "", booking: str = "used") -> UsageQuery:
        """The question. Raises UsageError for a condition that is none."""
        known: Any = booking
        return UsageQuery(names(by), names(metrics), *self.days, where_of(self.where), known)


class OfPools(Shape):
    """Some pools, or all."""

    pool: list[Name] = Field([], max_length=MOST_CONDITIONS, description="Only this pool; repeat it for several.")


class OnePool(Shape):
    """One pool."""

    pool: Name | None = Field(
        None, description="The pool. Default: the first real one; simulated ones only by name.", examples=["ospool"]
    )
