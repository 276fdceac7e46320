"""What a list is made of, as a FROM: one row a job or an attempt, with the columns that dimensions and columns name.

Columns besides those of the tables: `day`, by which names are looked up, `row_place`, which tells rows apart within a
cube, and `global_job_id`.
"""

from collections.abc import Iterable
from datetime import date

from pipeline.explorer.columns import Of
from pipeline.explorer.names import Ask, Sql

_JOBS = """(
    SELECT
        *,
        end_day AS day,
        coalesce(other_id, concat(ap, '#', cluster, '.', proc, '#', submit_utc)) AS global_job_id,
        rowid AS row_place
    FROM listed_job
) AS fact"""
_ATTEMPTS = """(
    SELECT
        * EXCLUDE (job_id, record_id) REPLACE (
            coalesce(project, 'unmapped') AS project,
            coalesce(site, 'unattributed') AS site,
            coalesce(resource, 'unattributed') AS resource,
            coalesce("user", 'unknown') AS "user"
        ),
        -- of the second before its end: an attempt that ends at midnight belongs to the day before
        {day} AS day,
        false AS several_projects,
        rowid AS row_place
    FROM attempt
) AS fact"""
_FAILED = """(
    SELECT fact.*, failure.failure, failure.signature
    FROM {attempts}
    LEFT JOIN failure
        ON failure.attempt_id = fact.attempt_id AND failure.ended_utc = coalesce(fact.end_utc, fact.start_utc)
) AS fact"""
OF_FAILURE = frozenset({"failure", "signature"})
"""Columns of attempts that lie beside them."""
_MOMENT = "greatest(coalesce(end_utc - 1, start_utc), start_utc)"
_BEGINS = "SELECT min(start_utc) AS edge FROM calendar WHERE day >= ?"
_ENDS = "SELECT max(end_utc) AS edge FROM calendar WHERE day <= ?"


def fact(of: Of, zone: str, columns: Iterable[str] = ()) -> str:
    """The FROM of a list in which those columns, too, are asked for; the zone's days are those of the cube."""
    if of == "jobs":
        return _JOBS
    if zone == "UTC":
        day = f"DATE '1970-01-01' + ({_MOMENT} // 86400)::INTEGER"
    else:
        day = f"CAST(timezone('{_plain(zone)}', to_timestamp({_MOMENT})) AS DATE)"
    attempts = _ATTEMPTS.format(day=day)
    return attempts if OF_FAILURE.isdisjoint(columns) else _FAILED.format(attempts=attempts)


def days(ask: Ask, of: Of, first: date | None, last: date | None) -> list[Sql]:
    """Conditions for those days, both included; days that the cube's calendar does not reach have no rows.

    The moments that attempts are compared with are looked up first: with numbers of which nothing has to be worked out,
    whole row groups are passed over.
    """
    if of == "jobs":
        return [(f"day {sign} ?", [day]) for sign, day in ((">=", first), ("<=", last)) if day is not None]
    found: list[Sql] = []
    if first is not None:
        found.append(_from(_edge(ask, _BEGINS, first)))
    if last is not None:
        found.append(_to(_edge(ask, _ENDS, last)))
    return found


def _from(edge: int | None) -> Sql:
    if edge is None:
        return "false", []
    return f"(end_utc >= ? OR end_utc IS NULL) AND {_MOMENT} >= ?", [edge, edge]


def _to(edge: int | None) -> Sql:
    return ("false", []) if edge is None else (f"start_utc < ? AND {_MOMENT} < ?", [edge, edge])


def _edge(ask: Ask, sql: str, day: date) -> int | None:
    edge: int | None = ask(sql, [day]).column("edge")[0].as_py()
    return edge


def _plain(zone: str) -> str:
    return zone.replace("'", "''")
