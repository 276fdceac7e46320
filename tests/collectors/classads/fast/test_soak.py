"""A million simulated jobs with odd lines in one of twenty records, read by both readers: `make soak`."""

import random
import shutil
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import pytest

from collectors.batch import Batch
from collectors.bounds import Limits
from collectors.classads.fast.speed import CAREFUL_ONLY, Speed
from collectors.intake import Intake, Owner
from collectors.rows import RowMaker
from collectors.runner import read_file
from pipeline.schema import TABLES
from tests.collectors.classads.fast.both import NOW
from tests.collectors.classads.fast.odd import ODD_LINES
from tests.ledger_command import Ledger

pytestmark = pytest.mark.soak
PARTS = 25
JOBS_OF_PART = 40_000
ODD = 0.05


def with_odd_records(source: Path, target: Path, chance: random.Random) -> Path:
    """The file with an odd line put anywhere into one of twenty records."""
    with source.open("rb") as file, target.open("wb") as made:
        record: list[bytes] = []
        for line in file:
            record.append(line)
            if line.startswith(b"***"):
                if chance.random() < ODD:
                    record.insert(chance.randrange(len(record)), chance.choice(ODD_LINES))
                made.writelines(record)
                record = []
    return target


def fingerprints(path: Path, speed: Speed) -> Iterator[str]:
    """Of each batch a hash over all rows, in their order, and all readings; at the end the report."""
    found: list[str] = []

    def commit(batch: Batch) -> None:
        digest = blake2b(repr(batch.readings).encode())
        for table in TABLES:
            rows = batch.table(table).combine_chunks()
            for column in rows.columns:
                digest.update(repr(column.to_pylist()).encode("utf-8", "backslashreplace"))
        found.append(digest.hexdigest())

    intake = Intake({}, RowMaker(Limits(NOW, 4096)), Owner(None, None, "pool", NOW), commit, speed=speed)
    read_file(intake, path, lambda offset: None)
    intake.flush()
    yield from found
    yield intake.report.as_json()


@pytest.mark.parametrize("part", range(PARTS))
def test_a_million_jobs_with_odd_ones_among_them_are_read_alike(part: int, ledger: Ledger, fast: Speed) -> None:
    ledger.ok("simulate", "pool", "--jobs", str(JOBS_OF_PART), "--seed", str(part))
    chance = random.Random(part)
    for source in sorted((ledger.cwd / "pool").glob("*/*history")):
        path = with_odd_records(source, ledger.cwd / "odd", chance)
        for careful, quick in zip(fingerprints(path, CAREFUL_ONLY), fingerprints(path, fast), strict=True):
            assert quick == careful, source
    shutil.rmtree(ledger.cwd / "pool")
