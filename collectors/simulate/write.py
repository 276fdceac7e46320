"""A plan -> history and epoch files, as they grow: nothing but the queue is held in memory."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import BinaryIO

from collectors.classads.writer import HistoryChain, epoch_banner
from collectors.simulate.ads import epoch_values, final_values, spawn_values, transfer_values
from collectors.simulate.events import troubles
from collectors.simulate.jobs import records
from collectors.simulate.plan import Plan
from collectors.simulate.population import populate
from collectors.simulate.records import COMPLETED, VANILLA, Attempt, Job, Record, RecordKind
from collectors.simulate.template import Template
from pipeline.errors import LedgerError
from pipeline.schema import ATTEMPT_RECORD, JOB, TRANSFER

BUFFER = 1 << 20
PROGRESS_EVERY = 250
HISTORY = "history"
EPOCHS = "epoch_history"
UNFINISHED = ".unfinished"
"""Where files stand until all are written: no pattern for files matches it."""
LAST_SLOT = frozenset({"slot"})
"""A final ad spells its slot as the last one."""


@dataclass(frozen=True)
class Written:
    """What was written. Every job's wall time is the sum of its EPOCH records', but for what is counted here.

    jobs            jobs with a final ad
    attempts        runs with an EPOCH record
    open_runs       runs that were under way, or lost, when the pool's last day ended: SPAWN, no EPOCH, no final ad
    lost_runs       runs whose shadow died: SPAWN and no EPOCH, in jobs with a final ad
    lost_s          wall time of those: in the job's total, in no EPOCH record
    doubled_epochs  runs with two EPOCH records, because their exit put the job on hold
    repeated_jobs   jobs with two final ads; the second has forgotten the last run's wall time
    repeated_s      wall time so forgotten
    """

    files: tuple[Path, ...] = ()
    bytes: int = 0
    jobs: int = 0
    attempts: int = 0
    transfers: int = 0
    open_runs: int = 0
    lost_runs: int = 0
    lost_s: int = 0
    doubled_epochs: int = 0
    repeated_jobs: int = 0
    repeated_s: int = 0


def write_pool(plan: Plan, folder: Path, progress: Callable[[int], None] | None = None) -> Written:
    """Write the pool to `folder`/<access point>/{history,epoch_history}; they appear when all is written.

    `progress` is called now and then with the number of final ads so far. Raises LedgerError where the folder holds
    something, or cannot be written.
    """
    with _unfinished(folder) as unfinished, ExitStack() as stack:
        files = {ap: AccessPointFiles.create(unfinished / ap, stack) for ap in plan.aps}
        writer = PoolWriter(files)
        population = populate(plan)
        for record in records(plan, population, troubles(plan, population)):
            writer.write(record)
            if progress is not None and record.attempt is None and writer.counts["jobs"] % PROGRESS_EVERY == 0:
                progress(writer.counts["jobs"])
    paths = tuple(folder / ap / name for ap in plan.aps for name in (HISTORY, EPOCHS))
    return Written(paths, sum(path.stat().st_size for path in paths), **writer.counts)


@dataclass
class AccessPointFiles:
    """The two growing files of one access point; `chain` knows the offsets of the first."""

    history: BinaryIO
    epochs: BinaryIO
    chain: HistoryChain

    @classmethod
    def create(cls, folder: Path, stack: ExitStack) -> "AccessPointFiles":
        folder.mkdir()
        history = stack.enter_context((folder / HISTORY).open("xb", BUFFER))
        epochs = stack.enter_context((folder / EPOCHS).open("xb", BUFFER))
        return cls(history, epochs, HistoryChain())


class PoolWriter:
    """Appends records to the files of their access points, and counts them."""

    def __init__(self, files: dict[str, AccessPointFiles]) -> None:
        self.counts: Counter[str] = Counter()
        self._files = files
        self._final = _history("run", "history")
        self._local = _history("local")
        self._idle = _history("idle")
        self._epoch = Template(ATTEMPT_RECORD, ("run", "epoch"))
        self._spawn = Template(ATTEMPT_RECORD, ("spawn",))
        self._input = Template(TRANSFER, ("input",))
        self._output = Template(TRANSFER, ("output",))

    def write(self, record: Record) -> None:
        if record.attempt is None:
            self._write_final(record)
        else:
            self._write_run(record, record.attempt)

    def _write_final(self, record: Record) -> None:
        job, files = record.job, self._files[record.job.ap]
        again = record.kind == "JOB_AGAIN"
        template = self._final if job.attempts else self._idle if job.request.universe == VANILLA else self._local
        text = template.render(final_values(job, again))
        completion = record.time if job.status == COMPLETED else None
        files.history.write(
            files.chain.record(text, job.cluster, job.proc, job.request.user.owner, completion, record.time)
        )
        self._count_final(job, again)

    def _write_run(self, record: Record, run: Attempt) -> None:
        job, kind = record.job, record.kind
        if kind == "SPAWN":
            text = self._spawn.render(spawn_values(job, run))
        elif kind == "INPUT":
            text = self._input.render(transfer_values(job, run, run.moved_in, record.time))
        elif kind == "OUTPUT":
            text = self._output.render(transfer_values(job, run, run.moved_out, record.time))
        else:
            text = self._epoch.render(epoch_values(job, run, on_hold=kind == "EPOCH_ON_HOLD"))
        self._count_run(kind)
        word = "EPOCH" if kind == "EPOCH_ON_HOLD" else kind
        banner = epoch_banner(word, job.cluster, job.proc, run.number, job.request.user.owner, record.time)
        self._files[job.ap].epochs.write((text + banner).encode())

    def _count_final(self, job: Job, again: bool) -> None:
        if again:
            self.counts.update(repeated_jobs=1, repeated_s=job.attempts[-1].wall_s)
            return
        lost = [run for run in job.attempts if run.ending.kind == "lost"]
        lost_s = sum(run.wall_s for run in lost)
        self.counts.update(jobs=1, lost_runs=len(lost), lost_s=lost_s, open_runs=-len(lost))

    def _count_run(self, kind: RecordKind) -> None:
        match kind:
            case "SPAWN":
                self.counts.update(open_runs=1)
            case "EPOCH":
                self.counts.update(attempts=1, open_runs=-1)
            case "EPOCH_ON_HOLD":
                self.counts.update(doubled_epochs=1)
            case _:
                self.counts.update(transfers=1)


def _history(*sections: str) -> Template:
    return Template(JOB, sections, by_length=True, second=LAST_SLOT)


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A place to write to; what is in it moves to `folder` when all went well, and is deleted when not."""
    refuse_filled(folder)
    is_new = not folder.exists()
    place = folder / UNFINISHED
    try:
        place.mkdir(parents=True)
        yield place
        for written in place.iterdir():
            written.replace(folder / written.name)
    except OSError as error:
        raise LedgerError(f"cannot write to {folder}: {error.strerror}", "Is it writable, is there room?") from error
    finally:
        rmtree(place, ignore_errors=True)
        if is_new and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def refuse_filled(folder: Path) -> None:
    """Raise LedgerError where the folder holds something, or is a file."""
    if folder.exists() and not folder.is_dir():
        raise LedgerError(f"{folder} is a file", "Name a folder; it is made where it does not exist.")
    if folder.is_dir() and any(folder.iterdir()):
        raise LedgerError(f"{folder} is not empty", "Name a new folder, or empty this one: nothing is overwritten.")
