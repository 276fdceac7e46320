"""Random pools, written as the files that HTCondor writes: the ledger equals the oracle in every number.

The files are put together here, attribute by attribute, by neither the product's writer nor the simulator.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.cube import Cube
from pipeline.export import to_json
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests import oracle
from tests.ingesting import ingest

EPOCH = 1_790_000_000
SITES = (None, "Alpha", "B\\303\\252ta", "Unknown")
METRICS = (
    *("wall_s", "cpu_h", "gpu_h", "cpu_used_h", "cpu_measured_h", "cpu_efficiency", "cpu_coverage", "memory_gib_h"),
    *("cpu_overuse_h", "memory_efficiency", "memory_coverage", "gpu_used_h", "gpu_efficiency", "gpu_coverage"),
    *("jobs", "attempts"),
)
OF_BUCKETS = ("goodput_completed_h", "goodput_succeeded_h", "badput_h", "wasted_h")
SHEETS = ("cpu_h", "gpu_h", "wall_h", "memory_gib_h")
BY_BUCKET: tuple[tuple[str, ...], ...] = (
    ("bucket",),
    ("day", "project", "site", "user", "outcome", "bucket"),
    ("venue", "bucket"),
)
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("day", "project", "site", "user", "outcome"),
    ("ap", "venue"),
    ("month",),
    ("resource",),
)
ENDINGS = {
    "exit 0": ("ExitBySignal = false", "ExitCode = 0"),
    "exit 3": ("ExitBySignal = FALSE", "ExitCode=3"),
    "signal": ("ExitBySignal = true", "ExitSignal = 11"),
    "evicted": ("ExitBySignal = true", "VacateReasonCode = 1022", 'VacateReason = "Job vacated by schedd"'),
    "held": ("ExitBySignal = false", "VacateReasonCode = 13", 'VacateReason = "Transfer input files failure"'),
    "removed": ("ExitBySignal = true", "VacateReasonCode = 1023", 'VacateReason = "via condor_rm (by user u)"'),
    "old removal": ("ExitBySignal = true", "VacateReasonCode = 0", 'VacateReason = ""'),
    "nothing": (),
}


@dataclass(frozen=True)
class Run:
    """One run: when after the one before, how long, how it ended, and which of its records there are."""

    gap_s: int
    wall_s: int
    ending: str
    site: str | None
    cores: str | None
    gpus: str | None
    cpu: tuple[str, str] | None
    spawn: bool
    epochs: int
    told: tuple[tuple[str, int], ...]
    """Instants of its phases, as shares (in thousandths) of its time: some lie before or after it."""
    measured: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Job:
    """One job: who it is, its runs, and its final ads: (status, status before, seconds that wall time is off)."""

    ap: str
    cluster: int
    project: str | None
    universe: int
    memory: str | None
    runs: tuple[Run, ...]
    finals: tuple[tuple[int, int, int], ...]


INSTANTS = (
    *("JobCurrentStartExecutingDate", "JobCurrentStartTransferInputDate", "JobCurrentFinishTransferInputDate"),
    *("TransferInQueued", "TransferInStarted", "TransferInFinished", "TransferOutQueued", "TransferOutStarted"),
    *("TransferOutFinished", "JobCurrentStartTransferOutputDate", "JobCurrentFinishTransferOutputDate"),
    *("JobLastCheckpointTime", "LastSuspensionTime"),
)
MEASURED = {
    "UncommittedSuspensionTime": ["0", "7", "900", "-3"],
    "CumulativeSuspensionTime": ["0", "5", "70000"],
    "CommittedTime": ["0", "11", "600", "90000"],
    "ResidentSetSize": ["0", "1", "100000", "9999999999999999"],
    "MemoryUsage": ["0", "17", "99999", "((ResidentSetSize + 1023) / 1024)"],
    "GPUsAverageUsage": ["0.0", "0.25", "1.999", "-1.0"],
    "JobStatus": ["2", "7"],
}
RUNS = st.builds(
    Run,
    gap_s=st.integers(0, 50_000),
    wall_s=st.one_of(st.integers(0, 100), st.integers(0, 250_000)),
    ending=st.sampled_from(sorted(ENDINGS)),
    site=st.sampled_from(SITES),
    cores=st.sampled_from([None, "1", "2", "0.5", "1.0", "3.333"]),
    gpus=st.sampled_from([None, "0", "2"]),
    cpu=st.one_of(
        st.none(), st.tuples(st.floats(0, 1e5).map(lambda x: f"{x:.6f}"), st.sampled_from(["0.0", "17", "1.5E-05"]))
    ),
    spawn=st.booleans(),
    epochs=st.sampled_from([0, 1, 1, 1, 2]),
    told=st.dictionaries(st.sampled_from(INSTANTS), st.integers(-200, 1200)).map(lambda told: tuple(told.items())),
    measured=st.fixed_dictionaries({}, optional={name: st.sampled_from(MEASURED[name]) for name in MEASURED}).map(
        lambda told: tuple(told.items())
    ),
)
FINALS = st.tuples(st.sampled_from([3, 4]), st.sampled_from([1, 2, 5]), st.sampled_from([0, 0, 0, 1, 5000, -7]))
JOBS = st.builds(
    Job,
    ap=st.sampled_from(["ap1.pool.test", "ap2"]),
    cluster=st.integers(1, 10_000),
    project=st.sampled_from([None, "A", "Bio-ünï", "*** Offset = 0 ClusterId = 1"]),
    universe=st.sampled_from([5, 5, 5, 12]),
    memory=st.sampled_from([None, "128", "2048"]),
    runs=st.lists(RUNS, max_size=4).map(tuple),
    finals=st.lists(FINALS, max_size=2).map(tuple),
)
DROPPED = (
    *("EnteredCurrentStatus", "CompletionDate", "EpochWriteDate", "CurrentTime", "JobCurrentStartDate", "ShadowBday"),
    *("JobStartDate", "QDate", "NumShadowStarts", "RemoteWallClockTime", "JobUniverse", "User", "JobStatus"),
    *("CpusProvisioned", "RunInstanceID", "ExitBySignal"),
)
POOLS = st.lists(JOBS, min_size=1, max_size=6, unique_by=lambda job: (job.ap, job.cluster))


def who(job: Job) -> list[str]:
    lines = [
        f"ClusterId = {job.cluster}",
        "ProcId = 0",
        f"QDate = {EPOCH}",
        f'GlobalJobId = "{job.ap}#{job.cluster}.0#{EPOCH}"',
        f"JobUniverse = {job.universe}",
        f'User = "u{job.cluster % 3}@pool.test"',
    ]
    lines += [f'ProjectName = "{job.project}"'] if job.project else []
    return lines + ([f"MemoryProvisioned = {job.memory}"] if job.memory else [])


def of_run(run: Run, number: int, start: int) -> list[str]:
    lines = [f"JobCurrentStartDate = {start}", f"NumShadowStarts = {number + 1}", *ENDINGS[run.ending]]
    lines += [f"CpusProvisioned = {run.cores}"] if run.cores else []
    lines += [f"GpusProvisioned = {run.gpus}"] if run.gpus else []
    lines += [f"RemoteUserCpu = {run.cpu[0]}", f"RemoteSysCpu = {run.cpu[1]}"] if run.cpu else []
    lines += [f"{name} = {start + run.wall_s * share // 1000}" for name, share in run.told]
    lines += [f"{name} = {text}" for name, text in run.measured]
    return lines + ([f'MachineAttrGLIDEIN_Site0 = "{run.site}"'] if run.site else [])


def starts(job: Job) -> list[int]:
    found, now = [], EPOCH + 60
    for run in job.runs:
        found.append(now + run.gap_s)
        now = found[-1] + run.wall_s
    return found


def epoch_text(job: Job) -> str:
    text = ""
    for number, (run, start) in enumerate(zip(job.runs, starts(job), strict=True)):
        ids = f'ClusterId={job.cluster} ProcId=0 RunInstanceId={number} Owner="u"'
        if run.spawn:
            lines = [f"ClusterId = {job.cluster}", "ProcId = 0", f"RunInstanceID = {number}", f"ShadowBday = {start}"]
            text += "\n".join([*lines, f"EpochWriteDate = {start}"]) + f"\n*** SPAWN {ids} CurrentTime={start}\n"
        end = start + run.wall_s
        for copy in range(run.epochs):
            lines = [*who(job), *of_run(run, number, start), f"RunInstanceID = {number}"]
            if copy:
                lines += ["HoldReasonCode = 3", 'HoldReason = "said \\"policy\\""']
            text += "\n".join([*lines, f"EpochWriteDate = {end}"]) + f"\n*** EPOCH {ids} CurrentTime={end}\n"
    return text


def history_text(job: Job) -> str:
    text = ""
    wall_s = sum(run.wall_s for run in job.runs)
    began = starts(job)
    for number, (status, before, off) in enumerate(job.finals):
        end = (began[-1] + job.runs[-1].wall_s if job.runs else EPOCH + 100) + 9 * number
        lines = [*who(job), f"JobStatus = {status}", f"LastJobStatus = {before}", f"EnteredCurrentStatus = {end}"]
        lines += [f"RemoteWallClockTime = {max(0, wall_s + off)}.0"]
        lines += [f"JobStartDate = {began[0]}"] if job.runs else []
        of_last = of_run(job.runs[-1], len(job.runs) - 1, began[-1]) if job.runs else []
        lines += [line for line in of_last if not line.startswith("JobStatus")]
        completed = end if status == 4 else -1
        lines += [f"CompletionDate = {end}"] if status == 4 else []
        banner = f'*** Offset = 0 ClusterId = {job.cluster} ProcId = 0 Owner = "u" CompletionDate = {completed}'
        text += "\n".join(lines) + f"\n{banner} CurrentTime = {end}\n"
    return text


def write(folder: Path, jobs: Sequence[Job]) -> list[Path]:
    files = []
    for ap in sorted({job.ap for job in jobs}):
        for name, text_of in (("history", history_text), ("epoch_history", epoch_text)):
            text = "".join(text_of(job) for job in jobs if job.ap == ap)
            # a file of nothing but SPAWN records does not say whose it is
            if "GlobalJobId" in text:
                path = folder / f"{ap}.{name}"
                path.write_text(text, "utf-8")
                files.append(path)
    return files


def same_books(jobs: Sequence[Job], zone: str) -> None:
    """Write the pool, read it with the product and with the oracle, and compare every answer."""
    with TemporaryDirectory() as name:
        files = write(Path(name), jobs)
        lake = Lake(Path(name) / "lake")
        lake.create()
        chosen = Settings(lake=lake.root, zone=zone)
        ingest(files, chosen)
        publish(lake, chosen, lambda step: None)
        cube = Cube.open(lake.root)
        books = oracle.load(files, zone=zone)
        for booking in ("used", "ended"):
            for by in QUESTIONS:
                asked = cube.usage(UsageQuery(by=by, metrics=METRICS, booking=booking), LOCAL)
                made = json.loads(to_json(asked))
                assert made == books.usage(list(by), list(METRICS), booking=booking), (booking, by)
                asked = cube.usage(UsageQuery(by=by, metrics=OF_BUCKETS, booking=booking), LOCAL)
                assert json.loads(to_json(asked)) == books.usage(list(by), list(OF_BUCKETS), booking=booking)
            for by in BY_BUCKET:
                metrics = (*SHEETS, *OF_BUCKETS)
                asked = cube.usage(UsageQuery(by=by, metrics=metrics, booking=booking), LOCAL)
                made = json.loads(to_json(asked))
                assert made == books.usage(list(by), list(metrics), booking=booking), (booking, by)


@given(jobs=POOLS, zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/Chicago"]))
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example takes most of a second: too slow to shrink
    suppress_health_check=[HealthCheck.too_slow],
)
def test_a_random_pool_has_the_same_books_twice(jobs: list[Job], zone: str) -> None:
    same_books(jobs, zone)


@given(jobs=POOLS, dropped=st.sets(st.sampled_from(DROPPED)))
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_a_ledger_of_ads_that_lack_attributes_still_balances(jobs: list[Job], dropped: set[str]) -> None:
    """Whatever an ad does not say: it is counted or rejected, and every check holds."""
    missing = re.compile(f"^({'|'.join(dropped)}) ?= ?.*\n", re.MULTILINE) if dropped else re.compile("$^")
    with TemporaryDirectory() as name:
        files = write(Path(name), jobs)
        for path in files:
            text = missing.sub("", path.read_text("utf-8"))
            path.write_text(re.sub(" CurrentTime ?= ?.*", "", text) if "CurrentTime" in dropped else text, "utf-8")
        chosen = Settings(lake=Path(name) / "lake")
        Lake(chosen.lake).create()
        report = ingest(files, chosen)
        publish(Lake(chosen.lake), chosen, lambda step: None)
        records = sum(path.read_text("utf-8").count("\n***") for path in files)
        assert sum(tally.ads for tally in report.kinds.values()) == records
