"""Lines -> sums by any dimension. Division comes last."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.oracle.jobs import Attempt, Job, jobs_of
from tests.oracle.lines import Line, attempt_lines, ended_line, residual_lines
from tests.oracle.measures import measures_of, measures_of_buckets
from tests.oracle.records import records


@dataclass(frozen=True)
class Books:
    """Two bookings, `used` and `ended`. overrun_s: jobs whose attempts exceed their wall time, and by how much."""

    jobs: list[Job]
    attempts: list[Attempt] = field(default_factory=list)
    residuals: list[Line] = field(default_factory=list)
    overrun_s: dict[str, int] = field(default_factory=dict)
    used: list[Line] = field(default_factory=list)
    ended: list[Line] = field(default_factory=list)

    def usage(
        self, by: Sequence[str], metrics: Sequence[str], where: dict[str, str] | None = None, booking: str = "used",
        first: date = date.min, last: date = date.max,
    ) -> list[dict[str, object]]:  # fmt: skip
        """One row a group, ordered by `by`. Only venue `pool`, unless venue is asked for.

        With `bucket` in it the rows are of the buckets; only hours can be asked for then.
        """
        asked = ({} if "venue" in by else {"venue": "pool"}) | (where or {})
        groups: dict[tuple[str, ...], list[Line]] = defaultdict(list)
        for line in self.used if booking == "used" else self.ended:
            if not first <= line.day <= last:
                continue
            for one in by_bucket(line) if "bucket" in (*by, *asked) else [line]:
                labels = one.labels | {"day": f"{line.day}", "month": f"{line.day}"[:7]}
                if all(labels[name] == value for name, value in asked.items()):
                    groups[tuple(labels[name] for name in by)].append(one)
        of_lines = measures_of_buckets if "bucket" in (*by, *asked) else measures_of
        measures = {key: of_lines(groups[key]) for key in sorted(groups)}
        return [
            dict(zip(by, key, strict=True)) | {name: row[name] for name in metrics} for key, row in measures.items()
        ]


def by_bucket(line: Line) -> list[Line]:
    """A line for each of its pieces, labelled with its bucket."""
    return [replace(line, labels=line.labels | {"bucket": each.bucket}, pieces=[each]) for each in line.pieces]


def load(
    paths: Iterable[Path | str], ap: str | None = None, pool: str = "pool", zone: str = "UTC", at_ce: bool = False
) -> Books:
    """The books of these files, with days of the zone. What a CE made another job of is told twice and counts once."""
    tz = ZoneInfo(zone)
    books = Books(jobs_of([each for path in paths for each in records(Path(path), ap)], pool))
    copies = [job for job in books.jobs if job.of_job("RoutedFromJobId")]
    for job in books.jobs:
        job.at_ce = at_ce
        job.told_twice = any(copy.is_copy_of(job) for copy in copies)
    for job in books.jobs:
        attempts = job.attempts()
        books.attempts.extend(attempts)
        last_run = max((each.run for each in attempts if each.end or each.labels["outcome"] == "running"), default=-1)
        books.used.extend(line for each in attempts for line in attempt_lines(job, each, last_run, tz))
        if not job.final or not job.end:
            continue
        books.ended.append(ended_line(job, job.final, job.end, [each.run for each in attempts], tz))
        missing_s = (job.wall_s or 0) - sum(each.wall_s or 0 for each in attempts)
        if missing_s > 0:
            books.residuals.extend(residual_lines(job, job.final, job.end, missing_s, tz))
        elif missing_s < 0:
            books.overrun_s[job.id] = -missing_s
    books.used.extend(books.residuals)
    return books
