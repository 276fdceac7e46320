"""Gauges of usage: one pool's hours, jobs and attempts in a window of whole days, as `htc-ledger usage` has them.

By project and by site the TOP with most core time stand alone and the others are one, `other`: the number of series
is bounded, and they add up to the pool's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dashboard.metrics.days import WINDOWS, first_day
from dashboard.metrics.gauges import Family, Gauges
from pipeline.buckets import BUCKETS
from pipeline.calendar import midnight_utc
from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer

TOP = 20
OTHER = "other"
HOUR_S = 3600.0
DIMENSIONS = ("project", "site")
_SECONDS: Mapping[str, tuple[str, str]] = {
    "cpu_h": ("allocated_core_seconds", "Core time that attempts were given: wall time times cores"),
    "cpu_used_h": ("used_cpu_seconds", "CPU time that attempts reported"),
    "goodput_completed_h": ("goodput_core_seconds", "Core time of runs with which their job ran to completion"),
    "badput_h": ("badput_core_seconds", "Core time of runs that did not complete their job, and unattributed"),
    "gpu_h": ("allocated_gpu_seconds", "GPU time that attempts were given: wall time times whole GPUs"),
}
"""Metric of the ledger -> family and what it says; of the whole pool, by project and by site."""
_OF_POOL: Mapping[str, tuple[str, str]] = {
    "cpu_measured_h": ("measured_core_seconds", "Core time of attempts that reported their CPU time"),
    "gpu_used_h": ("used_gpu_seconds", "GPU time that attempts reported as busy; not measured is not in it"),
}
"""The same, of the whole pool alone."""
_RATIOS: Mapping[str, tuple[str, str]] = {
    "cpu_efficiency": ("cpu_efficiency_ratio", "CPU time per core time, over attempts that reported it"),
    "gpu_efficiency": ("gpu_efficiency_ratio", "Busy GPU time per GPU time, over attempts whose GPUs were measured"),
    "memory_efficiency": ("memory_efficiency_ratio", "Peak memory per memory given, over attempts that measured it"),
}
"""Of the whole pool alone, 1 is all of it."""
_DAYS = "in the window of days up to the last whole one"
_SHARE = f"the {TOP} with most core time in the window, and `{OTHER}`: all else"
FAMILIES: tuple[Family, ...] = (
    *(
        Family(f"pool_{name}", f"{doc}, {_DAYS}.", ("pool", "window"), "seconds")
        for name, doc in (*_SECONDS.values(), *_OF_POOL.values())
    ),
    *(
        Family(f"pool_{name}", f"{doc}, {_DAYS}.", ("pool", "window"), "ratio", adds=False)
        for name, doc in _RATIOS.values()
    ),
    *(
        Family(f"{by}_{name}", f"{doc}, {_DAYS}; {_SHARE}.", ("pool", "window", by), "seconds")
        for by in DIMENSIONS
        for name, doc in _SECONDS.values()
    ),
    Family(
        "pool_bucket_core_seconds",
        f"Core time by what became of it, {_DAYS}: the buckets add up to what was allocated. wasted: whether a bucket "
        "is known to be waste.",
        ("pool", "window", "bucket", "wasted"),
        "seconds",
    ),
    Family("pool_ended_jobs", f"Jobs that left the queue, by outcome, {_DAYS}.", ("pool", "window", "outcome")),
    Family("pool_ended_attempts", f"Attempts that ended, by outcome, {_DAYS}.", ("pool", "window", "outcome")),
    Family(
        "pool_window_end_timestamp_seconds",
        "Midnight that the windows end at: the end of the newest day of the reporting zone that was over when the "
        "newest record, or proof that there was none, was made.",
        ("pool",),
        "seconds",
        adds=False,
    ),
)


def put_usage(gauges: Gauges, cube: Cube, viewer: Viewer, pool: str, last: date) -> None:
    """Note the pool's usage in each window that ends with that day."""
    end_utc = midnight_utc(last + timedelta(days=1), cube.published.zone)
    gauges.put("pool_window_end_timestamp_seconds", end_utc, pool)
    for window in WINDOWS:
        asked = UsageQuery((), (), first_day(last, window), last, (("pool", (pool,)),))
        _put_sums(gauges, cube, viewer, asked, (pool, window))
        for by in DIMENSIONS:
            _put_shares(gauges, cube, viewer, replace(asked, by=(by,)), (pool, window))
        _put_buckets(gauges, cube, viewer, asked, (pool, window))
        _put_ended(gauges, cube, viewer, asked, (pool, window))


def _put_sums(gauges: Gauges, cube: Cube, viewer: Viewer, asked: UsageQuery, labels: tuple[str, str]) -> None:
    sums = {**_SECONDS, **_OF_POOL}
    for row in cube.usage(replace(asked, metrics=(*sums, *_RATIOS)), viewer).to_pylist():
        for metric, (name, _) in sums.items():
            gauges.put(f"pool_{name}", _seconds(row[metric]), *labels)
        for metric, (name, _) in _RATIOS.items():
            gauges.put(f"pool_{name}", row[metric], *labels)


def _put_shares(gauges: Gauges, cube: Cube, viewer: Viewer, asked: UsageQuery, labels: tuple[str, str]) -> None:
    (by,) = asked.by
    rows = cube.usage(replace(asked, metrics=tuple(_SECONDS)), viewer).to_pylist()
    named = largest(rows, by)
    for row in rows:
        label = row[by] if row[by] in named else OTHER
        for metric, (name, _) in _SECONDS.items():
            gauges.put(f"{by}_{name}", _seconds(row[metric]), *labels, label)


def largest(rows: Sequence[Mapping[str, Any]], by: str, count: int = TOP) -> frozenset[str]:
    """The names with most core time; of equal ones the first by name. One whose core time is not known is none."""
    known = [row for row in rows if row["cpu_h"]]
    return frozenset(row[by] for row in sorted(known, key=lambda row: (-row["cpu_h"], row[by]))[:count])


def _put_buckets(gauges: Gauges, cube: Cube, viewer: Viewer, asked: UsageQuery, labels: tuple[str, str]) -> None:
    found = cube.usage(replace(asked, by=("bucket",), metrics=("cpu_h",)), viewer).to_pylist()
    hours = {row["bucket"]: row["cpu_h"] for row in found}
    for bucket in BUCKETS:
        wasted = "true" if bucket.wasted else "false"
        gauges.put("pool_bucket_core_seconds", _seconds(hours.get(bucket.name)), *labels, bucket.name, wasted)


def _put_ended(gauges: Gauges, cube: Cube, viewer: Viewer, asked: UsageQuery, labels: tuple[str, str]) -> None:
    by_outcome = replace(asked, by=("outcome",))
    jobs = cube.usage(replace(by_outcome, metrics=("jobs",), booking="ended"), viewer)
    for row in jobs.to_pylist():
        gauges.put("pool_ended_jobs", row["jobs"], *labels, row["outcome"])
    for row in cube.spread(by_outcome, "wall", viewer).to_pylist():
        gauges.put("pool_ended_attempts", row["attempts"], *labels, row["outcome"])


def _seconds(hours: float | None) -> float | None:
    return None if hours is None else hours * HOUR_S
