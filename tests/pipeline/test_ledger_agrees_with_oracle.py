"""The product's numbers, through its command line, against the oracle's: equal in every metric, in both bookings.

Whole numbers (seconds, jobs, attempts) must be equal. Hours are sums of whole numbers divided once, so they may
differ in the last bits only: the tolerance is far below the hours of one microsecond (2.8e-10).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import duckdb
import pytest

from pipeline.lake import Lake
from pipeline.publish import current
from tests import ledger_command, oracle
from tests.collectors.records import history, job_ad, write

SUMS = (
    "wall_s", "wall_h", "cpu_h", "gpu_h", "cpu_used_h", "cpu_measured_h", "cpu_efficiency", "cpu_coverage",
    "memory_gib_h", "cpu_overuse_h", "memory_efficiency", "memory_coverage", "gpu_used_h", "gpu_efficiency",
    "gpu_coverage", "goodput_completed_h", "goodput_succeeded_h", "badput_h", "wasted_h",
)  # fmt: skip
OF_BUCKETS = (
    "cpu_h", "gpu_h", "wall_h", "memory_gib_h", "goodput_completed_h", "goodput_succeeded_h", "badput_h", "wasted_h",
)  # fmt: skip
BY_BUCKET = (("bucket",), ("day", "project", "site", "user", "outcome", "bucket"))
MEMORY = ("memory_gib_h", "memory_efficiency", "memory_coverage")
METRICS = (*SUMS, "jobs", "attempts")
ZONES = ("UTC", "Asia/Kolkata", "America/Chicago")
BOOKINGS = ("used", "ended")
FINEST = ("day", "project", "site", "user", "outcome")
OF_DAYS = (("day",), ("month", "ap", "project", "user"), FINEST)
SPREAD_BY = (("project",), ("day", "site"), ("user", "outcome"))
QUESTIONS = (*OF_DAYS, ("project",), ("site", "resource"), ("user",), ("outcome",), ("ap",))
TOLERANCE = 1e-11
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Ledger:
    """A lake that the product made of some files, and the files; its cube has days of all ZONES."""

    lake: Path
    files: tuple[Path, ...]
    pool: str
    beyond_oracle: tuple[str, ...] = ()
    """Metrics that the oracle cannot know, because it evaluates no expressions."""

    def run(self, *arguments: str | Path) -> str:
        """Standard output of `htc-ledger ARGUMENTS`."""
        command = ledger_command.Ledger(self.lake, self.lake.parent)
        return command.ok(*arguments, HTC_LEDGER_POOL=self.pool, HTC_LEDGER_OTHER_ZONES=",".join(ZONES[1:])).out

    def build(self) -> None:
        """Build the cube, if no test before did."""
        if current(Lake(self.lake).cubes) is None:
            self.run("build")

    def differences(
        self, books: oracle.Books, by: Sequence[str], booking: str, zone: str, metrics: Sequence[str] = METRICS
    ) -> list[str]:
        """What the product answers to a question, where it is not what the oracle answers."""
        asked = [name for name in metrics if name not in self.beyond_oracle]
        question = f"{booking} by {','.join(by)}"
        return differences(question, by, self.usage(by, asked, booking, zone), books.usage(by, asked, booking=booking))

    def failures(self) -> list[tuple[str, int, int | None]]:
        """Job, run, and exit code of a run that failed by itself, of each row of the model `failure`."""
        cubes = Lake(self.lake).cubes
        published = current(cubes)
        assert published
        with duckdb.connect(str(cubes / published.file), read_only=True) as con:
            return con.execute(
                """
                SELECT
                    coalesce(attempt.global_job_id, concat(attempt.ap, '#', attempt.cluster, '.', attempt.proc)),
                    attempt.run_instance,
                    CASE WHEN attempt.outcome = 'failed' THEN replace(signature, 'exit code ', '')::INTEGER END
                FROM failure INNER JOIN attempt USING (attempt_id)
                """
            ).fetchall()

    def usage(self, by: Sequence[str], metrics: Sequence[str], booking: str, zone: str, *more: str) -> Rows:
        question = ("usage", "--by", ",".join(by), "--metrics", ",".join(metrics), "--booking", booking, *more)
        rows: Rows = json.loads(self.run(*question, "--zone", zone, "--format", "json"))
        return rows


def ledger_of(folder: Path, files: Iterable[Path], pool: str = "pool", beyond_oracle: tuple[str, ...] = ()) -> Ledger:
    ledger = Ledger(folder / "lake", tuple(sorted(files)), pool, beyond_oracle)
    ledger.run("ingest", *ledger.files)
    return ledger


@pytest.fixture(scope="module", params=["capture", "capture 23.9.6", "per-job files", "gratia", "samples", "simulated"])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    folder = tmp_path_factory.mktemp("ledger")
    if request.param == "samples":
        samples: Path = request.getfixturevalue("samples")
        return ledger_of(folder, text_files(samples / part for part in ("ap1", "ap2", "perjob/ap1", "perjob/ap2")))
    if request.param == "simulated":
        made = folder / "made"
        Ledger(folder / "lake", (), "pool").run("simulate", made, "--jobs", "2000", "--days", "20", "--label", "steppe")
        return ledger_of(folder, text_files(made.iterdir()), "steppe (simulated)")
    shared: Path = request.getfixturevalue("shared_data")
    captures = shared / "captures"
    folders = {
        "capture": (captures / "ap1" / "files", captures / "ap2" / "files"),
        "capture 23.9.6": (captures / "v23.9.6" / "ap1", captures / "v23.9.6" / "ap2"),
        "per-job files": tuple(
            captures / ap / "perjob_and_epochs_dirs" / kind
            for ap in ("ap1", "ap2")
            for kind in ("perjob.d", "epochs.d")
        ),
        "gratia": (shared / "jobads" / "opensciencegrid__gratia-probe",),
    }
    beyond_oracle = MEMORY if request.param == "gratia" else ()
    return ledger_of(folder, text_files(folders[request.param]), beyond_oracle=beyond_oracle)


def text_files(folders: Iterable[Path]) -> list[Path]:
    """History, epoch and per-job files: not the JSON copies of the captures, and not the schedd's own history."""
    names = ("history", "epoch_history", "job.runs", "condor-ap~test~history")
    files = [path for folder in folders for path in folder.iterdir() if path.name.startswith(names)]
    return [path for path in files if path.suffix not in (".json", ".jsonl")]


