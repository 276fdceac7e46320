"""Models of jobs, made slice by slice: records in, the rows of all slices gathered in one schema a zone out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import slices
from pipeline.checks import OF_JOBS
from pipeline.models import BY_JOB, MODELS
from pipeline.reads import of_zone
from pipeline.rules import checks
from pipeline.schema import Table
from pipeline.workbench import Workbench
from pipeline.zones import Zone

RECORDS_OF_MIB = 512
"""Records of a slice, per MiB of the memory that a build may take."""


def make_by_job(
    bench: Workbench, rows: Mapping[Table, str], zones: Sequence[Zone], beside: tuple[str, ...], into: str
) -> int:
    """Make BY_JOB of those rows, as tables of schema `into`; returns the number of rules that hold of them.

    rows      table of records -> SQL query of its rows
    zones     the ledger's own, then the others, which have schemas beside `beside` and `into`
    beside    schemas of the calendar and `routed_job`
    Raises CheckFailed.
    """
    with TemporaryDirectory(dir=bench.folder, prefix="slices-") as folder:
        bench.progress("jobs")
        for part in slices.cut(bench.con, rows, Path(folder), at_a_time(bench.memory_mib)):
            with slices.mounted(bench, part):
                if part.of > 1:
                    bench.progress(f"slice {part.number} of {part.of}")
                for zone in zones:
                    _make(bench, zone, beside)
                    _gather(bench, zone, into)
            part.forget()
    return sum(check.name in OF_JOBS and zone.holds(check) for zone in zones for check in checks())


def at_a_time(memory_mib: int) -> int:
    """Records of a slice that is made within that memory, with its tables and what is sorted and joined of them."""
    return memory_mib * RECORDS_OF_MIB


def _make(bench: Workbench, zone: Zone, beside: tuple[str, ...]) -> None:
    """The zone's models of the mounted slice, and their rules."""
    if not zone.is_own:
        bench.con.execute(f"CREATE SCHEMA {zone.schema(slices.SCHEMA)}")
    bench.look_in(*zone.path(slices.SCHEMA, *beside))
    for name in MODELS:
        if name in BY_JOB and zone.has(name):
            bench.make(name)
    for check in checks():
        if check.name in OF_JOBS and zone.holds(check):
            bench.hold(check)


def _gather(bench: Workbench, zone: Zone, into: str) -> None:
    """Add the slice's rows to those of other slices. What is of one zone goes then: the next takes its memory."""
    for name in BY_JOB:
        if zone.has(name):
            made, gathered = f'{zone.schema(slices.SCHEMA)}."{name}"', f'{zone.schema(into)}."{name}"'
            bench.con.execute(f"CREATE TABLE IF NOT EXISTS {gathered} AS FROM {made} LIMIT 0")
            bench.con.execute(f"INSERT INTO {gathered} FROM {made}")
            if name in of_zone():
                bench.con.execute(f"DROP TABLE {made}")
