"""Attempts, residuals and ended jobs -> lines: seconds of one size on one day of the reporting zone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.ads import Ad, Size
from tests.oracle.buckets import Piece, of_attempt, of_ended, of_residual, peaks
from tests.oracle.jobs import Attempt, Job

Days = list[tuple[date, int]]


@dataclass(frozen=True)
class Line:
    """Seconds of one size on one day of the reporting zone. wall_s None: unknown; cpu_us None: nobody measured."""

    job: str
    runs: tuple[int, ...]
    day: date
    labels: dict[str, str]
    wall_s: int | None
    size: Size
    cpu_us: int | None
    peaks: tuple[int | None, int | None]
    """Peak memory (MiB) and average GPUs (thousandths) that were measured."""
    pieces: list[Piece]


def day_of(instant: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(instant, zone).date()


def seconds_by_day(start: int, end: int, zone: ZoneInfo) -> Days:
    """[start, end) cut at the midnights of the zone."""
    days = []
    while start < end:
        day = day_of(start, zone)
        midnight = int(datetime.combine(day + timedelta(days=1), time(), zone).timestamp())
        days.append((day, min(end, midnight) - start))
        start = midnight
    return days


def share(total: int, days: Days) -> list[int]:
    """`total` in whole parts by the days' seconds: the largest remainders get the rest, of equal ones the earlier."""
    whole = sum(seconds for _, seconds in days)
    parts = [total * seconds // whole for _, seconds in days]
    by_remainder = sorted(range(len(days)), key=lambda i: (-(total * days[i][1] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def attempt_lines(job: Job, each: Attempt, last_run: int, zone: ZoneInfo) -> Iterator[Line]:
    """An attempt's charges; one of no or unknown length is charged to its start day."""
    days = seconds_by_day(each.start, each.end, zone) if each.start and each.end else []
    used: Sequence[int | None] = [None] * len(days) if each.cpu_us is None else share(each.cpu_us, days) if days else []
    if not days and (when := each.start or each.end):
        day, pieces = day_of(when, zone), of_attempt(job, each, last_run, when, when)
        yield Line(each.job, (each.run,), day, each.labels, each.wall_s, each.size, each.cpu_us, peaks(each.ad), pieces)
    first = each.start or 0
    for (day, wall_s), cpu_us in zip(days, used, strict=True):
        pieces = of_attempt(job, each, last_run, first, first + wall_s)
        yield Line(each.job, (each.run,), day, each.labels, wall_s, each.size, cpu_us, peaks(each.ad), pieces)
        first += wall_s


def residual_lines(job: Job, final: Ad, end: int, missing_s: int, zone: ZoneInfo) -> Iterator[Line]:
    """Wall time that no attempt explains, spread over the window in which it must have happened."""
    start = final.instant("JobStartDate") or final.instant("QDate") or end
    days = seconds_by_day(start, end, zone) or [(day_of(end, zone), 1)]
    labels = job.labels(final, "unattributed") | {"site": "unattributed", "resource": "unattributed"}
    for (day, _), part in zip(days, share(missing_s, days), strict=True):
        if part:
            yield Line(job.id, (), day, labels, part, final.size(), None, (None, None), of_residual(part, final.size()))


def ended_line(job: Job, final: Ad, end: int, runs: Iterable[int], zone: ZoneInfo) -> Line:
    """The whole job on its end day, at its last site."""
    cpu_us = final.micros("CumulativeRemoteUserCpu", "CumulativeRemoteSysCpu")
    cpu_us = final.micros("RemoteUserCpu", "RemoteSysCpu") if cpu_us is None else cpu_us
    labels = job.labels(final, final.job_outcome())
    day, pieces = day_of(end, zone), of_ended(final, job.wall_s)
    return Line(job.id, tuple(runs), day, labels, job.wall_s, final.size(), cpu_us, peaks(final), pieces)
