"""Rotations that are packed: an archive takes the place of its original, half-way and damaged ones too."""

import os

import pytest

from pipeline.lake import Lake
from pipeline.schema import SOURCE_FILE
from tests.collectors.sources.conftest import FilesAt
from tests.collectors.sources.lake_view import jobs, readings
from tests.collectors.sources.spool import NOON, Spool, pack


@pytest.mark.parametrize("how", ["gz", "zst"])
def test_a_rotation_that_is_packed_after_it_was_read_adds_nothing(
    how: str, lake: Lake, spool: Spool, poll: FilesAt
) -> None:
    spool.write(1, 2, at=NOON)
    poll(NOON)
    rotated = spool.rotate(NOON + 10)
    spool.write(3, at=NOON + 10)
    pack(rotated, how)
    report = poll(NOON + 10)
    assert (report.of("history").ads, report.of("history").unchanged, jobs(lake)) == (1, 1, [1, 2, 3])


@pytest.mark.parametrize("how", ["gz", "zst"])
def test_a_packed_file_goes_on_where_the_plain_one_was_left(how: str, lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, 2, at=NOON)
    spool.append((tail := spool.record(3, NOON))[:100])
    poll(NOON)
    spool.append(tail[100:])
    spool.write(4, at=NOON + 10)
    pack(spool.rotate(NOON + 20), how)
    report = poll(NOON + 20)
    assert (report.of("history").ads, report.of("history").chain_breaks, jobs(lake)) == (2, 0, [1, 2, 3, 4])
    streams = {row["source"] for row in lake.read(SOURCE_FILE).to_pylist()}
    assert len(streams) == 1


def test_an_archive_in_the_making_waits_for_its_original_to_go(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, 2, at=NOON)
    rotated = spool.rotate(NOON)
    archive = pack(rotated, "gz", keep=True)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    os.utime(archive, (NOON, NOON))
    poll(NOON + 5)
    assert (jobs(lake), readings(lake)) == ([1, 2], 1)
    archive.write_bytes(whole)
    rotated.unlink()
    poll(NOON + 10)
    assert (jobs(lake), readings(lake)) == ([1, 2], 1)


def test_a_damaged_archive_is_an_error_and_its_good_records_are_kept(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(*range(1, 400), at=NOON)
    archive = pack(spool.rotate(NOON), "gz")
    archive.write_bytes(archive.read_bytes()[:-40])
    spool.write(1000, at=NOON)
    ((what, hint),) = poll.troubles(NOON).items()
    assert what.startswith(f"{archive}: ends in the middle")
    assert "Pack the original again" in hint
    assert len(jobs(lake)) > 300
    assert jobs(lake) == [*range(1, len(jobs(lake))), 1000]
