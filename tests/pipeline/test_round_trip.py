"""What is exported and imported into another ledger has the same totals there."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.cube import Cube
from pipeline.query import Booking, UsageQuery
from pipeline.viewer import LOCAL
from tests.conftest import ROOT
from tests.ledger_command import Ledger

NAMES = 'vo = "grid"\n[apel.benchmarks]\nHEPscore23 = 10\n'
EXPORTS = {
    "xml": ("gratia",),
    "xml ended": ("gratia", "--booking", "ended"),
    "json": ("gratia", "--form", "json"),
    "days": ("gracc",),
    "jobs": ("apel", "--records", "jobs"),
    "months": ("apel", "--records", "summary"),
    "normalised": ("apel", "--records", "normalised"),
}
"""Pool in the other ledger -> what it got."""
HOURS = ("wall_h", "cpu_h", "gpu_h", "cpu_used_h")
EACH = ("project", "user", "site", "ap", "day")
OF_APEL = ("user", "site", "ap")
"""APEL knows virtual organisations, and no projects; its messages tell of no GPUs."""
Row = dict[str, Any]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The real sample, ingested and built."""
    folder = tmp_path_factory.mktemp("sampled")
    command = Ledger(folder / "lake", folder)
    command.ok("ingest", "--pool", "sample", *sorted((ROOT / "data-samples").glob("ap*/*history*")))
    command.ok("build")
    return command


@pytest.fixture(scope="module")
def other(sample: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """Another ledger, into which came what this one exports, each kind into a pool of its own."""
    folder = tmp_path_factory.mktemp("carried")
    (folder / "names.toml").write_text(NAMES, "utf-8")
    other = Ledger(folder / "lake", folder)
    for pool, words in EXPORTS.items():
        sample.ok("exports", *words, "--out", folder / pool, HTC_LEDGER_EXPORTS_FILE=str(folder / "names.toml"))
        report = other.ok("import", *_files(folder / pool), "--pool", pool, "--report", "json").json
        assert (report["rejects"], report["skipped"], report["unread"]) == ([], {}, [])
    other.ok("build")
    return other


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def hours(ledger: Ledger, pool: str, by: str, metrics: tuple[str, ...], booking: Booking = "used") -> list[Row]:
    """Hours that are not nothing, in whole microseconds, so that equal sums are equal."""
    where = (("pool", (pool,)), ("venue", ("pool",)))
    rows = Cube.open(ledger.lake).usage(UsageQuery((by,), metrics, where=where, booking=booking), LOCAL).to_pylist()
    told = [
        {name: round(value * 3_600_000_000) if isinstance(value, float) else value for name, value in row.items()}
        for row in rows
    ]
    return [row for row in told if any(value for name, value in row.items() if name != by)]


@pytest.mark.parametrize("pool", ["xml", "json", "days"])
@pytest.mark.parametrize("by", EACH)
def test_usage_records_and_summaries_of_days_bring_all_hours_along(
    sample: Ledger, other: Ledger, pool: str, by: str
) -> None:
    assert hours(other, pool, by, HOURS) == hours(sample, "sample", by, HOURS) != []


@pytest.mark.parametrize("by", EACH)
def test_whole_jobs_are_booked_as_they_were(sample: Ledger, other: Ledger, by: str) -> None:
    assert hours(other, "xml ended", by, HOURS, "ended") == hours(sample, "sample", by, HOURS, "ended") != []


def test_each_whole_job_is_one(sample: Ledger, other: Ledger) -> None:
    told = [
        hours(ledger, pool, "project", ("jobs",), "ended")
        for ledger, pool in ((other, "xml ended"), (sample, "sample"))
    ]
    assert told[0] == told[1] != []


@pytest.mark.parametrize("pool", ["jobs", "months", "normalised"])
@pytest.mark.parametrize("by", OF_APEL)
def test_messages_of_apel_bring_wall_time_and_core_hours_along(
    sample: Ledger, other: Ledger, pool: str, by: str
) -> None:
    told = ("wall_h", "cpu_h")
    assert hours(other, pool, by, told) == hours(sample, "sample", by, told) != []
