"""Every cause beside every value of every dimension: how many failed so there and elsewhere, and what chance would do.

In: the table `ran`. Out: looks, with the probability by chance corrected for all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from pipeline.triage.thresholds import thresholds
from pipeline.triage.window import DIMENSIONS, Con, Dimension, Values, rows

Tried = dict[str, int]
Failed = dict[str, tuple[int, int]]
ByCause = dict["Cause", Failed]


@dataclass(frozen=True)
class Cause:
    """A class of failures, or those of it with one signature ("" for all)."""

    failure: str
    signature: str = ""

    @property
    def condition(self) -> tuple[str, Values]:
        """Which attempts of `ran` failed so, as SQL with its values."""
        if self.signature:
            return "(coalesce(failure = ? AND signature = ?, false))", [self.failure, self.signature]
        return "(coalesce(failure = ?, false))", [self.failure]


@dataclass(frozen=True)
class Place:
    """A value of a dimension."""

    dimension: Dimension
    value: str

    @property
    def condition(self) -> tuple[str, Values]:
        """Which attempts of `ran` are of it."""
        return f'("{self.dimension.column}" = ?)', [self.value]


def failed_so(cause: Cause | None) -> tuple[str, Values]:
    """Which attempts of `ran` failed of that cause (None: of any class), as SQL with its values."""
    return cause.condition if cause else ("(failure IS NOT NULL)", [])


def any_of(places: Sequence[Place]) -> tuple[str, Values]:
    """Which attempts of `ran` are of any of those places (none: all), as SQL with its values."""
    told = [place.condition for place in places]
    text = " OR ".join(f"coalesce({condition}, false)" for condition, _ in told) or "true"
    return f"({text})", [value for _, values in told for value in values]


def none_of(places: Sequence[Place]) -> tuple[str, Values]:
    """Which attempts of `ran` are of none of those places, as SQL with its values."""
    there, values = any_of(places)
    return (f"(NOT {there})", values) if places else ("true", [])


@dataclass(frozen=True)
class Look:
    """A cause at a place, and elsewhere: attempts that failed so, and all that could have; p is of this look alone.

    gain: by how much two rates tell the numbers better than one (twice the difference of log likelihoods).
    """

    cause: Cause
    place: Place
    failed: int
    tried: int
    failed_elsewhere: int
    tried_elsewhere: int
    jobs: int
    p: float

    @property
    def effect(self) -> tuple[float, float, float]:
        """Risk ratio, and the ends of its interval of 95 %."""
        return risk_ratio(self.failed, self.tried, self.failed_elsewhere, self.tried_elsewhere)

    @property
    def gain(self) -> float:
        both = self.failed + self.failed_elsewhere, self.tried + self.tried_elsewhere
        apart = likelihood(self.failed, self.tried) + likelihood(self.failed_elsewhere, self.tried_elsewhere)
        return 2 * (apart - likelihood(*both))


@dataclass(frozen=True)
class Looked:
    """Looks with failures enough to tell anything, how many combinations there were to look at in all, and the window's
    attempts by dimension and value."""

    looks: tuple[Look, ...]
    of: int
    tried: Mapping[Dimension, Tried]


def look_at(con: Con) -> Looked:
    """Each cause at each value at which it occurs."""
    found: list[Look] = []
    tried: dict[Dimension, Tried] = {}
    of = 0
    for dimension in DIMENSIONS:
        tried[dimension], by_cause = _all(con, dimension)
        found += [
            look for cause, failed in by_cause.items() for look in _looks(cause, dimension, tried[dimension], failed)
        ]
        of += sum(map(len, by_cause.values()))
    return Looked(tuple(found), of, tried)


def look_again(con: Con, cause: Cause, without: Sequence[Place], before: Looked) -> tuple[Look, ...]:
    """One cause, of the window's attempts that are at none of those places; `before`: with all of them."""
    gone, failed = _gone(con, without), _failed(con, without, cause)
    found: list[Look] = []
    for dimension in DIMENSIONS:
        less = gone[dimension]
        tried = {
            value: count - less[value][0] if value in less else count
            for value, count in before.tried[dimension].items()
        }
        found += _looks(cause, dimension, tried, failed[dimension])
    return tuple(found)


def risk_ratio(failed: int, tried: int, failed_elsewhere: int, tried_elsewhere: int) -> tuple[float, float, float]:
    """Ratio of two shares with its interval of 95 %; half a failure is put in where none is elsewhere."""
    elsewhere = failed_elsewhere or 0.5
    ratio = (failed / tried) / (elsewhere / tried_elsewhere)
    error = sqrt(max(1 / failed - 1 / tried + 1 / elsewhere - 1 / tried_elsewhere, 0))
    return ratio, ratio * exp(-1.96 * error), ratio * exp(1.96 * error)


