"""The ledger a second time: slow, obvious, and from nothing but the rules.

In: text files of HTCondor (history, epoch history, per-job history). Out: `Books` with jobs, attempts, residuals and
usage by any dimension. It shares no line with the product and uses the standard library only, so that two
independent readings of the same files must agree to the second. Read it from the top: file -> records -> jobs ->
attempts -> lines by day -> sums. All sums are whole numbers; division comes last; None is unknown.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

SITE = "MachineAttrGLIDEIN_Site0 MATCH_EXP_JOBGLIDEIN_Site JOBGLIDEIN_Site MATCH_EXP_JOB_GLIDEIN_Site JOB_GLIDEIN_Site"
SITES = (*SITE.split(), "MATCH_GLIDEIN_Site")
RESOURCE = "MachineAttrGLIDEIN_ResourceName0 MATCH_EXP_JOBGLIDEIN_ResourceName JOBGLIDEIN_ResourceName"
RESOURCES = (*RESOURCE.split(), "MATCH_GLIDEIN_ResourceName")
NOT_A_PLACE = (None, "Local Job", "Unknown", "")
Days = list[tuple[date, int]]


class Size(NamedTuple):
    mcores: int | None
    gpus: int
    memory_mib: int | None


class Ad:
    """One ClassAd in old syntax: names without case, the last of equal names wins, an expression is unknown."""

    def __init__(self, lines: Iterable[str]) -> None:
        pairs = [line.partition("=") for line in lines]
        self.texts = {name.strip().lower(): text.strip() for name, equals, text in pairs if equals}

    def value(self, name: str) -> str | int | float | bool | None:
        text = self.texts.get(name.lower(), "undefined")
        if re.fullmatch(r"[-+]?\d+", text):
            return int(text)
        if re.fullmatch(r"[-+]?(\d+\.\d*|\.?\d+)([eE][-+]?\d+)?", text):
            return float(text)
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        if re.fullmatch(r'"(\\"|[^"])*"', text):
            string = text[1:-1].replace('\\"', '"')
            return from_octal(string) if name.lower().startswith("machineattr") else string
        return None

    def known(self, *names: str) -> bool:
        """True if one of them is there and is not undefined."""
        return any(self.value(name) is not None for name in names)

    def text(self, name: str) -> str | None:
        value = self.value(name)
        return value if isinstance(value, str) else None

    def number(self, name: str) -> float | None:
        value = self.value(name)
        return None if isinstance(value, str | bool) else value

    def whole(self, *names: str, scale: int = 1) -> int | None:
        """The first of them that is a number, x scale, as a whole number."""
        numbers = (self.number(name) for name in names)
        return next((round(number * scale) for number in numbers if number is not None), None)

    def instant(self, name: str) -> int | None:
        """Unix seconds; zero and negative mean never."""
        number = self.whole(name)
        return number if number is not None and number > 0 else None

    def micros(self, *names: str) -> int | None:
        """The sum of what was measured; None if nothing was."""
        return sum(round((self.number(name) or 0) * 1e6) for name in names) if self.known(*names) else None

    def place(self, names: Sequence[str]) -> str:
        texts = [self.text(name) for name in names]
        return next((text for text in texts if text not in NOT_A_PLACE and "$$(" not in text), "unattributed")

    def size(self) -> Size:
        """As provisioned, else as requested."""
        mcores = self.whole("CpusProvisioned", "RequestCpus", "MachineAttrCpus0", scale=1000)
        gpus = self.whole("GPUsProvisioned", "RequestGPUs") or 0
        return Size(mcores, gpus, self.whole("MemoryProvisioned", "RequestMemory"))

    def exit_outcome(self) -> str:
        if self.value("ExitBySignal") is True:
            return "signal"
        if (code := self.whole("ExitCode")) is None:
            return "unknown"
        return "succeeded" if code == (self.whole("JobSuccessExitCode", "SuccessExitCode") or 0) else "failed"

    def job_outcome(self) -> str:
        """How the job ended, of a final ad."""
        return {3: "removed", 4: self.exit_outcome()}.get(self.whole("JobStatus") or 0, "unknown")

    def last_run_outcome(self) -> str:
        """How the last run ended, of a final ad: if the job was removed while held or idle, it had ended before."""
        before = {5: "held", 1: "evicted"}.get(self.whole("LastJobStatus") or 0, "removed")
        return before if self.value("JobStatus") == 3 else self.job_outcome()

    def last_run(self) -> int:
        """Run instance that a final ad speaks of."""
        return (self.whole("NumShadowStarts", "NumJobStarts") or 1) - 1


def from_octal(string: str) -> str:
    r"""`B\303\252ta` -> `Bêta`."""
    raw = re.sub(r"\\([0-3][0-7]{2})", lambda found: chr(int(found[1], 8)), string)
    try:
        return raw.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return string


@dataclass(frozen=True)
class Record:
    """An ad and what the banner line under it says. kind: JOB, EPOCH, SPAWN or another word, which is not used here."""

    kind: str
    ad: Ad
    ap: str
    run: int
    written: int | None

    @property
    def born(self) -> int:
        return self.ad.instant("ShadowBday") or self.written or 0

    @property
    def age(self) -> list[float]:
        """Of several final ads, or EPOCH ads of one run, the one with the largest is taken."""
        if self.kind == "EPOCH":
            return [self.written or 0, self.ad.known("HoldReason")]
        names = ("EnteredCurrentStatus", "CompletionDate", "NumShadowStarts", "RemoteWallClockTime")
        return [-1 if (number := self.ad.number(name)) is None else number for name in names]


def records(path: Path, ap: str | None) -> list[Record]:
    """All complete records of a file. What follows the last banner is not complete; without any, the file is one ad."""
    text = path.read_bytes().decode("utf-8", "backslashreplace")
    pieces = re.split(r"^(\*\*\*.*)\n", text, flags=re.MULTILINE)  # ad, banner, ad, banner, ..., tail
    found = [(banner, Ad(ad.split("\n"))) for ad, banner in zip(pieces[::2], pieces[1::2], strict=False)]
    found = found or [("***", Ad(text.split("\n")))]
    of_file = ap or next((name.split("#")[0] for _, ad in found if (name := ad.text("GlobalJobId"))), "")
    of_schedd = [(banner, ad) for banner, ad in found if not ad.known("BadputCausedByDraining")]  # not startd history
    return [record(banner, ad, ap or (ad.text("GlobalJobId") or of_file).split("#")[0]) for banner, ad in of_schedd]


def record(banner: str, ad: Ad, ap: str) -> Record:
    """The record above a banner: `*** [KIND] Name = value ...`."""
    words = banner[3:].split("=")[0].split()
    untyped = "EPOCH" if "RunInstanceId" in banner else "JOB"
    in_banner = re.search(r"RunInstanceId=(\d+)", banner)
    run = int(in_banner[1]) if in_banner else ad.whole("RunInstanceID") or 0
    times = re.findall(r"CurrentTime ?= ?(\d+)", banner)
    written = ad.instant("EpochWriteDate") or (int(times[-1]) if times else None)
    return Record(words[0] if len(words) == 2 else untyped, ad, ap, run, written)


@dataclass(frozen=True)
class Attempt:
    """What ran from when to when, where and for whom, with which size, and how it ended. cpu_us None: not measured."""

    job: str
    run: int
    source: str
    start: int | None
    end: int | None
    labels: dict[str, str]
    size: Size
    cpu_us: int | None

    @property
    def wall_s(self) -> int | None:
        """A run without a start did not run; one without an end ran for an unknown time."""
        return None if not self.end else max(0, self.end - self.start) if self.start else 0


@dataclass
class Job:
    """The newest final ad, the best EPOCH record of each run, the SPAWN records."""

    pool: str
    ap: str
    id: str
    final: Ad | None = None
    final_age: list[float] = field(default_factory=list)
    epochs: dict[int, Record] = field(default_factory=dict)
    spawns: dict[int, Record] = field(default_factory=dict)
    at_ce: bool = False
    told_twice: bool = False

    def add(self, each: Record) -> None:
        if each.kind == "JOB" and (not self.final or each.age > self.final_age):
            self.final, self.final_age = each.ad, each.age
        elif each.kind == "EPOCH":
            self.epochs[each.run] = max(self.epochs.get(each.run, each), each, key=lambda one: one.age)
        elif each.kind == "SPAWN":
            self.spawns[each.run] = min(self.spawns.get(each.run, each), each, key=lambda one: one.born)

    @property
    def ads(self) -> list[Ad]:
        """The final ad first, then the EPOCH ads, newest run first."""
        return [*filter(None, [self.final]), *(self.epochs[run].ad for run in sorted(self.epochs, reverse=True))]

    @property
    def venue(self) -> str:
        universes = [number for ad in self.ads if (number := ad.number("JobUniverse")) is not None]
        if universes[:1] in ([7], [12]):
            return "access_point"
        if self.told_twice:
            return "routed"
        return "pilot" if self.at_ce or self.of_job("RoutedFromJobId") else "pool"

    @property
    def number(self) -> str:
        """CLUSTER.PROC."""
        return f"{self.ads[0].value('ClusterId')}.{self.ads[0].value('ProcId')}" if self.ads else ""

    @property
    def submitted(self) -> int | None:
        return min((when for ad in self.ads if (when := ad.instant("QDate"))), default=None)

    def of_job(self, name: str) -> str | None:
        """A text that any of its ads has."""
        return next((text for ad in self.ads if (text := ad.text(name))), None)

    def is_copy_of(self, other: "Job") -> bool:
        """True if a CE made this job of the other one: each names the other, and this one came in its lifetime."""
        if other.of_job("RoutedToJobId") != self.number or self.of_job("RoutedFromJobId") != other.number:
            return False
        if self.submitted is None:
            return True
        left = other.final.instant("EnteredCurrentStatus") if other.final else None
        early = other.submitted is not None and self.submitted < other.submitted - 5 * 60  # two hosts, two clocks
        return not early and (left is None or self.submitted <= left)

    @property
    def end(self) -> int | None:
        """When it left the queue: a removed job never completed, it entered its status."""
        return (
            (self.final.instant("CompletionDate") or self.final.instant("EnteredCurrentStatus")) if self.final else None
        )

    def attempts(self) -> list[Attempt]:
        """One a run instance: by its EPOCH record, else by the final ad, else (seconds unknown) by its SPAWN."""
        runs: dict[int, Attempt] = {}
        for run, each in self.epochs.items():
            start = each.ad.instant("JobCurrentStartDate")
            runs[run] = self.attempt(run, "EPOCH", each.ad, start, each.written, self.epoch_outcome(each))
        last = self.final_attempt()
        starts = {each.run: each.start for each in runs.values()}
        if last and last.start not in starts.values() and starts.get(last.run) is None:
            runs[last.run] = last
        ran = list(runs.values())
        for run, each in self.spawns.items():
            # after a schedd restart a new shadow takes the same execution over: then the first one's run is no attempt
            carried_on = any(later.run > run and later.start and later.start <= each.born for later in ran)
            if run not in runs and not carried_on:
                running = run == max(*runs, *self.spawns, -1) and not self.final
                runs[run] = self.attempt(run, "SPAWN", each.ad, each.born, None, "running" if running else "lost")
        return [runs[run] for run in sorted(runs)]

    def final_attempt(self) -> Attempt | None:
        """The last run as the final ad tells it; None if it never ran."""
        ad, left = self.final, self.end
        start = ad.instant("JobCurrentStartDate") if ad else None
        wall_s, completed = (ad.whole("RemoteWallClockTime") or 0, ad.instant("CompletionDate")) if ad else (0, None)
        if not ad or not left or not start or not (wall_s or completed):
            return None
        last_s = ad.whole("LastRemoteWallClockTime")
        end = completed or min(left, start + (wall_s if last_s is None else last_s))
        return self.attempt(ad.last_run(), "final", ad, start, max(start, end), ad.last_run_outcome())

    def attempt(self, run: int, source: str, ad: Ad, start: int | None, end: int | None, outcome: str) -> Attempt:
        cpu_us, own, final = ad.micros("RemoteUserCpu", "RemoteSysCpu"), ad.size(), (self.final or ad).size()
        mcores = final.mcores if own.mcores is None else own.mcores
        size = Size(mcores, own.gpus, final.memory_mib if own.memory_mib is None else own.memory_mib)
        return Attempt(self.id, run, source, start, end, self.labels(ad, outcome), size, cpu_us)

    def labels(self, ad: Ad, outcome: str) -> dict[str, str]:
        """Who, where and how: project and user of the ad, else of the final ad; the place only of the ad itself."""
        ads = [ad, self.final or ad] if ad.known("GlobalJobId") else self.ads  # a SPAWN names nobody: as its job
        project = next((name for each in ads if (name := each.text("ProjectName"))), "unmapped")
        user = next((name for each in ads if (name := each.text("User"))), "unknown")
        where = {"pool": self.pool, "ap": self.ap, "site": ad.place(SITES), "resource": ad.place(RESOURCES)}
        return where | {"project": project, "user": user, "outcome": outcome, "venue": self.venue}

    def epoch_outcome(self, each: Record) -> str:
        ad, final, code = each.ad, self.final, each.ad.whole("VacateReasonCode")
        if not each.written:
            return "lost"
        if ad.known("HoldReason") and ad.value("HoldReasonCode") not in (15, 16):  # held before it ever ran: stale
            return "held"
        if ad.known("RemoveReason") or code == 1023:
            return "removed"
        if not ad.known("VacateReason", "VacateReasonCode"):
            return ad.exit_outcome()
        if final and final.last_run() == each.run and final.last_run_outcome() == "removed":
            return "removed"
        return "held" if code is not None and code < 1000 else "lost" if code == 1008 else "evicted"


def jobs_of(found: list[Record], pool: str) -> list[Job]:
    """Records sorted into jobs. A SPAWN names only cluster and process: it belongs to the newest such job by then."""
    submitted: dict[tuple[object, ...], list[tuple[int, str]]] = defaultdict(list)
    for each in found:
        if name := each.ad.text("GlobalJobId"):
            key = (each.ap, each.ad.value("ClusterId"), each.ad.value("ProcId"))
            submitted[key].append((each.ad.instant("QDate") or 0, name))
    jobs: dict[tuple[str, str], Job] = {}
    for each in found:
        name = each.ad.text("GlobalJobId")
        if not name and each.kind == "SPAWN":
            key = (each.ap, each.ad.value("ClusterId"), each.ad.value("ProcId"))
            by_then = [one for one in submitted[key] if one[0] <= each.born]
            name = max(by_then)[1] if by_then else f"{key[0]}#{key[1]}.{key[2]}"
        if name and each.kind in ("JOB", "EPOCH", "SPAWN"):
            jobs.setdefault((each.ap, name), Job(pool, each.ap, name)).add(each)
    return [jobs[place] for place in sorted(jobs)]


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


def attempt_lines(each: Attempt, zone: ZoneInfo) -> Iterator[Line]:
    """An attempt's charges; one of no or unknown length is charged to its start day."""
    days = seconds_by_day(each.start, each.end, zone) if each.start and each.end else []
    used: Sequence[int | None] = [None] * len(days) if each.cpu_us is None else share(each.cpu_us, days) if days else []
    if not days and (when := each.start or each.end):
        yield Line(each.job, (each.run,), day_of(when, zone), each.labels, each.wall_s, each.size, each.cpu_us)
    for (day, wall_s), cpu_us in zip(days, used, strict=True):
        yield Line(each.job, (each.run,), day, each.labels, wall_s, each.size, cpu_us)


