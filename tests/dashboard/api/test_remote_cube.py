"""Commands with --url: what they write about a served ledger is what they write where its lake is, byte for byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from htc_ledger import command_line
from pipeline.cube import Cube
from pipeline.errors import LedgerError, UsageError
from pipeline.explorer.asked import Rows
from pipeline.explorer.command import asked_of
from pipeline.remote import RemoteLedger
from pipeline.remote_cube import RemoteCube
from pipeline.viewer import LOCAL
from tests.dashboard import watched_lake
from tests.dashboard.made_lake import REAL

HERE = ("--where", f"pool={REAL}")
OF_MADE: tuple[tuple[str, ...], ...] = (
    ("usage", "--by", "project,day", "--metrics", "cpu_h,cpu_efficiency,jobs", *HERE),
    ("usage", "--by", "site", "--booking", "ended", *HERE, "--where", "site=Purdue", "--where", "site=UCSD"),
    ("waste", "--by", "site", *HERE),
    ("waste", "--by", "project", "--sheet", "memory", "--from", "2026-10-01", *HERE),
    ("efficiency", "--by", "user", "--of", "cpu", *HERE),
    ("losses", "workflows", *HERE),
    ("losses", "requests", "--size", "cores", *HERE),
    ("losses", "waits", "--by", "project", *HERE),
    ("transfers", *HERE),
    ("jobs", "--pool", REAL, "--limit", "7"),
    ("jobs", "--of", "attempts", "--pool", REAL, "--where", "cpu_h>=1", "--where", "user~bio", "--sort", "-cpu_h"),
    ("residuals", *HERE, "--limit", "5"),
    ("triage", "--pool", REAL),
    ("triage", "--pool", REAL, "--from", "2026-11-01", "--to", "2026-11-14", "--all"),
    ("campaigns", "--pool", REAL),
    ("facility", "--pool", REAL),
    ("facility", "--pool", REAL, "--sheet", "who", "--from", "2026-10-01", "--to", "2026-10-31"),
    ("metadata", "unmapped", "--pool", REAL),
)
OF_REGISTERED: tuple[tuple[str, ...], ...] = (
    ("metadata", "downtimes"),
    ("metadata", "pledges"),
    ("metadata", "awards"),
    ("capacity", "--hours", "--pool", REAL),
)
OF_WATCHED: tuple[tuple[str, ...], ...] = (
    ("queue",),
    ("queue", "--by", "status"),
    ("capacity",),
    ("capacity", "--gpus"),
)


def formed(asked: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Each as a table, and in one of the forms for programs."""
    forms = (("table", ("csv", "json")[place % 2]) for place in range(len(asked)))
    return [(*words, "--format", form) for words, two in zip(asked, forms, strict=True) for form in two]


@dataclass(frozen=True)
class Written:
    """What a command left."""

    code: int
    out: bytes
    failed: BaseException | None


def write(words: Sequence[str], lake: Path | None) -> Written:
    """Run a command here, with that lake, or without one."""
    settings = {"HTC_LEDGER_LAKE": str(lake or "/nowhere"), "COLUMNS": "160"}
    done = CliRunner(env=settings).invoke(command_line(), list(words))
    return Written(done.exit_code, done.stdout_bytes, done.exception)


def same(words: Sequence[str], lake: Path, url: str) -> bytes:
    """What both write."""
    here, there = write(words, lake), write((*words, "--url", url), None)
    assert (here.code, here.failed, there.failed) == (0, None, None)
    assert there.out == here.out
    return here.out


@pytest.mark.parametrize("words", formed(OF_MADE), ids=" ".join)
def test_a_served_ledger_is_written_as_its_lake_is(words: tuple[str, ...], lake_root: Path, address: str) -> None:
    assert len(same(words, lake_root, address)) > 2


@pytest.mark.parametrize("words", formed(OF_REGISTERED), ids=" ".join)
def test_promises_downtimes_and_hours_of_slots_are_the_same(
    words: tuple[str, ...], registered: Path, registered_address: str
) -> None:
    assert len(same(words, registered, registered_address)) > 3


@pytest.mark.parametrize("words", formed(OF_WATCHED), ids=" ".join)
def test_queues_and_slots_are_the_same(
    words: tuple[str, ...], watched: watched_lake.Made, watched_address: str
) -> None:
    assert len(same(words, watched.root, watched_address)) > 3


def test_sources_that_stopped_come_first_from_elsewhere_too(watched: watched_lake.Made, watched_address: str) -> None:
    told = same(("triage", "--format", "csv"), watched.root, watched_address)
    assert b"Collection from access point" in told.splitlines()[1]


def test_a_receipt_is_the_same_with_its_records(lake_root: Path, address: str, cube: Cube) -> None:
    asked = asked_of("jobs", None, [], "-cpu_h", (None, None), (REAL,))
    job = cube.listed(asked, Rows(0, 1), LOCAL).to_pylist()[0]["job"]
    for more in (("--raw",), ("--format", "json")):
        assert job.encode() in same(("explain", job, *more), lake_root, address)


def test_what_status_tells_is_the_same(watched: watched_lake.Made, watched_address: str) -> None:
    here, there = (
        write(("status", "--format", "json"), watched.root),
        write(("status", "--url", watched_address, "--format", "json"), None),
    )
    assert here.code == there.code == 0
    assert len(here.out) > 1000
    assert without_clock(there.out) == without_clock(here.out)


def without_clock(said: bytes) -> list[bytes]:
    """Lines that do not tell how full the disk is, or what time it is."""
    return [
        line for line in said.splitlines() if b"free_bytes" not in line and b" ago" not in line and b"for " not in line
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("usage", "--metrics", "cpu_hh", *HERE),
        ("usage", "--by", "projekt", *HERE),
        ("waste", "--by", "bucket", *HERE),
        ("usage",),
        ("explain", "1234567.0"),
        ("jobs", "--pool", "nowhere"),
        ("usage", "--zone", "Europe/Atlantis"),
        ("capacity", "--by", "colour"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_told_in_the_same_words(words: tuple[str, ...], lake_root: Path, address: str) -> None:
    here, there = write(words, lake_root), write((*words, "--url", address), None)
    for one in (here, there):
        assert isinstance(one.failed, UsageError)
    assert isinstance(here.failed, LedgerError)
    assert isinstance(there.failed, LedgerError)
    assert (there.failed.what, there.failed.hint) == (here.failed.what, here.failed.hint)


def test_a_lake_and_a_server_are_not_asked_at_once(address: str, lake_root: Path) -> None:
    for words in (("usage",), ("queue",), ("status",), ("metadata", "pledges")):
        failed = write((*words, "--url", address, "--lake", str(lake_root)), None).failed
        assert isinstance(failed, UsageError)
        assert failed.what.startswith("--url asks another ledger")


def test_days_of_the_zone_that_is_asked_for_are_had(demo_address: str, demo_lake: Path) -> None:
    words = ("usage", "--by", "day", "--where", "pool=sample", "--format", "csv")
    chicago = same((*words, "--zone", "America/Chicago"), demo_lake, demo_address)
    assert chicago != same(words, demo_lake, demo_address)


def test_what_a_server_does_not_answer_is_refused(address: str) -> None:
    with RemoteLedger(address) as ledger:
        served = RemoteCube(ledger)
        for ask in (
            lambda: served.values("site", (REAL,), LOCAL),
            lambda: served.lake,
            lambda: served.glideins((REAL,), LOCAL),
        ):
            with pytest.raises(UsageError, match="a served ledger does not answer that"):
                ask()
