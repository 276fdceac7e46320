"""Findings with their evidence, for one page: the course of each, examples of it, and which classes are at which sites.

In: the connection in which `find` left its table. Out: a `Sheet`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.triage.finding import Asked, Finding
from pipeline.triage.places import Cause, Place, any_of, failed_so
from pipeline.triage.views import HOUR_S
from pipeline.triage.window import DIMENSIONS, Con, Dimension, Values, rows, tried

PARTS = 64
EXAMPLES = 3
MOST_SITES, MOST_CLASSES = 14, 10
LONGEST_MESSAGE = 2_000
MOST_WITH_EVIDENCE = 40


@dataclass(frozen=True)
class Part:
    """Attempts there in a part of the time, base window included; failed: of the finding's cause."""

    from_utc: int
    failed: int
    tried: int


@dataclass(frozen=True)
class Example:
    """An attempt of a finding: its job as AP#CLUSTER.PROC (None where its record names no place), and what was said."""

    job: str | None
    end_utc: int
    host: str | None
    message: str | None


@dataclass(frozen=True)
class Evidence:
    """What stands behind a finding."""

    finding: Finding
    course: tuple[Part, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Cell:
    """Attempts at a site in the window, and those that failed with a class."""

    site: str
    failure: str
    failed: int
    tried: int


@dataclass(frozen=True)
class Sheet:
    """All findings in their order; those after the first MOST_WITH_EVIDENCE without course and examples.

    cells: of the sites and classes with most failures. tried, failed: all attempts of the window.
    """

    asked: Asked
    evidence: tuple[Evidence, ...]
    cells: tuple[Cell, ...]
    tried: int
    failed: int


def sheet(con: Con, asked: Asked, found: tuple[Finding, ...]) -> Sheet:
    """The findings with what the tables of `window` and the cube tell of them."""
    shown, others = found[:MOST_WITH_EVIDENCE], found[MOST_WITH_EVIDENCE:]
    courses, examples = _courses(con, asked, shown), _examples(con, shown)
    evidence = [Evidence(one, courses[place], examples.get(place, ())) for place, one in enumerate(shown)]
    sql = "SELECT coalesce(sum(n), 0)::BIGINT, (SELECT count(*) FROM failed_now) FROM tried_now"
    ((all_tried, all_failed),) = rows(con, sql)
    return Sheet(asked, (*evidence, *(Evidence(one, (), ()) for one in others)), _cells(con), all_tried, all_failed)


def _courses(con: Con, asked: Asked, shown: Sequence[Finding]) -> list[tuple[Part, ...]]:
    """Of each finding. Attempts are looked at once for all findings of a dimension."""
    part_s = -(-(asked.to_utc - asked.base_utc) // (PARTS * HOUR_S)) * HOUR_S
    part = f"(hour_utc - {asked.base_utc}) // {part_s}"
    all_tried = {dimension: _tried(con, part, dimension, shown) for dimension in map(_dimension, shown)}
    courses = []
    for one in shown:
        failed, tried_there = _failed(con, part, one), all_tried[_dimension(one)]
        courses.append(
            tuple(
                Part(
                    asked.base_utc + number * part_s,
                    failed.get(number, 0),
                    sum(tried_there.get((value, number), 0) for value in one.values or ("",)),
                )
                for number in range(-(-(asked.to_utc - asked.base_utc) // part_s))
            )
        )
    return courses


def _tried(con: Con, part: str, dimension: Dimension | None, shown: Sequence[Finding]) -> dict[tuple[str, int], int]:
    """Attempts by value and part of time, of those values that findings name; of no dimension all, as of ""."""
    if dimension is None:
        found = rows(con, f"SELECT '', {part}, sum(n)::BIGINT FROM tried_hour GROUP BY ALL")
    else:
        values = sorted({value for one in shown if _dimension(one) == dimension for value in one.values})
        column = f'"{dimension.column}"'
        sql = f"""
            SELECT {column}, {part}, sum(n)::BIGINT FROM {tried([dimension])}
            WHERE {column} IN ({", ".join("?" for _ in values)}) GROUP BY ALL
        """
        found = rows(con, sql, values)
    return {(value, number): count for value, number, count in found}


def _failed(con: Con, part: str, one: Finding) -> dict[int, int]:
    (failed, of_cause), (here, of_places) = _cause(one), any_of(_places(one))
    sql = f"SELECT {part} AS part, count(*) FROM failed WHERE {failed} AND {here} GROUP BY part"
    return dict(rows(con, sql, [*of_cause, *of_places]))


def _examples(con: Con, shown: Sequence[Finding]) -> dict[int, tuple[Example, ...]]:
    """The newest attempts of each finding, of different messages first, by its place in the list."""
    con.execute("CREATE TEMP TABLE shown AS SELECT 0 AS place, 0 AS turn, attempt_id, ended_utc FROM failed LIMIT 0")
    for place, one in enumerate(shown):
        if one.kind != "quiet":
            _choose(con, place, one)
    found = rows(
        con,
        f"""
        SELECT
            place,
            concat(ap, '#', cluster, '.', proc),
            cluster IS NOT NULL AND proc IS NOT NULL,
            ended_utc,
            machine,
            left(coalesce(hold_reason, vacate_reason), {LONGEST_MESSAGE})
        FROM shown INNER JOIN ended USING (attempt_id, ended_utc)
        WHERE ended_utc >= getvariable('from_utc')
        ORDER BY place, turn, ended_utc DESC, attempt_id
        """,
    )
    examples: dict[int, tuple[Example, ...]] = {}
    for place, job, is_placed, *said in found:
        examples[place] = (*examples.get(place, ()), Example(job if is_placed else None, *said))
    return examples


def _choose(con: Con, place: int, one: Finding) -> None:
    """Put its examples into the table `shown`."""
    (failed, of_cause), (here, of_places) = _cause(one), any_of(_places(one))
    con.execute(
        f"""
        INSERT INTO shown
        SELECT ?, row_number() OVER (PARTITION BY signature ORDER BY ended_utc DESC, attempt_id) AS turn, attempt_id,
            ended_utc
        FROM failed_now WHERE {failed} AND {here}
        ORDER BY turn, ended_utc DESC, attempt_id
        LIMIT {EXAMPLES}
        """,
        [place, *of_cause, *of_places],
    )


def _cells(con: Con) -> tuple[Cell, ...]:
    found = rows(
        con,
        f"""
        WITH
        site_ AS (
            SELECT site, tried, failed
            FROM (SELECT coalesce(site, 'unattributed') AS site, sum(n)::BIGINT AS tried FROM tried_now GROUP BY ALL)
            INNER JOIN (SELECT coalesce(site, 'unattributed') AS site, count(*) AS failed FROM failed_now GROUP BY ALL)
            USING (site)
            ORDER BY failed DESC, site LIMIT {MOST_SITES}
        ),
        class_ AS (
            SELECT failure, count(*) AS failed FROM failed_now
            GROUP BY ALL ORDER BY failed DESC, failure LIMIT {MOST_CLASSES}
        ),
        cell AS (
            SELECT coalesce(site, 'unattributed') AS site, failure, count(*) AS failed
            FROM failed_now GROUP BY ALL
        )
        SELECT site_.site, class_.failure, coalesce(cell.failed, 0), site_.tried
        FROM site_ CROSS JOIN class_
        LEFT JOIN cell ON cell.site = site_.site AND cell.failure = class_.failure
        ORDER BY site_.failed DESC, site_.site, class_.failed DESC, class_.failure
        """,
    )
    return tuple(Cell(*row) for row in found)


def _cause(one: Finding) -> tuple[str, Values]:
    """What counts as failed; of a black hole and of a stream that went quiet any failure."""
    if one.kind in ("black_hole", "quiet"):
        return failed_so(None)
    return failed_so(Cause(one.failure, one.signature if one.new else ""))


def _places(one: Finding) -> list[Place]:
    dimension = _dimension(one)
    return [] if dimension is None else [Place(dimension, value) for value in one.values]


def _dimension(one: Finding) -> Dimension | None:
    return next((known for known in DIMENSIONS if known.name == one.dimension), None)
