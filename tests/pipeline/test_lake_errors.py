"""A disk that is full, read-only or shut is said so, with what to do; the lake is what it was before."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from deltalake.exceptions import DeltaError

from pipeline.errors import LakeError
from pipeline.lake import Lake
from pipeline.lake_errors import lake_error, lake_errors
from pipeline.schema import JOB
from tests.disks import filled, read_only, small_disk
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows

ROOT = Path(__file__).parents[2]
JOBS = [job("pool", "ap1", number, MIDNIGHT, MIDNIGHT + number) for number in range(1, 51)]
ONE = job("pool", "ap1", 99, MIDNIGHT, MIDNIGHT + 99)


def append(lake: Lake, *given: dict[str, object], first_id: int = 0) -> int:
    """Append jobs with ids of their own; returns how many were new."""
    batch = rows(JOB, *given)
    ids = [first_id + number for number in range(batch.num_rows)]
    batch = batch.set_column(JOB.position["record_id"], "record_id", [ids])
    return lake.writer(JOB).append(batch, {"source": first_id + 1}).new


def state(lake: Lake) -> tuple[int, int, list[Path]]:
    """Rows, the source's offset, and the files that are there."""
    return lake.count(JOB), lake.writer(JOB).consumed("source"), sorted(lake.folder(JOB).iterdir())


def test_wherever_a_full_disk_stops_an_append_nothing_of_it_is_left(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as disk:
        lake = Lake(disk / "lake")
        lake.create()
        refused = []
        for free_kib in range(0, 60, 4):
            before = state(lake)
            with filled(disk, free_kib):
                try:
                    append(lake, *JOBS, first_id=1000 * free_kib)
                except LakeError as error:
                    refused.append(error)
                    assert state(lake) == before
        assert 3 < len(refused) < 15, "some did not fit, some did"
        assert all("no space left on device" in error.what for error in refused)
        assert all("Make room" in error.hint for error in refused)
        assert append(lake, ONE, first_id=99_999) == 1
        assert lake.count(JOB) == 50 * (15 - len(refused)) + 1


def test_a_full_disk_is_an_error_of_two_lines_and_no_traceback(tmp_path: Path) -> None:
    samples = sorted((ROOT / "data-samples").glob("ap1/history*"))
    with small_disk(tmp_path / "disk", "2m") as disk:
        Lake(disk / "lake").create()
        with filled(disk, 16):
            command = [sys.executable, "-m", "htc_ledger", "ingest", *map(str, samples)]
            environment = os.environ | {"HTC_LEDGER_LAKE": str(disk / "lake")}
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 2
    assert "no space left on device" in done.stderr


def test_a_lake_that_cannot_be_made_for_want_of_room_is_said_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        with filled(disk, 0), pytest.raises(LakeError, match="no space left"):
            Lake(disk / "lake").create()
        Lake(disk / "lake").create()
        assert append(Lake(disk / "lake"), ONE) == 1


def test_a_read_only_lake_is_read_but_not_written(lake: Lake) -> None:
    append(lake, ONE)
    with read_only(lake.root):
        lake.create()
        assert lake.count(JOB) == 1
        with pytest.raises(LakeError, match="read-only file system") as raised:
            append(lake, *JOBS, first_id=100)
        assert "mounted read-only" in raised.value.hint
        with pytest.raises(LakeError, match="read-only file system"):
            Lake(lake.root / "another").create()
        with pytest.raises(LakeError, match="read-only file system"), lake.committing():
            pass
    assert append(lake, *JOBS, first_id=100) == 50


@pytest.fixture
def open_to_all() -> Iterator[Lake]:
    """A lake in a folder that every account may enter."""
    with TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        lake = Lake(Path(folder) / "lake")
        lake.create()
        yield lake


@pytest.mark.parametrize("shut", ["tables/job/_delta_log", "tables", "."])
def test_a_folder_that_this_account_may_not_enter_is_said_so(open_to_all: Lake, shut: str) -> None:
    lake = open_to_all
    program = (
        "import os, sys; import duckdb, numpy.ma, pyarrow.parquet; from pathlib import Path\n"
        "from pipeline.errors import LakeError; from pipeline.lake import Lake; from pipeline.schema import JOB\n"
        "os.seteuid(65534)\n"
        "try: Lake(Path(sys.argv[1])).read(JOB)\n"
        "except LakeError as error: print(error.what, error.hint, sep='\\n')\n"
    )
    (lake.root / shut).chmod(0)
    command = [sys.executable, "-c", program, str(lake.root)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (lake.root / shut).chmod(0o755)
    assert "permission denied" in said
    assert "Let this account read and write" in said


def test_a_damaged_log_is_said_so_in_one_line(lake: Lake) -> None:
    append(lake, ONE)
    (lake.folder(JOB) / "_delta_log" / f"{2:020}.json").write_text("{")
    with pytest.raises(LakeError) as raised:
        lake.read(JOB)
    assert len(raised.value.what.splitlines()) == 1
    assert "backup" in raised.value.hint


def test_a_file_that_is_gone_or_damaged_is_said_so(lake: Lake) -> None:
    append(lake, ONE)
    (path,) = lake.folder(JOB).glob("*.parquet")
    path.write_bytes(b"PAR1")
    with pytest.raises(LakeError, match="cannot be read") as raised:
        lake.read(JOB)
    assert "damaged" in raised.value.hint
    path.unlink()
    with pytest.raises(LakeError, match="no such file") as raised:
        lake.read(JOB)
    assert "run it again" in raised.value.hint


@pytest.mark.parametrize(
    ("error", "cause", "to_do"),
    [
        (OSError(28, "No space left on device"), "no space left on device", "Make room"),
        (DeltaError("Generic LocalFileSystem error: x: Read-only file system (os error 30)"), "read-only", "mount it"),
        (DeltaError("x\nError: Os { code: 13, kind: PermissionDenied }"), "permission denied", "this account"),
        (duckdb.IOException('IO Error: Could not write "x": No space left on device'), "no space left", "Make room"),
        (duckdb.OutOfMemoryException("Out of Memory Error: (1/1 used)"), "(1/1 used)", "build_memory_mib"),
        (OSError("something else"), "something else", "the hint given"),
    ],
)
def test_the_cause_is_named_whoever_reports_it(error: Exception, cause: str, to_do: str) -> None:
    made = lake_error("it cannot be done", error, "the hint given")
    assert made.what.startswith("it cannot be done: ")
    assert cause in made.what
    assert to_do in made.hint


def test_an_error_of_the_ledger_itself_passes_as_it_is() -> None:
    mine = LakeError("mine")
    with pytest.raises(LakeError) as raised, lake_errors("other"):
        raise mine
    assert raised.value is mine
    with pytest.raises(ZeroDivisionError), lake_errors("other"):
        1 / 0  # noqa: B018
