"""The bridges that a question asks for: one per group, checked."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from pipeline.bridge import moves, others
from pipeline.bridge.asked import BridgeQuery
from pipeline.bridge.causes import CAUSES
from pipeline.bridge.quarantine import Rejected, rejected
from pipeline.bridge.walk import Bridge, Step, Witness, step
from pipeline.lake import Lake
from pipeline.receipt.gather import hex_id
from pipeline.receipt.naming import seen_jobs
from pipeline.viewer import Viewer

TOP = 5
Rows = list[dict[str, Any]]
_BY_JOB = """
    WITH part AS (
        SELECT cause, grp, pool, ap, job_id, sum(mcore_s)::BIGINT AS mcore_s FROM ({rows}) GROUP BY ALL
    ),
    largest AS (
        SELECT
            *,
            (sum(mcore_s) OVER step)::BIGINT            AS step_mcore_s,
            count(*) OVER step                          AS jobs
        FROM part
        WHERE mcore_s <> 0
        WINDOW step AS (PARTITION BY cause, grp)
        QUALIFY row_number() OVER (PARTITION BY cause, grp ORDER BY abs(mcore_s) DESC, pool, ap, job_id) <= $top
    ),
    named AS (
        SELECT pool, ap, job_id, any_value(concat(ap, '#', cluster, '.', proc)) AS name
        FROM (
            SELECT pool, ap, job_id, cluster, proc FROM job
            UNION ALL
            SELECT pool, ap, job_id, cluster, proc FROM attempt
        )
        SEMI JOIN largest USING (pool, ap, job_id)
        GROUP BY ALL
    )
    SELECT cause, grp, step_mcore_s, jobs, pool, name, job_id::VARCHAR AS job_id, mcore_s
    FROM largest LEFT JOIN named USING (pool, ap, job_id)
    ORDER BY cause, grp, abs(mcore_s) DESC, pool, name
"""


class Asking:
    """Questions of one bridge to the cube."""

    def __init__(self, ask: Any, asked: BridgeQuery) -> None:
        self._ask = ask
        self._values = asked.values()

    def rows(self, sql: str, **more: Any) -> Rows:
        """The rows; only the parameters that the question names are given to it."""
        values = {name: value for name, value in (self._values | more).items() if f"${name}" in sql}
        table: pa.Table = self._ask(sql, values)
        rows: Rows = table.to_pylist()
        return rows


def bridges(ask: Any, lake: Lake, zone: str, asked: BridgeQuery, viewer: Viewer, top: int = TOP) -> tuple[Bridge, ...]:
    """A bridge for each group that has anything, largest first (one with group '' where nothing is grouped by).

    Raises UsageError for what cannot be told apart, CheckFailed if steps do not add up to their difference.
    """
    mine = asked.checked().seen_by(viewer)
    asking = Asking(ask, mine)
    steps = asking.rows(_BY_JOB.format(rows=moves.to_ended(mine)), top=top)
    onward = others.to_target(mine)
    steps += asking.rows(_BY_JOB.format(rows=onward), top=top) if onward else []
    seen = seen_jobs(ask, [row["job_id"] for row in steps], viewer)
    ends = {row["grp"]: row for row in asking.rows(moves.ends(mine))}
    if mine.target == "ended":
        totals = {group: row["ended"] for group, row in ends.items()}
    else:
        totals = {row["grp"]: row["total"] for row in asking.rows(others.total(mine))}
    refused = _by_group(rejected(lake, mine, zone), mine) if viewer.sees_all else {}
    groups = {*ends, *totals, *refused, *(row["grp"] for row in steps)} if asked.by else {""}
    made = [
        _bridge(
            group,
            ends.get(group, {"used": 0, "ended": 0}),
            totals.get(group, 0),
            [row for row in steps if row["grp"] == group],
            refused.get(group, []),
            mine,
            seen,
            top,
        )
        for group in groups
    ]
    return tuple(sorted(made, key=lambda one: (-max(one.used_mcore_s, one.ended_mcore_s), one.group)))


def _by_group(ads: list[Rejected], asked: BridgeQuery) -> Mapping[str, list[Rejected]]:
    groups: dict[str, list[Rejected]] = defaultdict(list)
    for ad in ads:
        if ad.mcore_s(asked.target):
            groups[ad.labels.get(asked.by, "unmapped") if asked.by else ""].append(ad)
    return groups


def _bridge(
    group: str,
    ends: Mapping[str, Any],
    total: int,
    rows: Rows,
    refused: list[Rejected],
    asked: BridgeQuery,
    seen: frozenset[str],
    top: int,
) -> Bridge:
    by_cause: dict[str, Rows] = defaultdict(list)
    for row in rows:
        by_cause[row["cause"]].append(row)
    steps = {cause: _step(cause, found, seen) for cause, found in by_cause.items()}
    would_be = [(ad, amount) for ad in refused if (amount := ad.mcore_s(asked.target))]
    if would_be:
        steps["quarantine"] = _quarantine(would_be, top)
    over = sum(amount for _, amount in would_be)
    ordered = tuple(steps[cause.name] for cause in CAUSES if cause.name in steps)
    return Bridge(group, ends["used"], ends["ended"], total + over, ordered).held()


def _step(cause: str, rows: Rows, seen: frozenset[str]) -> Step:
    witnesses = tuple(Witness(row["name"], row["pool"], row["mcore_s"]) for row in rows if row["job_id"] in seen)
    return step(cause, rows[0]["step_mcore_s"], rows[0]["jobs"], witnesses)


def _quarantine(would_be: list[tuple[Rejected, int]], top: int) -> Step:
    largest = sorted(would_be, key=lambda one: (-abs(one[1]), one[0].record_id))[:top]
    witnesses = tuple(Witness(f"reject {hex_id(ad.record_id)}", ad.labels["pool"], amount) for ad, amount in largest)
    return step("quarantine", sum(amount for _, amount in would_be), len(would_be), witnesses)
