"""Why the idle jobs of a project, or one job, are not running. In: questions to the cube. Out: WhyIdle.

What is evaluated is the queue and the pool as last collected, each at its own time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.matching import isolated, questions
from pipeline.matching.evaluation import Verdict
from pipeline.receipt.naming import JobName
from pipeline.schema import QUEUE_JOB
from pipeline.viewer import Viewer

Ask = Callable[[str, list[Any]], pa.Table]
MOST_GROUPS = 12
"""Groups that are looked at, those with most jobs."""
FEWEST_LIKE = 20
"""Jobs that started, below which nothing is said about the next."""
_IDLE = 1
_STATUS = {2: "running", 3: "removed", 4: "completed", 5: "held", 6: "transferring its output", 7: "suspended"}


@dataclass(frozen=True)
class Standing:
    """Where the submitter stands with the negotiator: the smaller the priority, the sooner its turn.

    rank       among `accounts` submitters that have a priority; 1 is next
    share      of all cores in use that are the submitter's, if any are
    """

    priority: float
    rank: int
    accounts: int
    share: float | None
    seen_utc: int


@dataclass(frozen=True)
class Wait:
    """How long like jobs waited for their first start, in seconds. `like`: what they have in common."""

    jobs: int
    p50_s: int
    p90_s: int
    like: str


@dataclass(frozen=True)
class IdleGroup:
    """Like idle jobs of one user; `verdict` None: it could not be evaluated."""

    ap: str
    project: str
    user: str
    jobs: int
    example: str
    oldest_submit_utc: int | None
    idle_since_utc: int | None
    seen_utc: int
    requests: Mapping[str, int | None]
    verdict: Verdict | None
    standing: Standing | None
    wait: Wait | None


@dataclass(frozen=True)
class WhyIdle:
    """Groups with most jobs first; `groups_in_all` and `jobs_in_all` count those that are not shown, too."""

    pool: str
    groups: tuple[IdleGroup, ...]
    groups_in_all: int
    jobs_in_all: int
    slots: int
    slots_seen_utc: int | None


def why_idle(ask: Ask, pool: str, projects: Sequence[str] | None, viewer: Viewer) -> WhyIdle:
    """Of the idle jobs of those projects, as their jobs call them (None: of all that the viewer may see)."""
    allowed = _allowed(projects, viewer)
    groups = ask(*questions.idle_groups(pool, allowed, MOST_GROUPS)).to_pylist()
    counted = (groups[0]["of_all"], groups[0]["jobs_of_all"]) if groups else (0, 0)
    return _answered(ask, pool, groups, *counted)


def why_one(ask: Ask, lake: Lake, pools: Sequence[str], name: JobName, viewer: Viewer) -> WhyIdle:
    """Of one job that is in the queue. Raises UsageError if it is not, or is not idle, and LakeError."""
    rows = [row for row in _queued(lake, pools, name) if viewer.projects is None or row["project"] in viewer.projects]
    if not rows:
        hint = "Write AP#CLUSTER.PROC; a job that left the queue has a receipt: `htc-ledger explain`."
        raise UsageError(f"{name.text!r} is in no queue as last asked", hint)
    if len({(row["pool"], row["ap"]) for row in rows}) > 1:
        found = ", ".join(sorted({f"{row['ap']}#{row['example']}" for row in rows}))
        raise UsageError(f"{name.text!r} is in several queues", f"One of: {found}.")
    row = rows[0]
    if row["status"] != _IDLE:
        hint = "`htc-ledger explain` tells what became of its runs."
        raise UsageError(f"{name.text!r} is not idle: it is {_STATUS.get(row['status'], 'in no known state')}", hint)
    return _answered(ask, row["pool"], [row], 1, 1)


def _allowed(projects: Sequence[str] | None, viewer: Viewer) -> list[str] | None:
    if viewer.projects is None:
        return None if projects is None else sorted(projects)
    return sorted(viewer.projects if projects is None else viewer.projects & set(projects))


def _answered(ask: Ask, pool: str, groups: list[dict[str, Any]], in_all: int, jobs_in_all: int) -> WhyIdle:
    slots = ask(*questions.slot_offers(pool)).to_pylist() if groups else []
    sides = questions.slot_sides(slots, [group["match_ad"] for group in groups])
    demands = [questions.job_side(group) for group in groups]
    found = isolated.verdicts(sides, demands) if slots else [None] * len(groups)
    accounts = ask(*questions.accounts(pool)).to_pylist() if groups else []
    waits = _waits(ask, pool, groups)
    return WhyIdle(
        pool,
        tuple(_group(row, verdict, accounts, waits) for row, verdict in zip(groups, found, strict=True)),
        in_all,
        jobs_in_all,
        len(slots),
        max((slot["seen_utc"] for slot in slots), default=None),
    )


def _group(
    row: Mapping[str, Any], verdict: Verdict | None, accounts: Sequence[Mapping[str, Any]], waits: dict[str, Any]
) -> IdleGroup:
    return IdleGroup(
        row["ap"],
        row["project"],
        row["user"],
        row["jobs"],
        f"{row['ap']}#{row['example']}",
        row["oldest_submit_utc"],
        row["idle_since_utc"],
        row["seen_utc"],
        {name: row[name] for name in questions.REQUESTS},
        verdict,
        _standing(row, accounts),
        _wait(row, waits[row["project"]]),
    )


def _waits(ask: Ask, pool: str, groups: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Waits of each project's jobs."""
    until = {row["project"]: row["seen_utc"] for row in groups}
    return {
        project: ask(*questions.waits(pool, (project,), seen_utc)).to_pylist() for project, seen_utc in until.items()
    }


