"""The bridge a second time: plain loops over the rows of the ledger, one job at a time, by the rules as written.

Slow and obvious; it shares no line with the product. Amounts are milli-core-seconds.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Rows = list[Row]
Labels = Callable[[Row], bool]
EPOCH = date(1970, 1, 1)


def used(charges: Rows, first: date, last: date, fits: Labels) -> int:
    """What was used on those days."""
    return sum(row["mcore_s"] or 0 for row in charges if is_used(row, first, last, fits))


def is_used(row: Row, first: date, last: date, fits: Labels) -> bool:
    return first <= row["day"] <= last and row["venue"] == "pool" and fits(row)


def ended(booked: Rows, first: date, last: date, fits: Labels) -> int:
    """What is booked for the jobs that ended on those days."""
    return sum(row["mcore_s"] or 0 for row in booked if is_used(row, first, last, fits))


def steps(tables: dict[str, Rows], first: date, last: date, fits: Labels, by: str | None) -> Counter[tuple[str, str]]:
    """(cause, group) -> what it adds on the way from as used to as ended."""
    found: Counter[tuple[str, str]] = Counter()
    booked = {row["job_id"]: row for row in tables["charge_ended"]}
    for charge in tables["charge"]:
        job = booked.get(charge["job_id"])
        here = is_used(charge, first, last, fits)
        there = job is not None and is_used(job, first, last, fits)
        amount = charge["mcore_s"] or 0
        old = charge[by] if by else ""
        new = job[by] if by and job is not None else ""
        if here == there and (not here or old == new):
            continue
        cause = why(charge, job, first, last, by)
        if here:
            found[cause, old] -= amount
        if there:
            found[cause, new] += amount
    for final in tables["job"]:
        job = booked[final["job_id"]]
        if is_used(job, first, last, fits):
            group = job[by] if by else ""
            for cause, amount in settled(final, tables).items():
                found[cause, group] += amount
    return Counter({key: amount for key, amount in found.items() if amount})


def why(charge: Row, job: Row | None, first: date, last: date, by: str | None) -> str:
    if job is None:
        return "no_final_ad"
    if charge["venue"] != job["venue"]:
        return "venue"
    if job["day"] > last:
        return "ended_later"
    if job["day"] < first:
        return "ended_earlier"
    if charge["day"] < first:
        return "used_earlier"
    if charge["day"] > last:
        return "used_later"
    if by in ("site", "resource") and (charge["site"], charge["resource"]) != (job["site"], job["resource"]):
        if charge["kind"] == "residual":
            return "residual_place"
        return "evictions" if charge["outcome"] in ("evicted", "lost") else "earlier_runs"
    return "renamed"


def settled(final: Row, tables: dict[str, Rows]) -> Counter[str]:
    """What one job's final ad says otherwise than its runs."""
    found: Counter[str] = Counter()
    cores, charges = final["cores_milli"], [row for row in tables["charge"] if row["job_id"] == final["job_id"]]
    if final["wall_s"] is None or cores is None:
        cause = "wall_unknown" if final["wall_s"] is None else "cores_unknown"
        found[cause] -= sum(row["mcore_s"] or 0 for row in charges)
        return found
    runs_s = 0
    for run in tables["attempt"]:
        if run["job_id"] == final["job_id"] and run["wall_s"] is not None:
            runs_s += run["wall_s"]
            if run["cores_milli"] is None:
                found["cores_unknown"] += run["wall_s"] * cores
            else:
                found["cores"] += run["wall_s"] * (cores - run["cores_milli"])
    if runs_s > final["wall_s"]:
        (residual,) = [row for row in tables["residual"] if row["job_id"] == final["job_id"]]
        found[residual["cause"]] += (final["wall_s"] - runs_s) * cores
    return found


def published(ads: Rows, first: date, last: date, fits: Labels, venue: dict[str, str], rule: str) -> int:
    """Every final ad by itself, as others add them up."""
    total = 0
    for ad in ads:
        done = ad["completion_utc"] is not None
        end = ad["completion_utc"] if done else ad["status_utc"]
        day = EPOCH + timedelta(days=end // 86_400)
        if not first <= day <= last or not fits(ad):
            continue
        if rule != "history" and venue[ad["global_job_id"]] != "pool":
            continue
        if rule == "gracc" and not done:
            continue
        cores = next((ad[name] for name in CORES[rule] if ad.get(name) is not None), None)
        total += (ad["wall_s"] or 0) * (cores or 0)
    return total


_OURS = ("cpus_milli", "request_cpus_milli", "slot_cpus_milli")
CORES = {"history": _OURS, "gracc": _OURS, "chtc": ("request_cpus_milli", "cpus_milli", "slot_cpus_milli")}
