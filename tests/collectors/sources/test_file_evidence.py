"""What a poll of files can prove: `proven` where nothing can have escaped, `gap` where something did, else nothing."""

import json
import os
import shutil
from pathlib import Path

import pytest

from collectors.sources import listing
from pipeline.errors import SourceError
from pipeline.lake import Lake, TableWriter
from pipeline.schema import COVERAGE
from pipeline.settings import Settings
from tests.collectors.records import job_ad
from tests.collectors.sources.conftest import FilesAt
from tests.collectors.sources.lake_view import Statement, jobs, spans, statements
from tests.collectors.sources.spool import NOON, Spool, final_ad, pack
from tests.ingesting import ingest

DAY = 86_400


def gap(lake: Lake) -> Statement:
    """The only gap that is stated."""
    (found,) = [said for said in statements(lake) if said.state == "gap"]
    return found


def test_the_first_poll_proves_from_the_oldest_record_on(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    spool.rotate(NOON + 100)
    spool.write(2, at=NOON + 100)
    poll(NOON + 200)
    assert spans(lake) == [("proven", NOON, NOON + 200)]
    (row,) = lake.read(COVERAGE).to_pylist()
    assert (row["pool"], row["ap"], row["stream"]) == ("pool", "ap1.example.org", "history")
    assert row["source"] == f"spool: {spool.current}"


def test_records_of_an_earlier_ingest_count_for_the_first_proof(lake: Lake, spool: Spool, spool_folder: Path) -> None:
    spool.write(1, at=NOON)
    ingest([spool.current], Settings(lake=lake.root))
    FilesAt(lake, spool_folder / "history*")(NOON + 60)
    assert spans(lake) == [("proven", NOON, NOON + 60)]


def test_a_job_that_ended_long_before_it_left_the_queue_proves_nothing_about_that_time(
    lake: Lake, spool: Spool, poll: FilesAt
) -> None:
    old = job_ad(1, 0, "ap1.example.org").replace("*", "")
    bare = b"".join(ad.encode() + b"***\n" for ad in (old, final_ad(2, NOON), final_ad(3, NOON + 50)))
    spool.append(bare)
    poll(NOON + 100)
    assert spans(lake) == [("proven", NOON + 50, NOON + 100)]


def test_each_poll_proves_the_time_since_the_last_statement(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    spool.write(2, at=NOON + 100)
    spool.rotate(NOON + 200)
    spool.write(3, at=NOON + 200)
    poll(NOON + 300)
    assert spans(lake) == [("proven", NOON, NOON + 10), ("proven", NOON + 10, NOON + 300)]
    assert "was found again, rotated" in statements(lake)[-1].evidence


def test_a_proof_that_says_nothing_new_is_written_every_quarter_of_an_hour(
    lake: Lake, spool: Spool, poll: FilesAt
) -> None:
    spool.write(1, at=NOON)
    for minute in range(0, 40, 2):
        spool.write(10 + minute, at=NOON + minute * 60)
        poll(NOON + 1 + minute * 60)
    ends = [said.to_utc - NOON - 1 for said in statements(lake)]
    assert ends == [0, 16 * 60, 32 * 60]


def test_a_file_that_is_gone_is_a_gap_until_the_oldest_record_that_is_left(
    lake: Lake, spool: Spool, poll: FilesAt
) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    spool.write(2, at=NOON + 20)
    spool.rotate(NOON + 100).unlink()
    spool.write(3, at=NOON + 100)
    report = poll(NOON + 200)
    assert spans(lake)[1:] == [("gap", NOON + 10, NOON + 100), ("proven", NOON + 100, NOON + 200)]
    assert gap(lake).evidence == (
        "history of ap1.example.org: the file that was being read at 2026-11-01 12:00 UTC is gone: its rest and "
        "whatever was rotated away after it is lost; keep more rotations (MAX_HISTORY_ROTATIONS)."
    )
    assert report.notes == [gap(lake).evidence]
    spool.write(4, at=NOON + 300)
    poll(NOON + 300)
    poll(NOON + 2000)
    assert spans(lake)[3:] == [("proven", NOON + 200, NOON + 2000)]


def test_older_files_that_are_left_do_not_make_the_gap_shorter(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    spool.rotate(NOON + 5)
    spool.write(2, at=NOON + 5)
    poll(NOON + 10)
    spool.write(3, at=NOON + 20)
    spool.rotate(NOON + 100).unlink()
    spool.write(4, at=NOON + 100)
    poll(NOON + 200)
    assert spans(lake)[1:] == [("gap", NOON + 10, NOON + 100), ("proven", NOON + 100, NOON + 200)]


def test_a_gap_without_anything_left_reaches_to_now(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    os.truncate(spool.current, 0)
    spool.start_anew()
    poll(NOON + 60)
    assert spans(lake)[1:] == [("gap", NOON + 10, NOON + 60)]
    spool.write(2, at=NOON + 70)
    poll(NOON + 80)
    assert spans(lake)[2:] == [("proven", NOON + 70, NOON + 80)]


def test_a_rotation_that_is_missing_in_the_middle_is_a_gap_between_its_neighbours(
    lake: Lake, spool: Spool, poll: FilesAt
) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    for number in range(2, 6):
        spool.rotate(NOON + number * 100)
        spool.write(number, at=NOON + number * 100)
    spool.rotations()[2].unlink()  # written from 300 to 400 s
    poll(NOON + 600)
    assert spans(lake)[1:] == [
        ("proven", NOON + 10, NOON + 200),
        ("gap", NOON + 200, NOON + 400),
        ("proven", NOON + 400, NOON + 600),
    ]
    assert "a rotation between" in gap(lake).evidence


def test_a_missing_rotation_is_found_at_the_first_poll_too(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    for number in range(5):
        spool.write(number + 1, at=NOON + number * 100)
        spool.rotate(NOON + number * 100 + 100)
    spool.rotations()[2].unlink()
    spool.write(9, at=NOON + 500)
    poll(NOON + 600)
    assert spans(lake) == [
        ("proven", NOON, NOON + 100),
        ("gap", NOON + 100, NOON + 300),
        ("proven", NOON + 300, NOON + 600),
    ]


def test_a_rotation_that_was_read_and_then_removed_is_no_loss(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    spool.rotate(NOON + 10)
    spool.write(2, at=NOON + 10)
    poll(NOON + 20)
    spool.rotations()[0].unlink()
    spool.rotate(NOON + 40)
    spool.write(3, at=NOON + 40)
    poll(NOON + 60)
    assert spans(lake) == [("proven", NOON, NOON + 20), ("proven", NOON + 20, NOON + 60)]


def test_between_a_rotation_and_the_next_record_nothing_is_said(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    spool.rotate(NOON + 20)
    poll(NOON + 1000)
    spool.append(tail := spool.record(2, NOON + 20))
    os.truncate(spool.current, len(tail) - 1)
    poll(NOON + 2000)
    spool.append(b"\n")
    poll(NOON + 3000)
    assert spans(lake) == [("proven", NOON, NOON + 10), ("proven", NOON + 10, NOON + 3000)]


@pytest.mark.parametrize("how", ["gz", "zst"])
def test_a_file_that_was_packed_is_found_again(how: str, lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    spool.write(2, at=NOON + 20)
    pack(spool.rotate(NOON + 30), how)
    spool.write(3, at=NOON + 30)
    poll(NOON + 60)
    assert spans(lake) == [("proven", NOON, NOON + 10), ("proven", NOON + 10, NOON + 60)]


def test_a_record_missing_in_a_file_is_a_gap(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    spool.record(2, NOON + 20)  # never written
    spool.write(3, at=NOON + 30)
    poll(NOON + 2000)
    assert spans(lake)[1:] == [("gap", NOON + 10, NOON + 2000)]
    assert "1 break in the chain of banners" in gap(lake).evidence
    poll(NOON + 4000)
    assert spans(lake)[2:] == [("proven", NOON + 2000, NOON + 4000)]


def test_a_break_that_a_killed_poll_read_is_stated_by_the_next(
    lake: Lake, spool: Spool, poll: FilesAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    spool.record(2, NOON + 20)
    spool.write(3, at=NOON + 30)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("collectors.sources.file_evidence.FileEvidence.state", killed)
        with pytest.raises(KeyboardInterrupt):
            poll(NOON + 1000)
    assert jobs(lake) == [1, 3]
    poll(NOON + 2000)
    assert spans(lake)[1:] == [("gap", NOON + 10, NOON + 2000)]


def test_a_file_that_was_changed_in_its_middle_is_a_gap(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, 2, at=NOON)
    poll(NOON + 10)
    content = spool.current.read_bytes()
    first_ends = content.index(b"***")
    changed = content[first_ends:].replace(b"RequestCpus = 1", b"RequestCpus = 2")
    spool.current.write_bytes(content[:first_ends] + changed)
    poll(NOON + 60)
    assert f"was cut or changed ({spool.current})" in gap(lake).evidence
    assert jobs(lake) == [1, 2, 2]


def test_a_file_that_was_cut_is_named(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    size = spool.current.stat().st_size
    spool.write(2, at=NOON)
    poll(NOON + 10)
    os.truncate(spool.current, size)
    poll(NOON + 60)
    assert f"was cut or changed ({spool.current})" in gap(lake).evidence
    assert spans(lake)[1:] == [("gap", NOON + 10, NOON + 60)]


def test_a_rotated_file_that_ends_in_a_record_is_a_gap_once(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    spool.append(spool.record(2, NOON + 5)[:100])
    poll(NOON + 10)
    assert spans(lake) == [("proven", NOON, NOON + 10)]
    spool.rotate(NOON + 50)
    spool.write(3, at=NOON + 50)
    poll(NOON + 60)
    poll(NOON + 2000)
    assert "ends with 100 bytes that are no whole record" in gap(lake).evidence
    assert [said.state for said in statements(lake)] == ["proven", "gap", "proven", "proven"]


def test_a_file_that_cannot_be_read_leaves_the_time_unproven_until_it_can(
    lake: Lake, spool: Spool, poll: FilesAt
) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    spool.write(2, at=NOON + 20)
    archive = pack(spool.rotate(NOON + 30), "gz")
    whole = archive.read_bytes()
    archive.write_bytes(whole[:-20])
    spool.write(3, at=NOON + 30)
    for minute in (1, 2):
        assert [what for what in poll.troubles(NOON + minute * 60) if "ends in the middle" in what]
    assert spans(lake) == [("proven", NOON, NOON + 10)]
    archive.write_bytes(whole)
    poll(NOON + 180)
    assert spans(lake)[1:] == [("proven", NOON + 10, NOON + 180)]
    assert jobs(lake) == [1, 2, 3]


def test_files_that_are_out_of_reach_for_a_while_are_an_error_and_no_gap(
    lake: Lake, spool: Spool, poll: FilesAt, spool_folder: Path
) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    away = spool_folder.rename(spool_folder.with_name("unmounted"))
    with pytest.raises(SourceError, match=r"there is no such file.*was there and is gone"):
        poll(NOON + 60)
    away.rename(spool_folder)
    spool.write(2, at=NOON + 90)
    poll(NOON + 2000)
    assert spans(lake) == [("proven", NOON, NOON + 10), ("proven", NOON + 10, NOON + 2000)]


def test_an_access_point_that_is_given_up_is_an_error_for_a_week(lake: Lake, spool_folder: Path) -> None:
    poll = FilesAt(lake, spool_folder / "*" / "history*")
    for name in ("ap1", "ap2"):
        Spool(spool_folder / name).write(1, at=NOON)
    poll(NOON + 10)
    shutil.rmtree(spool_folder / "ap2")
    gone = f"{spool_folder}/ap2/history: was there and is gone, with all its rotations"
    assert list(poll.troubles(NOON + 6 * DAY)) == [gone]
    poll(NOON + 8 * DAY)


def test_a_file_that_changes_its_name_while_the_folder_is_read_is_no_gap(
    lake: Lake, spool: Spool, poll: FilesAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.write(1, at=NOON)
    poll(NOON + 10)
    spool.rotate(NOON + 20)
    spool.write(2, at=NOON + 20)
    looks = []

    def half_a_look(paths: tuple[str, ...]) -> listing.Listing:
        found = listing.list_files(paths)
        looks.append(found)
        return found if len(looks) > 2 else listing.Listing(found.files[1:], [])  # neither under one nor the other

    monkeypatch.setattr("collectors.sources.files.list_files", half_a_look)
    poll(NOON + 60)
    assert spans(lake) == [("proven", NOON, NOON + 10), ("proven", NOON + 10, NOON + 60)]


def test_a_statement_stands_in_no_commit_before_its_rows(
    lake: Lake, spool: Spool, poll: FilesAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.write(1, at=NOON)
    order = []
    append = TableWriter.append

    def noted(self: TableWriter, *given: object) -> object:
        order.append(self.table.name)
        return append(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(TableWriter, "append", noted)
    poll(NOON)
    assert order.index("coverage") > order.index("source_file")
    (row,) = lake.read(COVERAGE).to_pylist()
    assert json.loads(row["mark"])["consumed"] == spool.current.stat().st_size
