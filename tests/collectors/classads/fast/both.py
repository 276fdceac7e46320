"""One file, read by the careful reader and by the fast one: all that either would commit, batch by batch."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from collectors.batch import Batch
from collectors.bounds import Limits
from collectors.classads.fast.speed import CAREFUL_ONLY, Speed
from collectors.intake import Intake, Owner
from collectors.rows import RowMaker
from collectors.runner import read_file
from collectors.streams import Mark
from pipeline.errors import LedgerError
from pipeline.schema import TABLES

NOW = 1_796_083_200
"""2026-12-01 00:00 UTC."""


@dataclass
class Outcome:
    """Batches (rows of each table in their order, readings), the report, where the reading ended, and its error."""

    batches: list[dict[str, Any]] = field(default_factory=list)
    report: str = ""
    end: object = None
    marks: dict[str, Mark] = field(default_factory=dict)
    error: str = ""


def outcome(
    path: Path, speed: Speed, ap: str | None = None, pool: str | None = None, marks: dict[str, Mark] | None = None
) -> Outcome:
    """Read the file from where `marks` say that it was left."""
    found = Outcome(marks=dict(marks or {}))

    def commit(batch: Batch) -> None:
        rows = {table.name: batch.table(table).to_pylist() for table in TABLES}
        counts = {"rows": batch.rows, "bytes": batch.bytes, "held": batch.held}
        found.batches.append(rows | counts | {"readings": [asdict(reading) for reading in batch.readings]})

    maker = RowMaker(Limits(NOW, 4096))
    intake = Intake(found.marks, maker, Owner(ap, pool, "pool", NOW), commit, speed=speed)
    try:
        found.end = read_file(intake, path, lambda offset: None)
    except LedgerError as error:
        found.error = str(error)
    intake.flush()
    found.report = intake.report.as_json()
    return found


def assert_alike(path: Path, fast: Speed, ap: str | None = None, pool: str | None = None) -> Outcome:
    """Both readers make the same of the file, in the same order. Returns it."""
    careful, quick = outcome(path, CAREFUL_ONLY, ap, pool), outcome(path, fast, ap, pool)
    for one, other in zip(careful.batches, quick.batches, strict=True):
        for name in one:
            assert other[name] == one[name], name
    assert quick == careful
    return careful
