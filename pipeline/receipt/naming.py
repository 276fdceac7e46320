"""The name of a job as people write it, and the one job of the cube that it names.

`AP#CLUSTER.PROC`, `CLUSTER.PROC`, or a GlobalJobId (`AP#CLUSTER.PROC#QDATE`). An access point may be written without
its domain.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.query import dimension
from pipeline.terminal import visible
from pipeline.viewer import Viewer

Ask = Callable[[str, list[Any]], pa.Table]
"""A question to the cube: SQL and its values."""

_NAME = re.compile(r"(?:(?P<ap>.+)#)?(?P<cluster>\d{1,18})\.(?P<proc>\d{1,18})(?:#(?P<submitted>\d+))?", re.DOTALL)
_KNOWN = """
    SELECT
        pool,
        ap,
        job_id::VARCHAR                                 AS job_id,
        any_value(global_job_id)                        AS global_job_id,
        cluster,
        proc
    FROM (
        SELECT pool, ap, job_id, global_job_id, cluster, proc FROM job WHERE {condition}
        UNION ALL
        SELECT pool, ap, job_id, global_job_id, cluster, proc FROM attempt WHERE {condition}
    )
    GROUP BY ALL
"""
LISTED = 5


class NoSuchJob(UsageError):
    """No job of that name is known to the viewer."""


@dataclass(frozen=True)
class JobName:
    """A job as it was asked for; `ap` and `submitted` (its GlobalJobId's last part) are None where not given."""

    text: str
    cluster: int
    proc: int
    ap: str | None = None
    submitted: str | None = None
    pool: str | None = None


@dataclass(frozen=True)
class Named:
    """The one job that is meant."""

    pool: str
    ap: str
    job_id: str
    global_job_id: str | None
    cluster: int
    proc: int

    @property
    def name(self) -> str:
        """AP#CLUSTER.PROC."""
        return f"{self.ap}#{self.cluster}.{self.proc}"


def parse(text: str, pool: str | None = None) -> JobName:
    """The parts of a job's name. Raises UsageError for a text that names no job."""
    found = _NAME.fullmatch(text.strip())
    if found is None:
        hint = "Write AP#CLUSTER.PROC, for example ap1.example.org#1234.0, or the whole GlobalJobId."
        raise UsageError(f"{visible(text[:200])!r} names no job", hint)
    parts = found.groupdict()
    return JobName(text.strip(), int(parts["cluster"]), int(parts["proc"]), parts["ap"], parts["submitted"], pool)


def find(ask: Ask, name: JobName, viewer: Viewer) -> Named:
    """The job of that name. Raises NoSuchJob if the viewer sees none, UsageError if there are several."""
    rows = _visible(ask, "cluster = ? AND proc = ?", [name.cluster, name.proc], viewer)
    fitting = [row for row in rows if _fits(row, name)]
    if len(fitting) == 1:
        row = fitting[0]
        return Named(*(row[key] for key in ("pool", "ap", "job_id", "global_job_id", "cluster", "proc")))
    if fitting:
        raise UsageError(f"{len(fitting)} jobs are called {visible(name.text)}", f"Say which: {_listed(fitting)}.")
    near = rows or _near(ask, name, viewer)
    hint = f"Near it: {_listed(near)}." if near else "The ledger holds no job yet: run `htc-ledger build`."
    raise NoSuchJob(f"there is no job {visible(name.text[:200])}", hint)


def _visible(ask: Ask, condition: str, values: list[Any], viewer: Viewer, more: str = "") -> list[dict[str, Any]]:
    """Jobs for which that holds, and that the viewer may see."""
    rows: list[dict[str, Any]] = ask(f"FROM ({_KNOWN.format(condition=condition)}) {more}", values * 2).to_pylist()
    seen = seen_jobs(ask, [row["job_id"] for row in rows], viewer)
    return [row for row in rows if row["job_id"] in seen]


def seen_jobs(ask: Ask, job_ids: Sequence[str], viewer: Viewer) -> frozenset[str]:
    """Those of the jobs that the viewer may see: a job of several projects is seen by who sees them all."""
    if viewer.projects is None or not job_ids:
        return frozenset(job_ids)
    chosen = "job_id IN (SELECT unnest($1)::UHUGEINT)"
    project = dimension("project").sql
    sql = f"""
        SELECT job_id::VARCHAR AS job_id, bool_and(list_contains($2, project)) AS is_seen
        FROM (
            SELECT job_id, {project} AS project FROM charge AS fact WHERE {chosen}
            UNION ALL
            SELECT job_id, {project} AS project FROM charge_ended AS fact WHERE {chosen}
        )
        GROUP BY job_id
    """
    rows = ask(sql, [list(job_ids), sorted(viewer.projects)]).to_pylist()
    return frozenset(row["job_id"] for row in rows if row["is_seen"])


def _fits(row: dict[str, Any], name: JobName) -> bool:
    if name.pool is not None and row["pool"] != name.pool:
        return False
    if name.ap is not None and name.ap not in (row["ap"], row["ap"].partition(".")[0]):
        return False
    ends = row["global_job_id"] or ""
    return name.submitted is None or ends.rpartition("#")[2] == name.submitted


def _near(ask: Ask, name: JobName, viewer: Viewer) -> list[dict[str, Any]]:
    """Jobs of the same cluster, else those with ids near it."""
    same = _visible(ask, "cluster = ?", [name.cluster], viewer, f" ORDER BY proc, ap LIMIT {LISTED * 20}")
    if same:
        return sorted(same, key=lambda row: abs(row["proc"] - name.proc))
    span = "cluster BETWEEN ? AND ?"
    for width in (100, 1 << 62):
        order = f" ORDER BY abs(cluster - {name.cluster}), proc, ap LIMIT {LISTED * 20}"
        rows = _visible(ask, span, [max(name.cluster - width, 0), name.cluster + width], viewer, order)
        if rows:
            return rows
    return []


def _listed(rows: list[dict[str, Any]]) -> str:
    names = [row["global_job_id"] or f"{row['ap']}#{row['cluster']}.{row['proc']}" for row in rows[:LISTED]]
    return ", ".join(visible(name) for name in names) + (" and others" if len(rows) > LISTED else "")
