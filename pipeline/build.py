"""Lake in, checked cube file out: the models in order, then every check.

A build reads each table at one version, whatever is written meanwhile, and writes a new DuckDB file; nobody sees it
before `publish` swaps the pointer.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from pipeline.by_job import make_by_job
from pipeline.checks import OF_JOBS
from pipeline.lake import Lake, Snapshot
from pipeline.models import BY_JOB, MODELS
from pipeline.reads import RECORDS
from pipeline.rules import checks, rules
from pipeline.schema import TABLES
from pipeline.settings import Settings
from pipeline.workbench import Progress, Workbench, mount, prepare, workbench
from pipeline.zones import Zone, zones_of

ROUTED = "routed_job"
WHOLE = ("cube.main", "work.main")
"""Where names in the SQL of models and checks are looked up, the first first."""


@dataclass(frozen=True)
class Inputs:
    """What a build is made from; equal inputs give an equal cube, so their digest is the cube's version.

    zone         where the days of the ledger begin
    other_zones  more zones, whose days the cube has besides
    """

    snapshots: tuple[Snapshot, ...]
    zone: str
    other_zones: tuple[str, ...] = ()

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The ledger's own, then the others."""
        return zones_of(self.zone, self.other_zones)

    @property
    def version(self) -> str:
        digest = blake2b(self.zone.encode(), digest_size=8)
        for snapshot in self.snapshots:
            for file in snapshot.files:
                digest.update(Path(file).name.encode())
        digest.update(rules().encode())
        digest.update("".join(f"|{zone}" for zone in sorted(self.other_zones)).encode())
        return digest.hexdigest()


def inputs(lake: Lake, settings: Settings) -> Inputs:
    """The newest version of each table, pinned."""
    return Inputs(tuple(lake.snapshot(table) for table in TABLES), settings.zone, settings.other_zones)


def build(source: Inputs, target: Path, settings: Settings, progress: Progress) -> int:
    """Write a checked cube to `target` (a file that does not exist). Returns the number of checks that held.

    Raises CheckFailed, with the rows that break the rule; the file is then removed.
    """
    with workbench(target, settings, progress) as bench:
        prepare(bench.con, source.zone)
        for snapshot in source.snapshots:
            mount(bench.con, snapshot)
        for zone in source.zones:
            bench.begin_zone(zone, *WHOLE)
        bench.look_in(*WHOLE)
        bench.make(ROUTED)
        rows = {table: f"FROM work.main.lake_{table.name}" for table in RECORDS}
        held = make_by_job(bench, rows, source.zones, WHOLE, WHOLE[0])
        return held + sum(_make_whole(bench, zone) for zone in source.zones)


def _make_whole(bench: Workbench, zone: Zone) -> int:
    """Make all other models of a zone; returns the number of rules that hold of them."""
    held = 0
    bench.look_in(*zone.path(*WHOLE))
    for name in MODELS:
        if name not in BY_JOB and name != ROUTED and zone.has(name):
            bench.make(name)
    for check in checks():
        if check.name not in OF_JOBS and zone.holds(check):
            bench.hold(check)
            held += 1
    return held


def now_utc() -> datetime:
    return datetime.now(UTC)
