"""Files -> lake rows, each record once: what `htc-ledger ingest` does, without its screen.

In: paths, whose records they are, a lake. Out: a Report. A file that cannot be read is reported, the others are
read all the same. Run again after any interruption, it brings what is missing and nothing twice.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from collectors.batch import Batch, commit
from collectors.bounds import Limits
from collectors.report import Report
from collectors.rows import RowMaker
from collectors.runner import Owner, Run
from collectors.sources import read_marks
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
) -> Report:
    """Read the files into the lake; `ap` and `pool` name the owner of their records where not None.

    Raises LakeError if the lake cannot be written, SettingsError if a real access point's records were to go to a
    simulated pool.
    """
    now_utc = int(now.timestamp())
    maker = RowMaker(Limits(now_utc, settings.largest_slot_cpus))
    owner = Owner(ap, pool, settings.pool, now_utc)

    def write(batch: Batch) -> None:
        commit(lake, batch)

    run = Run(read_marks(lake), maker, owner, write)
    for path in paths:
        try:
            run.read(path, lambda offset, path=path: step(path, offset))  # type: ignore[misc]
        except SourceError as error:
            run.report.not_read(error.what, error.hint)
        if run.batch.is_full:
            run.flush()
    run.flush()
    return run.report
