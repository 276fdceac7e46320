"""Questions about idle jobs to the cube, as SQL with its values, and what the slots are to be matched on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.schema import QUEUE_JOB, SLOT_AD
from pipeline.schema.pool_ads import TOTAL_DISK

Question = tuple[str, list[Any]]
LIKE_DAYS = 14
"""Days before the queue was asked, in which like jobs started."""
REQUESTS = {
    "request_cpus_milli": "cpus_milli",
    "request_memory_mib": "memory_mib",
    "request_disk_kib": "disk_kib",
    "request_gpus": "gpus",
}
"""What a job can ask for, and the column of slots that it is held against."""
JOB_VALUES = (*REQUESTS, "user", "project", "accounting_group")
"""Columns of idle jobs that are attributes of their ads."""
_TOTALS = {"cpus_milli": "total_cpus_milli", "memory_mib": "total_memory_mib", "gpus": "total_gpus"}
_NAMES = ("name", "machine")
_SLOT_VALUES = (
    *("name", "machine", "state", "activity", "slot_type", "is_partitionable", "cpus_milli", "total_cpus_milli"),
    *("memory_mib", "total_memory_mib", "disk_kib", "gpus", "total_gpus", "gpu_model", "site", "resource"),
    *("glidein_entry", "gatekeeper", "arch", "os", "detected_cpus", "detected_memory_mib", "condor_version"),
)
_DISK = re.compile(rf"^{TOTAL_DISK.lower()} = (\d+)(?:\.\d*)?$", re.MULTILINE)


def idle_groups(pool: str, projects: Sequence[str] | None, limit: int) -> Question:
    """Groups of like idle jobs of those projects (None: of all), most jobs first; `of_all` and `jobs_of_all` count."""
    condition, values = "pool = ?", [pool]
    if projects is not None:
        condition += " AND list_contains(?, project)"
        values.append(list(projects))  # type: ignore[arg-type]
    sql = f"""
        SELECT *, count(*) OVER () AS of_all, sum(jobs) OVER ()::BIGINT AS jobs_of_all
        FROM idle_group WHERE {condition}
        ORDER BY jobs DESC, oldest_submit_utc, ap, example LIMIT ?
    """
    return sql, [*values, limit]


def slot_offers(pool: str) -> Question:
    """Every slot of the pool that jobs can be matched with."""
    return "SELECT * FROM slot_offer WHERE pool = ? ORDER BY name", [pool]


def accounts(pool: str) -> Question:
    """What the pool's negotiator knew of its submitters."""
    return "SELECT * FROM account_now WHERE pool = ? AND NOT is_account_group", [pool]


def waits(pool: str, projects: Sequence[str], until_utc: int) -> Question:
    """From submission to first start, of those projects' jobs that started in the days before, by what they asked for.

    Quantiles in seconds: at or below them started that share. A row of nulls is of all of them.
    """
    sql = """
        SELECT
            requested_milli,
            gpus > 0 AS has_gpus,
            count(*) AS jobs,
            quantile_disc(first_start_utc - submit_utc, 0.5) AS p50_s,
            quantile_disc(first_start_utc - submit_utc, 0.9) AS p90_s
        FROM job
        WHERE pool = ? AND list_contains(?, coalesce(project, 'unmapped')) AND venue = 'pool'
        AND first_start_utc BETWEEN ? AND ? AND first_start_utc >= submit_utc
        GROUP BY GROUPING SETS ((requested_milli, has_gpus), ())
    """
    return sql, [pool, list(projects), until_utc - LIKE_DAYS * 86_400, until_utc]


def job_side(row: Mapping[str, Any]) -> dict[str, Any]:
    """A group's row as the process that evaluates takes it."""
    requests = []
    for column, offered in REQUESTS.items():
        if column == "request_gpus" and not row[column]:
            continue
        attribute = SLOT_AD.column(offered).attributes[0].lower()
        label, amount = QUEUE_JOB.column(column).attributes[0], _unscaled(QUEUE_JOB, column, row[column])
        requests.append({"label": label, "attribute": attribute, "amount": amount})
    values = {QUEUE_JOB.column(name).attributes[0]: _unscaled(QUEUE_JOB, name, row[name]) for name in JOB_VALUES}
    return {"values": values, "lines": row["match_ad"], "requests": requests}


def slot_sides(rows: Iterable[Mapping[str, Any]], demands: Iterable[str | None]) -> list[dict[str, Any]]:
    """Slots that are alike put together, as the process that evaluates takes them.

    Names of slots and machines tell all slots apart: they are left out unless something demands one.
    """
    kept = list(rows)
    texts = {row["match_ad"] for row in kept} | set(demands)
    left_out = {name for name in _NAMES if not any(_speaks_of(name, text) for text in texts)}
    machines: dict[str, int] = {}
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in kept:
        now = {name: row[name] for name in _SLOT_VALUES if name not in left_out}
        whole = now | {name: row[total] for name, total in _TOTALS.items()} | {"disk_kib": _whole_disk(row)}
        key = (row["match_ad"], row["is_free"], *now.values(), *whole.values())
        if key not in found:
            found[key] = _slot(row, now, whole)
        found[key]["count"] += 1
        machine = row["machine"] or row["startd"] or row["name"]
        found[key]["machines"].add(machines.setdefault(machine, len(machines)))
    return [one | {"machines": sorted(one["machines"])} for one in found.values()]


def _slot(row: Mapping[str, Any], now: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    sides = {"whole": _attributes(whole), "now": _attributes(now)}
    return {"lines": row["match_ad"], "is_free": row["is_free"], "count": 0, "machines": set(), **sides}


def _attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {SLOT_AD.column(name).attributes[0]: _unscaled(SLOT_AD, name, value) for name, value in values.items()}


def _unscaled(table: Any, name: str, value: Any) -> Any:
    scale = table.column(name).scale
    if value is None or scale == 1:
        return value
    return value // scale if value % scale == 0 else value / scale


def _whole_disk(row: Mapping[str, Any]) -> int | None:
    found = _DISK.search(row["match_ad"] or "")
    return int(found[1]) if found else row["disk_kib"]


def _speaks_of(name: str, text: str | None) -> bool:
    attribute = SLOT_AD.column(name).attributes[0]
    return text is not None and re.search(rf"\b{attribute}\b", text, re.IGNORECASE) is not None
