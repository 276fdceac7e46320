"""Real disks that fail under the service: full, and read-only. It goes on, says what is wrong, and mends by itself."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.lake import Lake
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.source_settings import Source
from tests.collectors.records import history, job_ad, write
from tests.collectors.service.made_up import made_up
from tests.collectors.service.watching import Watching, watching


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MiB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def service_on(disk: Path, tmp_path: Path, source: Source) -> Settings:
    made = Settings(lake=disk / "lake", build_every_s=0, maintain_every_h=0)
    return made.model_copy(update={"sources": (source,)})


def fails_in_one_line(service: Watching) -> str:
    """The error of the poll that failed first."""
    service.until(lambda: any("error" in line for line in service.lines("poll")))
    line = next(line for line in service.lines("poll") if "error" in line)
    assert "said" not in line, "what is no fault of ours has no traceback"
    return str(line["error"]).lower()


def test_a_full_disk_is_told_and_nothing_is_lost_when_there_is_room_again(disk: Path, tmp_path: Path) -> None:
    Lake(disk / "lake").create()
    ballast = disk / "ballast"
    fill(ballast)
    write(tmp_path / "history", history(*(job_ad(cluster) for cluster in range(1, 40))))
    source = made_up("good", "read", tmp_path / "history", interval_s=1)
    with watching(tmp_path, service_on(disk, tmp_path, source)) as service:
        assert "no space left on device" in fails_in_one_line(service)
        ballast.unlink()
        service.until_state("good", "ok")
    assert Lake(disk / "lake").count(JOB) == 39


def test_a_lake_that_is_read_only_is_told_and_read_into_when_it_is_writable_again(disk: Path, tmp_path: Path) -> None:
    Lake(disk / "lake").create()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    write(tmp_path / "history", history(job_ad(1)))
    source = made_up("good", "read", tmp_path / "history", interval_s=1)
    with watching(tmp_path, service_on(disk, tmp_path, source)) as service:
        assert "read-only file system" in fails_in_one_line(service)
        service.until(lambda: len(service.lines("health cannot be written")) == 1)
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        service.until_state("good", "ok")
        assert len(service.lines("health is written again")) == 1
    assert Lake(disk / "lake").count(JOB) == 1


def fill(path: Path) -> None:
    """Write more than there is room for."""
    with pytest.raises(OSError, match="No space left"):
        path.write_bytes(b"x" * (8 << 20))
