"""Of whom a statement speaks: each family of files, each stream and each owner has its own."""

from pathlib import Path

import pyarrow as pa

from pipeline.lake import Lake
from pipeline.schema import COVERAGE
from tests.collectors.records import epoch_ad, history, job_ad, write
from tests.collectors.sources.conftest import FilesAt
from tests.collectors.sources.lake_view import jobs, spans, statements
from tests.collectors.sources.spool import NOON, Spool


def test_another_owner_begins_anew_and_claims_no_gap(lake: Lake, spool: Spool, spool_folder: Path) -> None:
    spool.write(1, at=NOON)
    FilesAt(lake, spool_folder / "history*")(NOON + 10)
    FilesAt(lake, spool_folder / "history*", pool="prairie")(NOON + 60)
    assert spans(lake) == [("proven", NOON, NOON + 10), ("proven", NOON, NOON + 60)]


def test_statements_of_another_kind_of_source_under_the_same_name_are_left_alone(
    lake: Lake, spool: Spool, poll: FilesAt
) -> None:
    row = {
        "pool": "pool",
        "ap": "ap1.example.org",
        "source": "spool: history of ap1.example.org",
        "stream": "history",
        "state": "proven",
        "from_utc": NOON - 1000,
        "to_utc": NOON - 500,
        "evidence": "asked, and answered in full.",
        "mark": '{"cluster": 7}',
        "record_id": 1,
        "read_utc": NOON - 500,
    }
    lake.writer(COVERAGE).append(pa.Table.from_pylist([row], schema=COVERAGE.arrow), {})
    spool.write(1, at=NOON)
    poll(NOON + 10)
    assert spans(lake) == [("proven", NOON - 1000, NOON - 500), ("proven", NOON, NOON + 10)]


def test_families_of_a_source_are_proven_apart(lake: Lake, spool_folder: Path) -> None:
    poll = FilesAt(lake, spool_folder / "*" / "history*")
    spools = [Spool(spool_folder / f"ap{n}", ap=f"ap{n}.example.org") for n in (1, 2)]
    for number, spool in enumerate(spools):
        spool.write(number, at=NOON + number)
    poll(NOON + 10)
    spools[1].rotate(NOON + 20).unlink()
    spools[1].write(3, at=NOON + 20)
    poll(NOON + 1000)
    rows = lake.read(COVERAGE).to_pylist()
    assert {(row["ap"], row["state"], row["from_utc"] - NOON, row["to_utc"] - NOON) for row in rows} == {
        ("ap1.example.org", "proven", 0, 10),
        ("ap1.example.org", "proven", 10, 1000),
        ("ap2.example.org", "proven", 1, 10),
        ("ap2.example.org", "gap", 10, 20),
        ("ap2.example.org", "proven", 20, 1000),
    }


def test_the_stream_is_named_by_what_is_in_the_files(lake: Lake, spool_folder: Path) -> None:
    spool_folder.mkdir()
    banner = f'*** EPOCH ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={NOON}\n'
    write(spool_folder / "epoch_history", epoch_ad(1, 0) + banner)
    write(spool_folder / "startd_history.alpha", history(job_ad(2, 0, "ap7.example.org", *STARTD)))
    FilesAt(lake, spool_folder / "*history*")(NOON)
    rows = lake.read(COVERAGE).to_pylist()
    assert {(row["stream"], row["ap"]) for row in rows} == {("epochs", "ap1.example.org"), ("startd", None)}


STARTD = ("StarterExitStatus = 0", 'RemoteHost = "slot1@ep"', "ShadowBday = 1793491210", "EpochWriteDate = 1793491300")


def test_per_job_files_alone_prove_nothing(lake: Lake, spool_folder: Path) -> None:
    spool_folder.mkdir()
    write(spool_folder / "history.1.0", job_ad(1))
    FilesAt(lake, spool_folder / "*")(NOON)
    assert (jobs(lake), statements(lake)) == ([1], [])
