"""Records -> jobs and their attempts: which record counts, when a run began and ended, and how."""

from collections import defaultdict
from dataclasses import dataclass, field

from tests.oracle.ads import RESOURCES, SITES, Ad, Size
from tests.oracle.records import Record


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
    ad: Ad

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
    wall_s: int | None = None
    """Of all runs, the largest that a final ad tells: a later one can have forgotten a run, none has one too many."""
    epochs: dict[int, Record] = field(default_factory=dict)
    spawns: dict[int, Record] = field(default_factory=dict)
    at_ce: bool = False
    told_twice: bool = False

    def add(self, each: Record) -> None:
        if each.kind == "JOB":
            told = (self.wall_s, each.ad.whole("RemoteWallClockTime"))
            self.wall_s = max((wall_s for wall_s in told if wall_s is not None), default=None)
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
        wall_s, completed = (self.wall_s or 0, ad.instant("CompletionDate")) if ad else (0, None)
        if not ad or not left or not start or not (wall_s or completed):
            return None
        last_s = ad.whole("LastRemoteWallClockTime")
        end = completed or min(left, start + (wall_s if last_s is None else last_s))
        return self.attempt(ad.last_run(), "final", ad, start, max(start, end), ad.last_run_outcome())

    def attempt(self, run: int, source: str, ad: Ad, start: int | None, end: int | None, outcome: str) -> Attempt:
        cpu_us, own, final = ad.micros("RemoteUserCpu", "RemoteSysCpu"), ad.size(), (self.final or ad).size()
        mcores = final.mcores if own.mcores is None else own.mcores
        size = Size(mcores, own.gpus, final.memory_mib if own.memory_mib is None else own.memory_mib)
        return Attempt(self.id, run, source, start, end, self.labels(ad, outcome), size, cpu_us, ad)

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
