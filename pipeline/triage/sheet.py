"""Findings with their evidence, for one page: the course of each, examples of it, and which classes are at which sites.

In: the connection in which `find` left its table. Out: a `Sheet`.
"""

from dataclasses import dataclass

from pipeline.triage.finding import Asked, Finding
from pipeline.triage.looks import Cause, Place, any_of, failed_so
from pipeline.triage.window import DIMENSIONS, Con, Values, rows

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
    """The findings with what the table `ran` and the cube tell of them."""
    evidence = [
        Evidence(one, _course(con, asked, one), _examples(con, one))
        if place < MOST_WITH_EVIDENCE
        else Evidence(one, (), ())
        for place, one in enumerate(found)
    ]
    ((tried, failed),) = rows(con, "SELECT count(*), count(failure) FROM ran WHERE is_now")
    return Sheet(asked, tuple(evidence), _cells(con), tried, failed)


def _course(con: Con, asked: Asked, one: Finding) -> tuple[Part, ...]:
    (failed, of_cause), (here, of_places) = _cause(one), any_of(_places(one))
    part_s = -(-(asked.to_utc - asked.base_utc) // PARTS)
    found = rows(
        con,
        f"""
        SELECT (ended_utc - ?) // ? AS part, count(*) FILTER (WHERE {failed}), count(*)
        FROM ran WHERE {here} GROUP BY part
        """,
        [asked.base_utc, part_s, *of_cause, *of_places],
    )
    by_part = {part: (failed, tried) for part, failed, tried in found}
    return tuple(
        Part(asked.base_utc + part * part_s, *by_part.get(part, (0, 0)))
        for part in range(-(-(asked.to_utc - asked.base_utc) // part_s))
    )


def _examples(con: Con, one: Finding) -> tuple[Example, ...]:
    """The newest attempts, of different messages first."""
    if one.kind == "quiet":
        return ()
    (failed, of_cause), (here, of_places) = _cause(one), any_of(_places(one))
    found = rows(
        con,
        f"""
        WITH newest AS (
            SELECT attempt_id, ended_utc, row_number() OVER (PARTITION BY signature ORDER BY ended_utc DESC) AS turn
            FROM ran WHERE is_now AND {failed} AND {here}
            QUALIFY turn <= {EXAMPLES}
        )
        SELECT
            concat(ap, '#', cluster, '.', proc),
            cluster IS NOT NULL AND proc IS NOT NULL,
            ended_utc,
            machine,
            left(coalesce(hold_reason, vacate_reason), {LONGEST_MESSAGE})
        FROM attempt INNER JOIN newest USING (attempt_id)
        ORDER BY turn, ended_utc DESC, attempt_id
        LIMIT {EXAMPLES}
        """,
        [*of_cause, *of_places],
    )
    return tuple(
        Example(job if is_placed else None, ended, host, message) for job, is_placed, ended, host, message in found
    )


def _cells(con: Con) -> tuple[Cell, ...]:
    found = rows(
        con,
        f"""
        WITH
        site_ AS (
            SELECT coalesce(site, 'unattributed') AS site, count(*) AS tried, count(failure) AS failed
            FROM ran WHERE is_now GROUP BY ALL HAVING failed > 0
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
    dimension = next((known for known in DIMENSIONS if known.name == one.dimension), None)
    return [] if dimension is None else [Place(dimension, value) for value in one.values]
