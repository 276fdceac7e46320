"""Rows go when their time is over, as the settings say; others stay, and offsets with them."""

from datetime import UTC, datetime

import pytest

from pipeline.lake import Lake
from pipeline.maintenance import maintain
from pipeline.schema import ARCHIVE, JOB, SLOT_AD, Table
from pipeline.settings import Settings
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows

DAY = 86_400
NOW = datetime.fromtimestamp(MIDNIGHT, UTC)


def append(lake: Lake, table: Table, *given: dict[str, object], first_id: int = 0) -> None:
    """Append the rows, in one file, with ids of their own."""
    batch = rows(table, *given)
    ids = [[first_id + number for number in range(len(given))]]
    lake.writer(table).append(batch.set_column(table.position["record_id"], "record_id", ids), {"source": 1})


def archived(days_ago: float, made: str = "job", record_days_ago: float = 0) -> dict[str, object]:
    """A record that was read so long ago."""
    read, record = (int(MIDNIGHT - DAY * days) for days in (days_ago, record_days_ago))
    return {"pool": "pool", "made": made, "content": b"x", "read_utc": read, "record_utc": record}


def seen(days_ago: float | None) -> dict[str, object]:
    """A slot that was heard so long ago."""
    return {"pool": "pool", "name": "slot1", "seen_utc": None if days_ago is None else int(MIDNIGHT - DAY * days_ago)}


def ids(lake: Lake, table: Table) -> list[int]:
    return sorted(lake.read(table, ["record_id"]).column(0).to_pylist())


def test_by_default_everything_is_kept_for_ever(lake: Lake) -> None:
    append(lake, ARCHIVE, archived(10_000))
    append(lake, SLOT_AD, seen(10_000))
    maintain(lake, Settings(lake=lake.root), NOW)
    assert (ids(lake, ARCHIVE), ids(lake, SLOT_AD)) == ([0], [0])


def test_archived_bytes_are_kept_for_so_many_days_after_they_were_read(lake: Lake) -> None:
    append(lake, ARCHIVE, archived(40), archived(29, record_days_ago=900), archived(31), archived(30))
    done = maintain(lake, Settings(lake=lake.root, archive_days=30), NOW)
    assert ids(lake, ARCHIVE) == [1, 3]
    assert next(table for table in done.tables if table.table == "archive").expired_rows == 2
    assert lake.writer(ARCHIVE).consumed("source") == 1


def test_a_file_is_not_rewritten_for_rows_that_are_over_since_less_than_a_day(lake: Lake) -> None:
    append(lake, ARCHIVE, archived(30.5), archived(1))
    version = lake.snapshot(ARCHIVE).version
    settings = Settings(lake=lake.root, archive_days=30)
    assert maintain(lake, settings, NOW).tables[0].expired_rows == 0
    assert (ids(lake, ARCHIVE), lake.snapshot(ARCHIVE).version) == ([0, 1], version)
    maintain(lake, settings, datetime.fromtimestamp(MIDNIGHT + DAY, UTC))
    assert ids(lake, ARCHIVE) == [1]


def test_a_file_that_is_over_as_a_whole_goes_at_once(lake: Lake) -> None:
    append(lake, ARCHIVE, archived(30.5))
    append(lake, ARCHIVE, archived(1), first_id=1)
    maintain(lake, Settings(lake=lake.root, archive_days=30), NOW)
    assert ids(lake, ARCHIVE) == [1]
    assert len(lake.snapshot(ARCHIVE).files) == 1


def test_ads_of_daemons_go_with_their_archived_bytes_and_jobs_stay(lake: Lake) -> None:
    append(lake, SLOT_AD, seen(100), seen(5), seen(None))
    append(lake, ARCHIVE, archived(5, "slot_ad", 100), archived(5, "slot_ad", 5), archived(5, "job", 100))
    append(lake, JOB, job("pool", "ap1", 1, MIDNIGHT - 100 * DAY, MIDNIGHT - 99 * DAY))
    maintain(lake, Settings(lake=lake.root, pool_ads_days=30), NOW)
    assert (ids(lake, SLOT_AD), ids(lake, ARCHIVE), ids(lake, JOB)) == ([1, 2], [1, 2], [0])


@pytest.mark.parametrize("days", [1, 30])
def test_a_second_maintenance_finds_nothing_left_to_do(lake: Lake, days: int) -> None:
    append(lake, ARCHIVE, *(archived(day) for day in range(60)))
    settings = Settings(lake=lake.root, archive_days=days)
    maintain(lake, settings, NOW)
    version = lake.snapshot(ARCHIVE).version
    maintain(lake, settings, NOW)
    assert lake.snapshot(ARCHIVE).version == version
    assert len(ids(lake, ARCHIVE)) == days + 1
