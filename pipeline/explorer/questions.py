"""Questions for lists of jobs and attempts, put to the cube: a page of rows, or what all of them come to.

Rows are found by the few columns that filter and sort, then fetched whole: of a wide table little is read. A person who
sees some projects only gets rows of those, and no job whose attempts were charged to several.
"""

from typing import Any

import pyarrow as pa

from pipeline.explorer import conditions, names
from pipeline.explorer.asked import Listed, Rows
from pipeline.explorer.columns import COLUMNS, Of
from pipeline.explorer.facts import days, fact
from pipeline.explorer.names import Ask
from pipeline.viewer import Viewer

LINK = "global_job_id"
SUMS: dict[Of, tuple[tuple[str, str, int], ...]] = {
    "jobs": (("cpu_h", "mcore_s", 3_600_000), ("wasted_h", "wasted_mcore_s", 3_600_000)),
    "attempts": (("cpu_h", "wall_s * cores_milli", 3_600_000), ("cpu_used_h", "cpu_used_us", 3_600_000_000)),
}
"""What rows come to: name, SQL over the list's fact, and how many of that are one."""
_ROWS: dict[Of, str] = {
    "jobs": "listed AS fact",
    "attempts": """listed AS fact LEFT JOIN (
        SELECT attempt_id, failure, signature
        FROM failure
        WHERE
            ended_utc IN (SELECT coalesce(end_utc, start_utc) FROM listed)
            AND attempt_id IN (SELECT attempt_id FROM listed)
    ) USING (attempt_id)""",
}
"""The rows of a page, which are few, with what lies beside them."""


def page(ask: Ask, asked: Listed, rows: Rows, viewer: Viewer, zone: str) -> pa.Table:
    """Those rows, in order: `pool`, `global_job_id` (null where no record names it), and the list's columns.

    Moments are Unix seconds; null is not known. The same cube gives equal pages. Raises UsageError.
    """
    condition, values = _where(ask, asked.checked(), viewer)
    source, order = fact(asked.of, zone, asked.named), _order(asked)
    found = ask(
        f"SELECT row_place FROM {source} WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?",
        [*values, rows.count, rows.start],
    )
    shown = ", ".join(f'{column.shown} AS "{column.name}"' for column in COLUMNS[asked.of])
    sql = f"""
        WITH listed AS MATERIALIZED (
            FROM {fact(asked.of, zone)} WHERE row_place IN (SELECT unnest(?::BIGINT[]))
        )
        SELECT pool, {LINK}, {shown} FROM {_ROWS[asked.of]} ORDER BY {order}
    """
    return ask(sql, [found.column("row_place").to_pylist()])


def summary(ask: Ask, asked: Listed, viewer: Viewer, zone: str) -> dict[str, Any]:
    """`rows`, and the sums of SUMS over all of them (None: of none of them known). Raises UsageError."""
    condition, values = _where(ask, asked.checked(), viewer)
    source = fact(asked.of, zone, (condition.column for condition in asked.conditions))
    sums = "".join(f', sum({sql}) / {per}.0 AS "{name}"' for name, sql, per in SUMS[asked.of])
    (row,) = ask(f"SELECT count(*) AS rows{sums} FROM {source} WHERE {condition}", values).to_pylist()
    found: dict[str, Any] = row
    return found


def _order(asked: Listed) -> str:
    """The order of the rows: those that the sort does not tell apart stay as the cube has them."""
    column, direction = asked.sorted_by
    return ", ".join([f"{each} {direction} NULLS LAST" for each in column.sorted_by] + ["row_place"])


def _where(ask: Ask, asked: Listed, viewer: Viewer) -> tuple[str, list[Any]]:
    """The WHERE: filters, days and what the viewer may see. Values are parameters, never text."""
    made = [names.one_of("venue", ["pool"])] if _keeps_to_pool(asked) else []
    made += days(ask, asked.of, asked.first, asked.last) if asked.ids is None else [asked.ids.sql]
    where = asked.where
    if viewer.projects is not None:
        where = (*where, ("project", tuple(sorted(viewer.projects))))
        made.append(("NOT several_projects", []))
    made += names.conditions(ask, where)
    made += [conditions.sql(asked.of, condition) for condition in asked.conditions]
    sql = " AND ".join(f"({condition})" for condition, _ in made)
    return sql or "true", [value for _, values in made for value in values]


def _keeps_to_pool(asked: Listed) -> bool:
    return asked.ids is None and not any(name == "venue" for name, _ in asked.where)
