"""Questions about completeness to the cube, as SQL with its values: days, what they lack, missing jobs, rejects.

The pools are those that the viewer may see something of; `Cube` decides that and runs the SQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Freshness:
    """How new what is known of some pools is, in Unix seconds; None where nothing is known.

    newest_record_utc   the newest record that was read
    proven_utc          up to then a poll proves that all was read
    queue_utc           the newest moment at which a queue was asked, empty or not
    read_utc            the newest reading that found something
    first_day, last_day the days that anything is said about, in `coverage_day`
    """

    newest_record_utc: int | None
    proven_utc: int | None
    queue_utc: int | None
    read_utc: int | None
    first_day: date | None
    last_day: date | None


Question = tuple[str, list[Any]]

# of two sources of one stream of one access point one is enough: each proves that it read all that was written
_STREAM_DAY = """
    stream_day AS (
        SELECT
            pool,
            ap,
            stream,
            day,
            CASE
                WHEN bool_or(state = 'complete') THEN 0
                WHEN bool_or(state = 'partial') THEN 2
                ELSE 1
            END AS severity,
            arg_max(evidence, (state = 'partial', source)) AS evidence,
            max(gaps) AS gaps,
            max(chain_breaks) AS chain_breaks,
            max(rejects) AS rejects,
            max(missing_jobs) AS missing_jobs
        FROM asked
        GROUP BY ALL
    )
