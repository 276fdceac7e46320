"""How many different projects, users, institutions, ... there were, by group, as SQL with its values.

What nobody is known for (`unmapped`, `unattributed`, `unknown`) is nobody, and counts in no group.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.query import UsageQuery, dimension
from pipeline.serving.rollups import smallest

NOT_NAMES = frozenset({"unmapped", "unattributed", "unknown"})
"""Lines of usage that nobody is known for."""


def distinct_sql(
    query: UsageQuery, name: str, condition: Sequence[str], values: Sequence[Any], tables: frozenset[str]
) -> tuple[str, list[Any]]:
    """Columns `by`, then `count`: values of that dimension with at least one charged second, each once a group.

    A group without any has no row; without groups there is one row. The question's metrics are not looked at.
    Raises UsageError for an unknown name.
    """
    counted = dimension(name)
    table = smallest("usage_day", query.columns | frozenset(counted.columns), tables)
    groups = "".join(f'{group.sql} AS "{group.name}", ' for group in query.dimensions())
    names = "".join(f'"{group}", ' for group in query.by)
    sql = f"""
        SELECT {names}count(*) AS count
        FROM (
            SELECT DISTINCT {groups}{counted.sql} AS value
            FROM {table} AS fact
            WHERE {" AND ".join(condition)} AND booking = ? AND wall_s > 0
        )
        WHERE NOT list_contains(?, value)
    """
    if query.by:
        places = ", ".join(str(place + 1) for place in range(len(query.by)))
        sql += f" GROUP BY {places} ORDER BY {places}"
    return sql, [*values, query.booking, sorted(NOT_NAMES)]