@lru_cache(maxsize=len(ZONES))
def books_of(files: tuple[Path, ...], pool: str, zone: str = "UTC") -> oracle.Books:
    """What the oracle reads in those files, read once for the tests that follow each other."""
    return oracle.load(files, pool=pool, zone=zone)


@pytest.mark.parametrize("zone", ZONES)
def test_usage_is_what_the_oracle_finds(ledger: Ledger, zone: str) -> None:
    books = books_of(ledger.files, ledger.pool, zone)
    assert books.used
    ledger.build()
    found: list[str] = []
    for booking in BOOKINGS:
        for by in QUESTIONS if zone == "UTC" else OF_DAYS:
            found += ledger.differences(books, by, booking, zone)
        found += ledger.differences(books, FINEST, booking, zone, SUMS)
    assert not found, "\n".join(found[:60])


@pytest.mark.parametrize("zone", ZONES)
def test_each_bucket_holds_what_the_oracle_finds(ledger: Ledger, zone: str) -> None:
    books = books_of(ledger.files, ledger.pool, zone)
    ledger.build()
    found: list[str] = []
    for booking in BOOKINGS:
        for by in BY_BUCKET:
            found += ledger.differences(books, by, booking, zone, OF_BUCKETS)
    assert not found, "\n".join(found[:60])


@pytest.mark.parametrize("of", ["cpu", "memory", "wall"])
def test_quantiles_of_attempts_are_what_the_oracle_finds(ledger: Ledger, of: str) -> None:
    if of == "memory" and ledger.beyond_oracle:
        return  # what these jobs ask for is an expression
    books = books_of(ledger.files, ledger.pool)
    ledger.build()
    found: list[str] = []
    for by in SPREAD_BY:
        product: Rows = json.loads(ledger.run("efficiency", "--by", ",".join(by), "--of", of, "--format", "json"))
        assert product
        found += differences(f"{of} by {','.join(by)}", by, product, oracle.spread(books, by, of))
    assert not found, "\n".join(found[:60])


@pytest.mark.parametrize("booking", BOOKINGS)
def test_gpu_hours_without_a_slot_s_ad_are_of_no_known_model_as_the_oracle_finds(ledger: Ledger, booking: str) -> None:
    books = books_of(ledger.files, ledger.pool)
    ledger.build()
    by, metrics = ("project", "site", "gpu_model"), ("gpu_h", "gpu_full_h", "gpu_model_coverage")
    expected = oracle.gpu_usage(books, [], by, booking)
    found = differences(booking, by, ledger.usage(by, metrics, booking, "UTC"), expected)
    assert not found, "\n".join(found[:60])


@pytest.mark.parametrize("booking", BOOKINGS)
def test_work_on_the_access_point_is_apart_and_what_the_oracle_finds(ledger: Ledger, booking: str) -> None:
    books = books_of(ledger.files, ledger.pool)
    ledger.build()
    known = [name for name in METRICS if name not in MEMORY]  # these jobs ask for it by an expression
    found = ledger.differences(books, ("ap", "venue"), booking, "UTC", known)
    assert not found, "\n".join(found)


def test_each_attempt_without_success_has_one_failure_as_the_oracle_finds(ledger: Ledger) -> None:
    """And a run that failed by itself has the exit code for its signature."""
    expected = [
        (each.job, each.run, each.ad.whole("ExitCode") if each.labels["outcome"] == "failed" else None)
        for each in books_of(ledger.files, ledger.pool).attempts
        if each.labels["outcome"] not in ("succeeded", "running")
    ]
    assert expected
    ledger.build()
    assert sorted(ledger.failures(), key=str_key) == sorted(expected, key=str_key)


