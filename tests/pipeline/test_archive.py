"""A row's original bytes are found again, whatever form they were read in; of a row without, there are none."""

from pathlib import Path

import pytest

from pipeline.archive import original
from pipeline.lake import Lake
from pipeline.schema import ARCHIVE, ATTEMPT_RECORD, JOB, SLOT_AD, TRANSFER, Table
from pipeline.settings import Settings
from tests.collectors.records import START, epoch_ad, history, job_ad, write
from tests.collectors.test_rows import SLOT
from tests.collectors.test_rows import TRANSFER as MOVED
from tests.ingesting import ingest

BANNER = '*** {} ClusterId=1 ProcId=0 RunInstanceId=0 Owner="ann" CurrentTime={}\n'
RUN = epoch_ad(1, 0) + BANNER.format("EPOCH", START + 60)
INPUT = MOVED + BANNER.format("INPUT", START)
OUTPUT = MOVED.replace("InputPlugin", "OutputPlugin") + BANNER.format("OUTPUT", START)
AS_JSON = (
    f'{{"ClusterId": 1, "ProcId": 0, "QDate": {START}, "GlobalJobId": "ap1#1.0#{START}", "JobStatus": 4, '
    f'"EnteredCurrentStatus": {START}}}'
)
ONE = {
    "banners": (JOB, history(job_ad(1)), history(job_ad(1))),
    "a bare banner": (JOB, job_ad(1).encode() + b"***\n", job_ad(1).encode() + b"***\n"),
    "an epoch": (ATTEMPT_RECORD, RUN.encode(), RUN.encode()),
    "long": (JOB, f"{job_ad(1)}\n".encode(), job_ad(1).encode()),
    "a per-job file": (JOB, job_ad(1).encode(), job_ad(1).encode()),
    "JSON": (JOB, f"[\n{AS_JSON}\n]\n".encode(), AS_JSON.encode()),
    "JSON lines": (JOB, f"{AS_JSON}\n".encode(), f"{AS_JSON}\n".encode()),
    "a slot": (SLOT_AD, SLOT.encode(), SLOT.encode()),
}


@pytest.mark.parametrize(("table", "content", "record"), ONE.values(), ids=ONE)
def test_the_bytes_of_a_row_are_those_that_were_read(
    lake: Lake, tmp_path: Path, table: Table, content: bytes, record: bytes
) -> None:
    ingest([write(tmp_path / "file", content)], Settings(lake=lake.root))
    (row,) = lake.read(table).to_pylist()
    assert original(lake, table, row["record_id"]) == record
    (kept,) = lake.read(ARCHIVE).to_pylist()
    for name in ("pool", "ap", "record_type", "record_id", "source", "offset_bytes", "at_ce", "read_utc"):
        assert kept[name] == row[name], name
    assert (kept["made"], kept["record_utc"]) == (table.name, row[table.time])


def test_each_record_of_a_file_is_archived_once_at_its_place(lake: Lake, tmp_path: Path) -> None:
    content = history(*(job_ad(number) for number in range(1, 8)))
    ingest([write(tmp_path / "history", content)], Settings(lake=lake.root))
    ingest([write(tmp_path / "history.3.0", job_ad(3))], Settings(lake=lake.root))
    kept = sorted(lake.read(ARCHIVE).to_pylist(), key=lambda row: row["offset_bytes"])
    assert b"".join(row["content"] for row in kept) == content
    for row in kept:
        start = row["offset_bytes"]
        assert content[start : start + len(row["content"])] == row["content"]


def test_every_row_of_a_transfer_record_leads_to_its_record(lake: Lake, tmp_path: Path) -> None:
    ingest([write(tmp_path / "epoch_history", INPUT + OUTPUT + RUN)], Settings(lake=lake.root))
    rows = lake.read(TRANSFER).to_pylist()
    assert [row["record_type"] for row in rows] == ["INPUT", "INPUT", "OUTPUT", "OUTPUT"]
    assert sorted(row["made"] for row in lake.read(ARCHIVE).to_pylist()) == ["attempt_record", "transfer", "transfer"]
    for row in rows:
        expected = INPUT if row["record_type"] == "INPUT" else OUTPUT
        assert original(lake, TRANSFER, row["record_id"]) == expected.encode()


def test_where_bytes_are_not_archived_there_are_none(lake: Lake, tmp_path: Path) -> None:
    assert original(lake, JOB, 7) is None
    ingest([write(tmp_path / "one", history(job_ad(1)) + INPUT.encode())], Settings(lake=lake.root, archive="rejects"))
    ingest([write(tmp_path / "two", history(job_ad(2)))], Settings(lake=lake.root))
    ids = {row["cluster"]: row["record_id"] for row in lake.read(JOB).to_pylist()}
    assert original(lake, JOB, ids[1]) is None
    assert original(lake, JOB, ids[2]) == history(job_ad(2))
    assert original(lake, ATTEMPT_RECORD, ids[2]) is None, "an id belongs to its table"
    for row in lake.read(TRANSFER).to_pylist():
        assert original(lake, TRANSFER, row["record_id"]) is None


def test_bytes_that_are_no_text_are_kept_as_they_are(lake: Lake, tmp_path: Path) -> None:
    ad = job_ad(1).encode() + b'Name = "caf\xe9\xff"\n'
    ingest([write(tmp_path / "history.1.0", ad)], Settings(lake=lake.root))
    (row,) = lake.read(JOB).to_pylist()
    assert original(lake, JOB, row["record_id"]) == ad
