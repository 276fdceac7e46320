"""Everything that `status` tells, from lake, cube, collectors and settings."""

import pytest

from pipeline.errors import LakeError
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.status.gather import Status, gather
from tests.pipeline.ledger_rows import small_ledger
from tests.pipeline.status.conftest import NOW


def test_it_holds_sources_pools_days_jobs_and_rejects(status: Status) -> None:
    assert [source.name for source in status.sources] == ["mine: epochs of ap1"]
    assert status.writing.state == "writable"
    assert status.cube is not None
    assert [(one.pool.name, one.state.state) for one in status.cube.pools] == [
        ("polled", "partial"),
        ("pool", "partial"),
    ]
    assert [row["stream"] for row in status.cube.incomplete if row["pool"] == "polled"] == ["epochs", "history"]
    assert [row["state"] for row in status.cube.missing_jobs] == ["missing", "unknown"]
    (reject,) = status.rejects
    assert (reject["rule"], reject["records"]) == ("cpus-bound", 1)
    assert status.cube.unpublished == ()
    assert {table.name: table.rows for table in status.tables}["queue_job"] == 3


def test_records_that_are_not_published_yet_are_named(lake: Lake, settings: Settings, status: Status) -> None:
    small_ledger(lake, "late")
    found = gather(settings, NOW).cube
    assert found is not None
    assert found.unpublished == ("job", "attempt_record", "source_file")


def test_without_a_cube_it_says_what_to_do(lake: Lake, settings: Settings) -> None:
    found = gather(settings, NOW)
    assert found.cube is None
    assert "htc-ledger build" in (found.without_cube or "")


def test_without_a_lake_there_is_no_status(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LakeError, match="there is no lake"):
        gather(Settings(lake=tmp_path / "none"), NOW)
