"""Files -> lake rows, each record once: what `htc-ledger ingest` does, without its screen.

In: paths, whose records they are, a lake. Out: a Report. A file that cannot be read is reported, the others are
read all the same. Run again after any interruption, it brings what is missing and nothing twice.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from collectors.batch import Batch, commit
from collectors.bounds import Limits
from collectors.classads.fast.speed import Speed
from collectors.intake import Intake, Owner
from collectors.report import Report
from collectors.rows import RowMaker
from collectors.runner import read_file
from collectors.streams import read_marks
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.settings import Settings

Step = Callable[[Path, int], None]
"""Called with the file that is being read and the offset reached."""


def ingest(
    paths: Iterable[Path],
    lake: Lake,
    settings: Settings,
    now: datetime,
    ap: str | None = None,
    pool: str | None = None,
    step: Step = lambda path, offset: None,
    speed: Speed = Speed(),  # noqa: B008 - frozen
) -> Report:
    """Read the files into the lake; `ap` and `pool` name the owner of their records where not None, `speed` says
    when the fast reader is used: nothing that is stored depends on it.

    Raises LakeError if the lake cannot be written, SettingsError if a real access point's records were to go to a
    simulated pool.
    """
    now_utc = int(now.timestamp())
    maker = RowMaker(Limits(now_utc, settings.largest_slot_cpus))
    owner = Owner(ap, pool, settings.pool, now_utc)

    def write(batch: Batch) -> None:
        commit(lake, batch)

    intake = Intake(read_marks(lake), maker, owner, write, archive=settings.archive == "all", speed=speed)
    for path in paths:
        try:
            read_file(intake, path, partial(step, path))
        except SourceError as error:
            intake.report.not_read(error.what, error.hint)
        if intake.batch.is_full:
            intake.flush()
    intake.flush()
    return intake.report
