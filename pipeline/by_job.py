"""Models of jobs, made slice by slice: records in, the rows of all slices gathered in one schema out."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import slices
from pipeline.checks import OF_JOBS
from pipeline.models import BY_JOB, MODELS
from pipeline.rules import checks
from pipeline.schema import Table
from pipeline.slices import Slice
from pipeline.workbench import Workbench

RECORDS_OF_MIB = 512
"""Records of a slice, per MiB of the memory that a build may take."""


def make_by_job(bench: Workbench, rows: Mapping[Table, str], beside: tuple[str, ...], into: str) -> int:
    """Make BY_JOB of those rows, as tables of schema `into`; returns the number of rules that hold of them.

    rows      table of records -> SQL query of its rows
    beside    schemas of the calendar and `routed_job`
    Raises CheckFailed.
    """
    with TemporaryDirectory(dir=bench.folder, prefix="slices-") as folder:
        bench.progress("jobs")
        for part in slices.cut(bench.con, rows, Path(folder), at_a_time(bench.memory_mib)):
            with slices.mounted(bench, part):
                _make_slice(bench, part, beside)
                _gather(bench, into)
            part.forget()
    return len(OF_JOBS)


def at_a_time(memory_mib: int) -> int:
    """Records of a slice that is made within that memory, with its tables and what is sorted and joined of them."""
    return memory_mib * RECORDS_OF_MIB


def _make_slice(bench: Workbench, part: Slice, beside: tuple[str, ...]) -> None:
    if part.of > 1:
        bench.progress(f"slice {part.number} of {part.of}")
    bench.look_in(slices.SCHEMA, *beside)
    for name in MODELS:
        if name in BY_JOB:
            bench.make(name)
    for check in checks():
        if check.name in OF_JOBS:
            bench.hold(check)


def _gather(bench: Workbench, into: str) -> None:
    for name in BY_JOB:
        bench.con.execute(f'CREATE TABLE IF NOT EXISTS {into}."{name}" AS FROM {slices.SCHEMA}."{name}" LIMIT 0')
        bench.con.execute(f'INSERT INTO {into}."{name}" FROM {slices.SCHEMA}."{name}"')
