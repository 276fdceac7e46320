"""All rows anew, of the archived bytes: what `htc-ledger replay` does after a change of schema, rules or settings.

In: a lake. Out: tables that hold what today's version makes of each archived record, and the rows without archived
bytes as they were; records that are refused today become rejects, and those that were refused and no longer are
become rows. Rejects come first, then table after table, the archive last: interrupted anywhere, the next replay finds
every record's bytes and does the rest. A table changes at once or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from collectors.replay_archive import ArchiveRead, ArchiveReading
from collectors.replay_rejects import Chosen, RejectsRead, read_rejects_again
from collectors.rereading import Rereader
from collectors.staging import Staging
from pipeline.lake import Lake
from pipeline.made_ids import MadeIds
from pipeline.maintenance import only_one
from pipeline.remake import Archived, Remade, remake
from pipeline.retention import POOL_ADS
from pipeline.rewrite import Rewrite
from pipeline.schema import ARCHIVE, ATTEMPT_RECORD, JOB, TRANSFER, Table
from pipeline.settings import Settings
from pipeline.workspace import workspace

MADE_ANEW: tuple[Table, ...] = (JOB, ATTEMPT_RECORD, TRANSFER, *POOL_ADS)
"""Tables whose rows are made of one record each, or several of one, and of nothing else."""

Step = Callable[[str], None]
"""Called with what is being done."""


@dataclass(frozen=True)
class Replayed:
    """What came of a replay: of the archived records, of the tables made anew, of what were rejects before."""

    archive: ArchiveRead
    tables: tuple[Remade, ...]
    rejects: RejectsRead


def replay(lake: Lake, settings: Settings, now: datetime, step: Step = lambda what: None) -> Replayed:
    """Make every row anew that is made of archived bytes, then read the rejects again.

    Raises LakeRace if another process maintains or replays the lake, LakeError if it cannot be read or written.
    """
    lake.require()
    lake.create()
    now_utc = int(now.timestamp())
    with only_one(lake), Staging(lake.root / "replay.staged") as staging:
        archive = Rewrite(lake, ARCHIVE)
        made_anew = frozenset(table.name for table in MADE_ANEW)
        ids = MadeIds(lake.root / "replay.ids")
        reading = ArchiveReading(lake, archive, made_anew, staging, ids, Rereader(settings, now_utc))
        try:
            for number, file in enumerate(archive.files, start=1):
                step(f"archived records: file {number} of {len(archive.files)}")
                reading.read(file)
            reading.keep_refusals()
            source = Archived(archive.paths(), ids.written())
            tables = _remade(lake, source, reading.found.made, staging, settings, step)
            reading.commit()
            ids.forget()
        finally:
            reading.abandon()
        step("rejects")
        return Replayed(reading.found, tables, read_rejects_again(lake, settings, now_utc, Chosen()))


def _remade(
    lake: Lake, source: Archived, made: set[str], staging: Staging, settings: Settings, step: Step
) -> tuple[Remade, ...]:
    """Each table of which archived records made rows, or make some today."""
    staged = staging.files()
    done = []
    with workspace(lake.root / "replay.spill", settings.build_memory_mib) as con:
        for table in MADE_ANEW:
            if table.name in made or table.name in staged:
                step(f"table {table.name}")
                done.append(remake(lake, table, source, staged.get(table.name, []), con))
    return tuple(done)
