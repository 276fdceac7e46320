"""What is asked of a list: which rows, in which order, which page of them. Pure."""

from dataclasses import dataclass
from datetime import date

from pipeline.errors import UsageError
from pipeline.explorer import conditions
from pipeline.explorer.columns import Column, Of, column
from pipeline.explorer.conditions import Condition
from pipeline.explorer.ids import JobIds
from pipeline.query import Where

MOST_ROWS = 100_000
"""Rows from the first one on that a list can be asked for: what is beyond them is found with another filter or sort."""
DIMENSIONS = (
    "pool",
    "ap",
    "venue",
    "project",
    "user",
    "site",
    "resource",
    "institution",
    "field_of_science",
    "facility",
    "pi",
)
"""Dimensions of usage that lists are filtered by: by the names of the row's day."""


@dataclass(frozen=True)
class Listed:
    """A question for rows. Without a filter on venue only the pool's own jobs are looked at.

    of           jobs (that left the queue) or attempts
    first, last  days of the row's end, of the reporting zone, both included; of an attempt without one, of its start
    where        an AND of "dimension is one of"
    conditions   an AND of filters of columns
    ids          the jobs of that id alone, on whatever day
    sort         name of a column, led by `-` for the largest first; what is not known comes last
    """

    of: Of = "jobs"
    first: date | None = None
    last: date | None = None
    where: Where = ()
    conditions: tuple[Condition, ...] = ()
    ids: JobIds | None = None
    sort: str = "-end_utc"

    def checked(self) -> "Listed":
        """The same. Raises UsageError for columns, dimensions, filters or a sort that the list does not have."""
        for name, _ in self.where:
            if name not in DIMENSIONS:
                raise UsageError(f"lists are not filtered by {name!r}", f"Known: {', '.join(DIMENSIONS)}.")
        for condition in self.conditions:
            conditions.sql(self.of, condition)
        column(self.of, self.sort.removeprefix("-"))
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """Names of the columns that it is filtered and sorted by."""
        return (*(condition.column for condition in self.conditions), self.sort.removeprefix("-"))

    @property
    def sorted_by(self) -> tuple[Column, str]:
        """The column to sort by, and ASC or DESC."""
        return column(self.of, self.sort.removeprefix("-")), "DESC" if self.sort.startswith("-") else "ASC"


@dataclass(frozen=True)
class Rows:
    """Which rows of a list: so many from that place on. Raises UsageError beyond MOST_ROWS."""

    start: int = 0
    count: int = 100

    def __post_init__(self) -> None:
        if self.start < 0 or self.count < 0 or self.start + self.count > MOST_ROWS:
            what = f"rows {self.start:,} to {self.start + self.count:,} cannot be asked for"
            raise UsageError(what, f"A list has its first {MOST_ROWS:,}: filter it, or sort it the other way round.")