def residual_lines(job: Job, final: Ad, end: int, missing_s: int, zone: ZoneInfo) -> Iterator[Line]:
    """Wall time that no attempt explains, spread over the window in which it must have happened."""
    start = final.instant("JobStartDate") or final.instant("QDate") or end
    days = seconds_by_day(start, end, zone) or [(day_of(end, zone), 1)]
    labels = job.labels(final, "unattributed") | {"site": "unattributed", "resource": "unattributed"}
    for (day, _), part in zip(days, share(missing_s, days), strict=True):
        if part:
            yield Line(job.id, (), day, labels, part, final.size(), None)


def ended_line(job: Job, final: Ad, end: int, runs: Iterable[int], zone: ZoneInfo) -> Line:
    """The whole job on its end day, at its last site."""
    cpu_us = final.micros("CumulativeRemoteUserCpu", "CumulativeRemoteSysCpu")
    cpu_us = final.micros("RemoteUserCpu", "RemoteSysCpu") if cpu_us is None else cpu_us
    labels, wall_s = job.labels(final, final.job_outcome()), final.whole("RemoteWallClockTime")
    return Line(job.id, tuple(runs), day_of(end, zone), labels, wall_s, final.size(), cpu_us)


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
        """One row a group, ordered by `by`. Only venue `pool`, unless venue is asked for."""
        asked = ({} if "venue" in by else {"venue": "pool"}) | (where or {})
        groups: dict[tuple[str, ...], list[Line]] = defaultdict(list)
        for line in self.used if booking == "used" else self.ended:
            labels = line.labels | {"day": f"{line.day}", "month": f"{line.day}"[:7]}
            if first <= line.day <= last and all(labels[name] == value for name, value in asked.items()):
                groups[tuple(labels[name] for name in by)].append(line)
        measures = {key: measures_of(groups[key]) for key in sorted(groups)}
        return [
            dict(zip(by, key, strict=True)) | {name: row[name] for name in metrics} for key, row in measures.items()
        ]


