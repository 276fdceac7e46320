"""The intake of a poll that asks daemons: as for files, but nothing waits for an owner."""

from datetime import datetime

from collectors.batch import Batch, commit
from collectors.bounds import Limits
from collectors.intake import Intake, Owner
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
    return Intake(read_marks(lake), maker, owner, write, archive=settings.archive == "all")