def test_usage_of_some_days_and_one_site_is_what_the_oracle_finds(ledger: Ledger) -> None:
    """From the second day to the last but one, where there are so many; at the site of the most wall time."""
    books = books_of(ledger.files, ledger.pool)
    ledger.build()
    days = sorted({line.day for line in books.used + books.ended})
    first, last = (days[0] + timedelta(days=1), days[-1] - timedelta(days=1)) if len(days) > 3 else (days[0], days[-1])
    site = max(books.usage(["site"], ["wall_s"]), key=lambda row: (row["wall_s"] or 0, row["site"]))["site"]
    found: list[str] = []
    for booking in BOOKINGS:
        narrow = ("--from", f"{first}", "--to", f"{last}", "--where", f"site={site}")
        asked = [name for name in METRICS if name not in ledger.beyond_oracle]
        product = ledger.usage(["project"], asked, booking, "UTC", *narrow)
        expected = books.usage(["project"], asked, {"site": str(site)}, booking, first, last)
        found += differences(booking, ["project"], product, expected)
    assert not found, "\n".join(found[:60])


def test_requested_memory_that_is_an_expression_is_evaluated_on_its_own_ad(shared_data: Path, tmp_path: Path) -> None:
    """Each asks for ceiling(ImageSize / 1024) MiB of 350000 KiB: 342 MiB for 21,965 s in all, as awk finds too."""
    ledger = ledger_of(tmp_path, text_files([shared_data / "jobads" / "opensciencegrid__gratia-probe"]))
    ledger.build()
    for booking in BOOKINGS:
        (row,) = ledger.usage(["project"], ["memory_gib_h", "wall_s"], booking, "UTC")
        assert row == {
            "project": "unmapped",
            "memory_gib_h": pytest.approx(342 * 21_965 / 1024 / 3600),
            "wall_s": 21_965,
        }


def test_what_a_ce_tells_twice_is_counted_once_as_the_oracle_finds(tmp_path: Path) -> None:
    """A job that was routed on and its copy, one whose copy is not there, a payload job, and one of the CE itself."""
    told = history(
        job_ad(7, 0, "ce1.example.org", 'RoutedToJobId = "9.0"', "JobUniverse = 5"),
        job_ad(9, 0, "batch.example.org", 'RoutedFromJobId = "7.0"', "JobUniverse = 5"),
        job_ad(11, 0, "ce1.example.org", 'RoutedToJobId = "13.0"', "JobUniverse = 5"),
        job_ad(15, 0, "ap1.example.org", "JobUniverse = 5"),
        job_ad(17, 0, "ce1.example.org", 'RoutedToJobId = "9.0"', "JobUniverse = 12"),
    )
    ledger = ledger_of(tmp_path, [write(tmp_path / "history", told)])
    ledger.build()
    books = oracle.load(ledger.files)
    rows = books.usage(["ap", "venue"], ["wall_s"])
    assert [(row["ap"], row["venue"]) for row in rows] == [
        ("ap1.example.org", "pool"),
        ("batch.example.org", "pilot"),
        ("ce1.example.org", "access_point"),
        ("ce1.example.org", "pool"),
        ("ce1.example.org", "routed"),
    ]
    for booking in BOOKINGS:
        assert ledger.differences(books, ("ap", "venue"), booking, "UTC") == []


def differences(question: str, by: Sequence[str], product: Rows, expected: Rows) -> list[str]:
    """What is not equal, one line each; empty if all is."""
    ours = {tuple(row[name] for name in by): row for row in product}
    theirs = {tuple(row[name] for name in by): row for row in expected}
    found = [] if len(ours) == len(product) else [f"{question}: the product has two rows of one key"]
    found += [] if list(ours) == sorted(ours, key=str_key) else [f"{question}: rows are not in order of their key"]
    found += [f"{question}: only the product has {key}: {ours[key]}" for key in ours if key not in theirs]
    found += [f"{question}: only the oracle has {key}: {theirs[key]}" for key in theirs if key not in ours]
    return found + [
        f"{question}: {key} {name}: product {ours[key].get(name)}, oracle {value}"
        for key in ours
        for name, value in theirs.get(key, {}).items()
        if not equal(ours[key].get(name), value)
    ]


def str_key(key: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(map(str, key))


def equal(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float | int):
        return abs(one - other) <= TOLERANCE * max(1.0, abs(one))
    return one == other


def test_a_difference_of_a_second_or_a_microsecond_is_seen() -> None:
    row: dict[str, object] = dict.fromkeys(METRICS, 1.0) | {"day": f"{date(2026, 6, 1)}", "wall_s": 3600}
    assert differences("q", ["day"], [row], [dict(row)]) == []
    for name, other in (("wall_s", 3601), ("cpu_used_h", 1.0 + 1 / 3_600_000_000), ("cpu_h", None)):
        assert len(differences("q", ["day"], [row], [row | {name: other}])) == 1
    assert len(differences("q", ["day"], [row], [])) == 1