def measures_of(lines: list[Line]) -> dict[str, float | None]:
    ran = [(line.wall_s, line.size, line.cpu_us) for line in lines if line.wall_s is not None]
    sized = [(wall_s * size.mcores, cpu_us) for wall_s, size, cpu_us in ran if size.mcores is not None]
    wall_s = total(wall_s for wall_s, _, _ in ran)
    mcore_s = total(mcore_s for mcore_s, _ in sized)
    measured_s = total(mcore_s for mcore_s, cpu_us in sized if cpu_us is not None)
    sized_used_us = total(cpu_us for _, cpu_us in sized if cpu_us is not None)
    mib_s = total(wall_s * size.memory_mib for wall_s, size, _ in ran if size.memory_mib is not None)
    return {
        "wall_s": wall_s,
        "wall_h": ratio(wall_s, 3600),
        "cpu_h": ratio(mcore_s, 3_600_000),
        "gpu_h": ratio(total(wall_s * size.gpus for wall_s, size, _ in ran), 3600),
        "cpu_used_h": ratio(total(line.cpu_us for line in lines if line.cpu_us is not None), 3_600_000_000),
        "cpu_measured_h": ratio(measured_s, 3_600_000),
        "cpu_efficiency": ratio(sized_used_us, (measured_s or 0) * 1000),
        "cpu_coverage": ratio(measured_s, mcore_s),
        "memory_gib_h": ratio(mib_s, 1024 * 3600),
        "jobs": len({line.job for line in lines}),
        "attempts": len({(line.job, run) for line in lines for run in line.runs}),
    }


def total(numbers: Iterable[int]) -> int | None:
    known = list(numbers)
    return sum(known) if known else None


def ratio(top: int | None, bottom: int | None) -> float | None:
    return top / bottom if top is not None and bottom else None


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
        books.used.extend(line for each in attempts for line in attempt_lines(each, tz))
        if not job.final or not job.end:
            continue
        books.ended.append(ended_line(job, job.final, job.end, [each.run for each in attempts], tz))
        missing_s = (job.final.whole("RemoteWallClockTime") or 0) - sum(each.wall_s or 0 for each in attempts)
        if missing_s > 0:
            books.residuals.extend(residual_lines(job, job.final, job.end, missing_s, tz))
        elif missing_s < 0:
            books.overrun_s[job.id] = -missing_s
    books.used.extend(books.residuals)
    return books
