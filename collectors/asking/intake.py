"""The intake of a poll that asks daemons: as for files, but nothing waits for an owner."""

from collections.abc import Callable
from datetime import datetime

from collectors.asking.answers import Taking
from collectors.batch import Batch, commit
from collectors.bounds import Limits
from collectors.classads.ad import Ad
from collectors.intake import Intake, Owner, StreamIntake, StreamKind
from collectors.rows import RowMaker
from collectors.streams import read_marks
from pipeline.lake import Lake
from pipeline.settings import Settings


def open_intake(lake: Lake, settings: Settings, now: datetime, pool: str | None, *, at_ce: bool = False) -> Intake:
    """What a poll puts its records into; `flush` commits them."""

    def write(batch: Batch) -> None:
        commit(lake, batch)

    now_utc = int(now.timestamp())
    owner = Owner(None, pool, settings.pool, now_utc, at_ce)
    maker = RowMaker(Limits(now_utc, settings.largest_slot_cpus))
    return Intake({}, maker, owner, write, archive=settings.archive == "all")


def open_stream(lake: Lake, intake: Intake, kind: StreamKind, path: str, name: str, ap: str | None = None) -> Taking:
    """The stream `name` of that intake, from where it was left; `ap` is whose records are that say nothing of it."""
    intake.marks.update(read_marks(lake, {name}))
    known = intake.marks.get(name)
    number = 0 if known is None else known.consumed
    aps: frozenset[str] = frozenset() if ap is None else frozenset((ap,))
    return Taking(intake, StreamIntake(intake, kind, path, name, number, number, lambda: aps), number)


def kind_of_stream(label: str, form: str, parse: Callable[[bytes], Ad]) -> StreamKind:
    """A stream of a daemon's answers: one that does not name its access point is not waited for."""
    return StreamKind(label, form, parse, append_only=False)
