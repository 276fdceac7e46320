"""Files of daemons that write, rotate, crash and pack: each whole record is in the lake once, whenever it is looked."""

import os
import shutil
from pathlib import Path

import pytest

from collectors.opening import opened
from collectors.runner import read_opened
from collectors.sources import file_reader, files, listing
from pipeline.errors import LakeError, SourceError
from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, JOB, SCHEDD_AD, TABLES
from tests.collectors.records import epoch_ad, history, job_ad, write
from tests.collectors.sources.conftest import FilesAt
from tests.collectors.sources.lake_view import jobs, readings
from tests.collectors.sources.spool import NOON, Spool


def test_what_is_appended_is_read_and_nothing_twice(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, 2, at=NOON)
    poll(NOON)
    spool.write(3, at=NOON + 60)
    assert poll(NOON + 60).of("history").ads == 1
    assert poll(NOON + 120).kinds == {}
    assert jobs(lake) == [1, 2, 3]


def test_several_rotations_between_two_polls(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    poll(NOON)
    spool.write(2, at=NOON + 10)
    for number in (3, 4, 5):
        spool.rotate(NOON + number * 10)
        spool.write(number, at=NOON + number * 10)
    report = poll(NOON + 60)
    assert (report.of("history").ads, report.of("history").chain_breaks) == (4, 0)
    assert jobs(lake) == [1, 2, 3, 4, 5]


def test_a_tail_is_read_when_it_is_whole_even_if_it_rotates_then(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    whole = spool.record(2, NOON + 10)
    spool.append(whole[:200])
    poll(NOON + 10)
    assert jobs(lake) == [1]
    spool.append(whole[200:])
    spool.rotate(NOON + 20)
    poll(NOON + 20)
    assert jobs(lake) == [1, 2]


@pytest.mark.parametrize("cut", ["a banner's", "a line's", "a value's", "a name's"])
def test_half_an_ad_at_the_beginning_of_a_file_is_no_record(cut: str, lake: Lake, spool: Spool, poll: FilesAt) -> None:
    whole = spool.record(1, NOON)
    size = {"a banner's": len(whole) - 1, "a line's": whole.index(b"QDate"), "a value's": 30, "a name's": 1}[cut]
    spool.append(whole[:size])
    poll(NOON)
    assert [lake.count(table) for table in TABLES] == [0] * len(TABLES)
    spool.append(whole[size:])
    poll(NOON + 5)
    assert jobs(lake) == [1]


def test_an_empty_file_is_no_error(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.append(b"")
    poll(NOON)
    spool.write(1, at=NOON)
    poll(NOON + 5)
    assert jobs(lake) == [1]


def test_an_inode_that_is_used_again_is_another_file(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, 2, at=NOON)
    poll(NOON)
    number = spool.current.stat().st_ino
    with spool.current.open("r+b") as same:  # the file system gives the removed file's number to the new one
        same.truncate(0)
    spool.start_anew()
    spool.write(3, 4, 5, at=NOON + 60)
    assert spool.current.stat().st_ino == number
    poll(NOON + 60)
    assert jobs(lake) == [1, 2, 3, 4, 5]


def test_a_file_that_was_copied_and_cut_is_read_on_in_both(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    poll(NOON)
    spool.write(2, at=NOON + 10)
    shutil.copy(spool.current, spool.current.with_name("history.1"))
    os.truncate(spool.current, 0)
    spool.start_anew()
    spool.write(3, at=NOON + 20)
    poll(NOON + 20)
    assert jobs(lake) == [1, 2, 3]


def test_a_file_shorter_than_before_is_read_from_its_beginning(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    size = spool.current.stat().st_size
    spool.write(2, at=NOON)
    poll(NOON)
    os.truncate(spool.current, size)
    poll(NOON + 10)
    spool.append(history(job_ad(7)))
    poll(NOON + 20)
    assert jobs(lake) == [1, 2, 7]


def test_a_record_removed_from_the_middle_keeps_what_was_read(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    one = spool.current.stat().st_size
    spool.write(2, at=NOON)
    two = spool.current.stat().st_size
    spool.write(3, at=NOON)
    poll(NOON)
    content = spool.current.read_bytes()
    spool.current.write_bytes(content[:one] + content[two:])
    report = poll(NOON + 10)
    assert (jobs(lake), report.of("history").chain_breaks) == ([1, 2, 3], 1)


def test_two_names_of_one_file_are_read_once(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    os.link(spool.current, spool.current.with_name("history-copy"))
    spool.current.with_name("history-link").symlink_to(spool.current)
    report = poll(NOON)
    assert (report.of("history").files, jobs(lake), readings(lake)) == (1, [1], 1)


def test_a_file_that_rotates_between_look_and_touch_is_found(
    lake: Lake, spool: Spool, poll: FilesAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.write(1, at=NOON)
    looks: list[listing.Listing] = []

    def rotates_after(paths: tuple[str, ...]) -> listing.Listing:
        found = listing.list_files(paths)
        if not looks:
            spool.rotate(NOON + 5)
            spool.write(2, at=NOON + 5)
        looks.append(found)
        return found

    monkeypatch.setattr(files, "list_files", rotates_after)
    poll(NOON)
    assert (jobs(lake), len(looks)) == ([1, 2], 3)


def test_a_file_that_rotates_away_while_it_is_read_is_read_to_its_end(
    lake: Lake, spool: Spool, poll: FilesAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.write(*range(1, 6), at=NOON)
    removed: list[Path] = []

    def removed_meanwhile(*given: object) -> object:
        if not removed:
            removed.append(spool.rotate(NOON))
            removed[0].unlink()
            spool.write(6, at=NOON)
        return read_opened(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(file_reader, "read_opened", removed_meanwhile)
    poll(NOON)
    assert jobs(lake) == [1, 2, 3, 4, 5, 6]


def test_what_cannot_be_read_keeps_nothing_else_from_being_read(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    write(spool.current.with_name("history.core"), b"\x7fELF\x02\n")
    spool.current.with_name("history.gone").symlink_to("nowhere")
    os.mkfifo(spool.current.with_name("history.pipe"))
    spool.current.with_name("history.folder").mkdir()
    spool.write(1, at=NOON)
    for minute in (0, 1):
        said = [Path(what).name for what in poll.troubles(NOON + minute * 60)]
        assert sorted(said) == [
            "history.core: is a program, not records of HTCondor",
            "history.gone: the link points nowhere (to nowhere)",
            "history.pipe: is a FIFO, not a file",
        ]
        assert jobs(lake) == [1]


def test_many_errors_are_counted_not_listed(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    for number in range(150):
        write(spool.current.with_name(f"history.core{number:03}"), b"\x7fELF\x02\n")
    said = poll.troubles(NOON)
    assert len(said) == 101
    assert list(said)[-1] == "50 more could not be read"


def test_a_pattern_that_matches_nothing_is_an_error_beside_others_that_are_read(
    lake: Lake, spool: Spool, spool_folder: Path
) -> None:
    spool.write(1, at=NOON)
    poll = FilesAt(lake, spool_folder / "history*", spool_folder / "epoch*", "/nowhere/at/all/history*")
    said = poll.troubles(NOON)
    assert set(said) == {
        f"{spool_folder}/epoch*: there is no such file",
        "/nowhere/at/all/history*: there is no such file",
    }
    assert "condor_config_val HISTORY" in said[f"{spool_folder}/epoch*: there is no such file"]
    assert jobs(lake) == [1]


def test_a_source_without_any_file_fails(lake: Lake) -> None:
    with pytest.raises(
        SourceError, match=r"^/nowhere/.*: there is no such file; .*; 1 more could not be read$"
    ) as caught:
        FilesAt(lake, "/nowhere/*/history*", "a", "b", "c")(NOON)
    assert caught.value.hint == "There is no folder /nowhere: is the path right, and is its disk mounted?"


def test_a_file_named_without_a_wildcard_is_followed_through_its_rotations(
    lake: Lake, spool: Spool, spool_folder: Path
) -> None:
    poll = FilesAt(lake, spool_folder / "history")
    spool.write(1, at=NOON)
    write(spool_folder / "history_of_mankind", history(job_ad(99)))
    poll(NOON)
    spool.write(2, at=NOON + 5)
    spool.rotate(NOON + 10)  # HTCondor makes the new one when it writes the next record
    poll(NOON + 10)
    spool.write(3, at=NOON + 20)
    poll(NOON + 20)
    assert jobs(lake) == [1, 2, 3]


def test_files_that_were_not_changed_are_not_opened(
    lake: Lake, spool: Spool, poll: FilesAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.write(1, at=NOON)
    spool.rotate(NOON)
    spool.write(2, at=NOON)
    poll(NOON)
    names = []

    def noting(path: Path) -> object:
        names.append(path.name)
        return opened(path)

    monkeypatch.setattr(file_reader, "opened", noting)
    poll(NOON + 60)
    assert names == []
    spool.write(3, at=NOON + 60)
    poll(NOON + 60)
    assert names == ["history"]


@pytest.mark.parametrize("harm", ["removed", "half", "nonsense", "of an older lake"])
def test_what_is_remembered_of_files_can_be_lost_and_never_hides_a_record(
    harm: str, lake: Lake, spool: Spool, poll: FilesAt, tmp_path: Path
) -> None:
    spool.write(1, at=NOON)
    (lake.root / "collect").mkdir()
    shutil.copytree(lake.root / "tables", tmp_path / "older tables")
    poll(NOON)
    (memory,) = (lake.root / "collect" / "files").iterdir()
    if harm == "removed":
        memory.unlink()
    elif harm == "half":
        memory.write_bytes(memory.read_bytes()[:50])
    elif harm == "nonsense":
        memory.write_text('{"version": 1, "owner": ["pool", null], "streams": [], "files": [[1, 2, 3, 4, 5, 6, 7]]}')
    else:
        shutil.rmtree(lake.root / "tables")
        shutil.copytree(tmp_path / "older tables", lake.root / "tables")
    poll(NOON + 60)
    assert jobs(lake) == [1]


def test_a_lake_that_cannot_be_written_says_so(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    spool.write(1, at=NOON)
    write(lake.root / "collect", "no folder")
    with pytest.raises(LakeError, match="cannot be written"):
        poll(NOON)


def test_records_are_the_owners_that_the_source_names(lake: Lake, spool: Spool, spool_folder: Path) -> None:
    spool.write(1, at=NOON)
    FilesAt(lake, spool_folder / "history", pool="prairie", ap="ce1", ce=True)(NOON)
    (row,) = lake.read(JOB).to_pylist()
    assert (row["pool"], row["ap"], row["at_ce"]) == ("prairie", "ce1", True)


def test_one_source_can_be_the_files_of_many_access_points(lake: Lake, spool_folder: Path) -> None:
    poll = FilesAt(lake, spool_folder / "*" / "history*", spool_folder / "*" / "epoch_history*")
    for number in (1, 2):
        Spool(spool_folder / f"ap{number}", ap=f"ap{number}.example.org").write(number, at=NOON)
        banner = f'*** EPOCH ClusterId={number} ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={NOON}\n'
        write(spool_folder / f"ap{number}" / "epoch_history", epoch_ad(number, 0) + banner)
    poll(NOON)
    assert {row["ap"] for row in lake.read(JOB).to_pylist()} == {"ap1.example.org", "ap2.example.org"}
    assert lake.count(ATTEMPT_RECORD) == 2


def test_schedd_daemon_history_is_read(lake: Lake, spool_folder: Path) -> None:
    spool_folder.mkdir()
    ad = f'MyType = "Scheduler"\nName = "ap1"\nMyAddress = "<[::1]:9618>"\nLastHeardFrom = {NOON}\n'
    write(spool_folder / "schedd_history", f"{ad}*** SCHEDD CurrentTime={NOON}\n")
    FilesAt(lake, spool_folder / "schedd_history*")(NOON)
    assert lake.count(SCHEDD_AD) == 1


def test_text_that_no_banner_ends_is_an_error_once_it_is_at_rest(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    write(spool.current, job_ad(1) + "\n" + job_ad(2))
    os.utime(spool.current, (NOON, NOON))
    poll(NOON + 60)
    for minutes in (11, 12):
        ((what, hint),) = poll.troubles(NOON + minutes * 60).items()
        assert what == f"{spool.current}: no line of it ends a record, as a banner does"
        assert "htc-ledger ingest" in hint
    assert jobs(lake) == []


def test_a_poll_that_takes_long_goes_on_in_the_next_one(lake: Lake, spool: Spool, poll: FilesAt) -> None:
    for number in range(1, 40):
        spool.write(number, at=NOON + number * 10)
        spool.rotate(NOON + number * 10 + 10)
    spool.write(40, at=NOON + 400)

    class Clock:
        """Each look at it costs a quarter of an hour."""

        now = 0.0

        @classmethod
        def monotonic(cls) -> float:
            cls.now += 900
            return cls.now

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "time", Clock)
        assert poll.once(NOON + 400).more
    assert jobs(lake) == list(range(1, 33))
    poll(NOON + 400)
    assert jobs(lake) == list(range(1, 41))