def chance(failed: int, tried: int, failed_elsewhere: int, tried_elsewhere: int) -> float:
    """Probability that so many or more of all failures fall on these attempts: Fisher's exact test, one-sided."""
    from scipy.stats import hypergeom

    all_tried, all_failed = tried + tried_elsewhere, failed + failed_elsewhere
    return float(hypergeom.sf(failed - 1, all_tried, all_failed, tried))


def _looks(cause: Cause, dimension: Dimension, tried: Tried, by_value: Failed) -> Iterator[Look]:
    all_tried, all_failed = sum(tried.values()), sum(failed for failed, _ in by_value.values())
    for value, (failed, jobs) in by_value.items():
        counts = failed, tried[value], all_failed - failed, all_tried - tried[value]
        if value != "" and _is_enough(counts, jobs):
            yield Look(cause, Place(dimension, value), *counts, jobs, chance(*counts))


def _all(con: Con, dimension: Dimension) -> tuple[Tried, ByCause]:
    """Attempts of the window by value; failures, and jobs that had them, by class, by signature, and value."""
    column = f'"{dimension.column}"'
    tried = dict(rows(con, f"SELECT {column}, count(*) FROM ran WHERE is_now AND {column} IS NOT NULL GROUP BY 1"))
    sql = f"""
        SELECT failure, CASE WHEN GROUPING(signature) = 0 THEN signature ELSE '' END, {column},
            count(*), count(DISTINCT job_id)
        FROM failed_now WHERE {column} IS NOT NULL
        GROUP BY GROUPING SETS ((failure, {column}), (failure, signature, {column}))
    """
    found: ByCause = {}
    for failure, signature, value, failed, jobs in rows(con, sql):
        found.setdefault(Cause(failure, signature), {}).setdefault(value, (failed, jobs))
    return tried, found


def _gone(con: Con, without: Sequence[Place]) -> dict[Dimension, Failed]:
    """Attempts of the window at some places, which are few, and their jobs, by dimension and value."""
    there, values = any_of(without)
    return _by_dimension(con, f"ran WHERE is_now AND {there}", values)


def _failed(con: Con, without: Sequence[Place], cause: Cause) -> dict[Dimension, Failed]:
    """Failures of a cause at none of those places, and jobs that had them, by dimension and value."""
    (failed, of_cause), (left, of_left) = cause.condition, none_of(without)
    return _by_dimension(con, f"failed_now WHERE {failed} AND {left}", [*of_cause, *of_left])


def _by_dimension(con: Con, of: str, values: Values) -> dict[Dimension, Failed]:
    """Attempts and jobs by each value of each dimension, of one look at the table; what is not known is left out."""
    columns = [f'"{dimension.column}"' for dimension in DIMENSIONS]
    sets = ", ".join(f"({column})" for column in columns)
    sql = f"""
        SELECT GROUPING({", ".join(columns)}), {", ".join(columns)}, count(*), count(DISTINCT job_id)
        FROM {of} GROUP BY GROUPING SETS ({sets})
    """
    found: dict[Dimension, Failed] = {dimension: {} for dimension in DIMENSIONS}
    # the bits of GROUPING are 0 for the column that a row is grouped by, the first column's is the highest
    all_bits = (1 << len(DIMENSIONS)) - 1
    place = {all_bits & ~(1 << (len(DIMENSIONS) - 1 - number)): number for number in range(len(DIMENSIONS))}
    for bits, *told, count, jobs in rows(con, sql, values):
        number = place[bits]
        if told[number] is not None:
            found[DIMENSIONS[number]][told[number]] = (count, jobs)
    return found


def _is_enough(counts: tuple[int, int, int, int], jobs: int) -> bool:
    failed, tried, failed_elsewhere, tried_elsewhere = counts
    asked = thresholds()
    return (
        failed >= asked.fewest_failed
        and jobs >= asked.fewest_jobs
        and tried >= asked.fewest_tried
        and tried_elsewhere >= asked.fewest_elsewhere
        and failed * tried_elsewhere > failed_elsewhere * tried
    )


def likelihood(some: int, of: int) -> float:
    """Log likelihood that `some` of so many attempts fail, at the rate of just that."""
    return sum(part * log(part / of) for part in (some, of - some) if part)