"""


def freshness(pools: Sequence[str]) -> Question:
    """One row: the fields of `Freshness`."""
    sql = """
        SELECT
            max(newest_record_utc) AS newest_record_utc,
            max(proven_utc) AS proven_utc,
            max(queue_utc) AS queue_utc,
            max(read_utc) AS read_utc,
            (SELECT min(day) FROM coverage_day WHERE list_contains($1, pool)) AS first_day,
            (SELECT max(day) FROM coverage_day WHERE list_contains($1, pool)) AS last_day
        FROM source_state WHERE list_contains($1, pool)
    """
    return sql, [list(pools)]


def covered_days(pools: Sequence[str], first: date | None, last: date | None) -> Question:
    """One row per pool: the fields of `CoveredDays`.

    Looked at are history and epochs, which usage is made of; losses count wherever records were read from.
    """
    condition, values = _between(pools, first, last)
    sql = f"""
        WITH asked AS (FROM coverage_day WHERE {condition} AND stream NOT IN ('pool', 'queue', 'startd')),
        {_STREAM_DAY},
        counted AS (FROM stream_day WHERE severity = 2 OR stream IN ('history', 'epochs')),
        by_day AS (SELECT pool, day, max(severity) AS severity FROM counted GROUP BY ALL),
        numbers AS (
            SELECT
                pool,
                count(*) AS days,
                count(*) FILTER (WHERE severity = 2) AS partial_days,
                count(*) FILTER (WHERE severity = 1) AS unknown_days
            FROM by_day
            GROUP BY ALL
        ),
        findings AS (
            SELECT
                pool,
                coalesce(sum(gaps) FILTER (WHERE severity = 2), 0)::BIGINT AS gaps,
                coalesce(sum(chain_breaks) FILTER (WHERE severity = 2), 0)::BIGINT AS chain_breaks,
                coalesce(sum(rejects) FILTER (WHERE severity = 2), 0)::BIGINT AS rejects,
                coalesce(sum(missing_jobs) FILTER (WHERE severity = 2), 0)::BIGINT AS missing_jobs,
                arg_max(day, (severity, day, ap)) FILTER (WHERE severity > 0) AS worst_day,
                arg_max(concat_ws(' ', ap, stream), (severity, day, ap)) FILTER (WHERE severity > 0) AS worst_stream,
                arg_max(evidence, (severity, day, ap)) FILTER (WHERE severity > 0) AS worst_evidence
            FROM counted
            GROUP BY ALL
        )
        SELECT * FROM numbers INNER JOIN findings USING (pool) ORDER BY pool
    """
    return sql, values


def days(pools: Sequence[str], first: date | None, last: date | None) -> Question:
    """Rows of `coverage_day`, ordered by access point, stream, source and day."""
    condition, values = _between(pools, first, last)
    sql = f"""
        SELECT pool, ap, source, stream, strftime(day, '%Y-%m-%d') AS day, state, evidence,
               gaps, chain_breaks, rejects, missing_jobs
        FROM coverage_day WHERE {condition}
        ORDER BY pool, ap NULLS FIRST, stream, source, day
    """
    return sql, values


def incomplete(pools: Sequence[str], first: date | None, last: date | None) -> Question:
    """Days that are not complete, as ranges: days in a row of one stream with the same state and evidence are one row.

    Losses first, then the newest.
    """
    condition, values = _between(pools, first, last)
    sql = f"""
        WITH ranged AS (
            SELECT *, day_index - row_number() OVER (
                PARTITION BY pool, ap, source, stream, state, evidence ORDER BY day_index
            ) AS island
            FROM coverage_day WHERE {condition} AND state <> 'complete'
        )
        SELECT pool, ap, source, stream, state,
               strftime(min(day), '%Y-%m-%d') AS first_day, strftime(max(day), '%Y-%m-%d') AS last_day,
               count(*) AS days, evidence
        FROM ranged
        GROUP BY pool, ap, source, stream, state, evidence, island
        ORDER BY state, last_day DESC, pool, ap NULLS FIRST, stream, source, first_day
    """
    return sql, values


def missing_jobs(pools: Sequence[str]) -> Question:
    """Rows of `missing_job`: those that are missing first, whole clusters last, the newest before the older."""
    sql = """
        SELECT pool, ap, kind, state, first_cluster, last_cluster, first_proc, last_proc, jobs, ranges,
               strftime(day, '%Y-%m-%d') AS day
        FROM missing_job WHERE list_contains(?, pool)
        ORDER BY state, kind = 'cluster', day DESC, pool, ap, kind, first_cluster, first_proc
    """
    return sql, [list(pools)]


def rejects(pools: Sequence[str], *, whole: bool) -> Question:
    """Rejected records by pool, access point, kind of file and rule; with the newest one's reason only if `whole`."""
    reason = "newest.reason" if whole else "NULL::VARCHAR"
    sql = f"""
        SELECT by_rule.pool, by_rule.ap, by_rule.kind, by_rule.rule, by_rule.records, by_rule.bytes,
               {_moment("by_rule.first_read_utc")} AS first_read, {_moment("by_rule.last_read_utc")} AS last_read,
               {reason} AS reason
        FROM reject_rule AS by_rule
        LEFT JOIN reject_example AS newest
            ON newest.pool = by_rule.pool AND newest.rule = by_rule.rule AND newest.place = 1
        WHERE list_contains(?, by_rule.pool)
        ORDER BY by_rule.records DESC, by_rule.pool, by_rule.rule, by_rule.ap NULLS FIRST, by_rule.kind
    """
    return sql, [list(pools)]


def reject_examples(pools: Sequence[str], each: int) -> Question:
    """The `each` newest rejected records of each rule, with the first 4 KiB of their bytes."""
    sql = f"""
        SELECT pool, rule, ap, path, kind, offset_bytes, length_bytes, reason, beginning,
               {_moment("read_utc")} AS read
        FROM reject_example WHERE list_contains(?, pool) AND place <= ?
        ORDER BY pool, rule, place
    """
    return sql, [list(pools), each]


def _between(pools: Sequence[str], first: date | None, last: date | None) -> tuple[str, list[Any]]:
    condition, values = "list_contains(?, pool)", [list(pools)]
    for bound, day in (("day >= ?", first), ("day <= ?", last)):
        if day is not None:
            condition += f" AND {bound}"
            values.append(day)  # type: ignore[arg-type]
    return condition, values


def _moment(column: str) -> str:
    """Unix seconds as `2026-11-21 04:41 UTC`."""
    return f"strftime(make_timestamp({column} * 1000000), '%Y-%m-%d %H:%M UTC')"