def _wait(row: Mapping[str, Any], waits: Sequence[Mapping[str, Any]]) -> Wait | None:
    same = [
        one
        for one in waits
        if one["requested_milli"] is not None
        and one["requested_milli"] == row["request_cpus_milli"]
        and one["has_gpus"] == (row["request_gpus"] > 0)
    ]
    whole = [one for one in waits if one["requested_milli"] is None and one["has_gpus"] is None]
    for found, like in ((same, "of the same project, cores and use of GPUs"), (whole, "of the same project")):
        if found and found[0]["jobs"] >= FEWEST_LIKE:
            return Wait(found[0]["jobs"], found[0]["p50_s"], found[0]["p90_s"], like)
    return None


def _standing(row: Mapping[str, Any], accounts: Sequence[Mapping[str, Any]]) -> Standing | None:
    group = row["accounting_group"]
    for one in accounts:
        is_theirs = one["name"].split("@")[0] == group if group else one["name"] == row["user"]
        if is_theirs and one["rank"] is not None:
            used, whole = one["cores_used_milli"], one["all_cores_used_milli"]
            share = used / whole if used is not None and whole else None
            return Standing(one["priority_milli"] / 1000, one["rank"], one["accounts"], share, one["seen_utc"])
    return None


def _queued(lake: Lake, pools: Sequence[str], name: JobName) -> list[dict[str, Any]]:
    """The job as the newest picture of its queue has it, as rows like those of `idle_group`."""
    files = list(lake.snapshot(QUEUE_JOB).files)
    if not files:
        return []
    sql = f"""
        SELECT
            * REPLACE (coalesce(project, 'unmapped') AS project, coalesce("user", 'unknown') AS "user"),
            coalesce(request_gpus, 0) AS asked_gpus,
            1 AS jobs,
            submit_utc AS oldest_submit_utc,
            status_utc AS idle_since_utc,
            concat(cluster, '.', proc) AS example
        FROM {scan(QUEUE_JOB, "$files")}
        WHERE list_contains($pools, pool) AND cluster = $cluster AND proc = $proc
        AND ($ap IS NULL OR ap = $ap OR starts_with(ap, concat($ap, '.')))
        QUALIFY row_number() OVER (PARTITION BY pool, ap ORDER BY seen_utc DESC) = 1
    """
    values = {"files": files, "pools": list(pools), "cluster": name.cluster, "proc": name.proc, "ap": name.ap}
    with lake_errors(f"table {QUEUE_JOB.name} cannot be read"), duckdb.connect() as con:
        rows = con.sql(sql, params=values).to_arrow_table().to_pylist()
    return [row | {"request_gpus": row["asked_gpus"]} for row in rows]
