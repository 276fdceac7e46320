"""Closing and reopening a month."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.closing import manifest as manifests
from pipeline.closing.closed_cube import ClosedCube
from pipeline.closing.closing import Reason, close, reopen
from pipeline.closing.month import Month
from pipeline.closing.shelf import Shelf
from pipeline.closing.states import states
from pipeline.errors import CubeMissing, LakeError, UsageError
from pipeline.lake import Lake
from pipeline.maintenance import maintain
from pipeline.query import UsageQuery
from pipeline.rewrite import Rewrite
from pipeline.schema import COVERAGE, JOB, SOURCE_FILE
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.pipeline.closing.closable import (
    AP,
    NOW,
    OCTOBER,
    POOL,
    READ,
    append,
    build,
    close_october,
    october,
    october_job,
)
from tests.pipeline.ledger_rows import MIDNIGHT, source_file


def wall_s(cube: ClosedCube) -> int:
    (row,) = cube.usage(UsageQuery(metrics=("wall_s",)), LOCAL).to_pylist()
    return int(row["wall_s"])


def test_a_closed_month_holds_the_seconds_of_its_days_and_no_others(closed: Lake) -> None:
    # 4 h, 2 h, and of the 24 h that begin at noon of the last day 12
    assert wall_s(ClosedCube.find(closed, "2026-10")) == (4 + 2 + 12) * 3600


def test_a_closed_month_says_who_closed_it_when_why_and_of_what(closed: Lake, shelf: Shelf) -> None:
    said, sha256 = manifests.read(shelf.place(OCTOBER, 1))
    (act,) = shelf.journal.acts()
    assert (said.month, said.version, said.reason, said.even_so, said.zone) == (
        "2026-10",
        1,
        "monthly report",
        False,
        "UTC",
    )
    assert said.by == act.by
    assert act.manifest_sha256 == sha256
    assert act.totals_sha256 == said.totals_sha256
    assert said.totals["used"][POOL]["wall_s"] == 18 * 3600
    # as ended: the third job ends in November
    assert said.totals["ended"][POOL]["wall_s"] == 6 * 3600
    assert [(state.pool, state.state) for state in said.states] == [(POOL, "complete")]


def test_files_of_a_closed_month_cannot_be_written(closed: Lake, shelf: Shelf) -> None:
    there = list(shelf.place(OCTOBER, 1).iterdir())
    assert len(there) > 10
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o444 for path in there)


def test_a_month_is_closed_once(closed: Lake, settings: Settings) -> None:
    with pytest.raises(UsageError, match=r"2026-10 is closed already \(version 1\)"):
        close_october(closed, settings)


def test_a_reopened_month_is_closed_as_another_version_and_the_first_stays(
    closed: Lake, settings: Settings, shelf: Shelf
) -> None:
    reopen(closed, OCTOBER, "a site was late", NOW)
    append(closed, JOB, october_job(9, 7, 3))
    build(closed, settings)
    assert close_october(closed, settings).version == 2
    assert wall_s(ClosedCube.find(closed, "2026-10:1")) == 18 * 3600
    assert wall_s(ClosedCube.find(closed, "2026-10:2")) == 21 * 3600
    assert [(act.act, act.version, act.reason) for act in shelf.journal.acts()] == [
        ("close", 1, "monthly report"),
        ("reopen", 1, "a site was late"),
        ("close", 2, "monthly report"),
    ]
    assert [(one.version, one.state) for one in states(shelf).versions] == [(1, "replaced"), (2, "closed")]


def test_a_month_is_reopened_for_a_reason(closed: Lake) -> None:
    with pytest.raises(UsageError, match="for a reason"):
        reopen(closed, OCTOBER, "  ", NOW)


@pytest.mark.parametrize("month", [OCTOBER, Month(2026, 9)])
def test_a_month_that_is_not_closed_is_not_reopened(month: Month, closed: Lake) -> None:
    reopen(closed, OCTOBER, "late", NOW)
    with pytest.raises(UsageError, match="is not closed"):
        reopen(closed, month, "again", NOW)


def test_a_month_that_is_not_over_in_the_reporting_zone_is_not_closed(lake: Lake) -> None:
    settings = Settings(lake=lake.root, zone="America/Chicago")
    october(lake, settings)
    ends = datetime.fromtimestamp(MIDNIGHT, UTC) + timedelta(hours=5)
    with pytest.raises(UsageError, match="2026-10 is not over in America/Chicago"):
        close(lake, settings, OCTOBER, Reason(), ends - timedelta(seconds=1))
    assert close(lake, settings, OCTOBER, Reason("its end was not read yet", even_so=True), ends).version == 1


def test_a_cube_that_was_built_before_the_end_is_not_closed(built: Lake, settings: Settings) -> None:
    with pytest.raises(UsageError, match="the cube was built before 2026-12 was over"):
        close(built, settings, Month(2026, 12), Reason(), datetime(2027, 1, 2, tzinfo=UTC))


def test_records_that_were_removed_since_the_build_are_said_so(built: Lake, settings: Settings) -> None:
    for path in Rewrite(built, JOB).paths():
        Path(path).unlink()
    with pytest.raises(LakeError, match="files of table job that the cube was made of were removed since"):
        close_october(built, settings)


def test_a_month_before_the_first_record_is_not_closed(built: Lake, settings: Settings) -> None:
    with pytest.raises(UsageError, match="nothing is known of 2026-09"):
        close(built, settings, Month(2026, 9), Reason(), NOW)


def test_nothing_is_closed_that_was_not_built(lake: Lake, settings: Settings) -> None:
    with pytest.raises(CubeMissing):
        close_october(lake, settings)


def test_a_month_with_a_gap_is_closed_only_even_so_with_a_reason_that_is_kept(
    built: Lake, settings: Settings, shelf: Shelf
) -> None:
    append(
        built,
        SOURCE_FILE,
        source_file(POOL, AP, chain_breaks=1) | {"record_id": 2, "read_utc": READ, "first_utc": MIDNIGHT - 86_400 * 9},
    )
    gap = {"pool": POOL, "ap": AP, "source": "ap1", "stream": "history", "state": "gap", "record_id": 1}
    append(
        built,
        COVERAGE,
        gap | {"from_utc": MIDNIGHT - 90_000, "to_utc": MIDNIGHT - 80_000, "evidence": "A file is lost."},
    )
    build(built, settings)
    with pytest.raises(UsageError, match=r"2026-10 is not complete \(pool pool is partial"):
        close_october(built, settings)
    with pytest.raises(UsageError, match="--even-so needs a reason"):
        close(built, settings, OCTOBER, Reason("", even_so=True), NOW)
    close(built, settings, OCTOBER, Reason("the file is gone for good", even_so=True), NOW)
    said, _ = manifests.read(shelf.place(OCTOBER, 1))
    assert (said.even_so, said.reason, said.states[0].state) == (True, "the file is gone for good", "partial")


def test_a_month_after_whose_end_nothing_was_read_is_not_complete(lake: Lake, settings: Settings) -> None:
    append(lake, JOB, october_job(1, 5, 4))
    append(lake, SOURCE_FILE, source_file(POOL, AP) | {"record_id": 1, "read_utc": MIDNIGHT - 1})
    build(lake, settings)
    with pytest.raises(UsageError, match="is unknown: Nothing was read after it was over"):
        close_october(lake, settings)


def test_no_maintenance_and_no_build_touches_a_closed_month(closed: Lake, settings: Settings, shelf: Shelf) -> None:
    def there() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in shelf.place(OCTOBER, 1).iterdir()}

    before = there()
    for number in range(3):
        append(closed, JOB, october_job(20 + number, 7, 3))
        build(closed, settings)
    maintain(closed, settings, NOW)
    assert there() == before
    assert states(shelf).all_is_well


def test_a_changed_or_lost_file_is_told_and_not_asked(closed: Lake, shelf: Shelf) -> None:
    folder = shelf.place(OCTOBER, 1)
    days, charges = folder / "usage_day.parquet", folder / "charge.parquet"
    content = days.read_bytes()
    days.chmod(0o644)
    days.write_bytes(content[:-20] + b"x" + content[-19:])
    charges.unlink()
    (version,) = states(shelf).versions
    assert version.state == "damaged"
    assert version.trouble == ("charge.parquet is lost", "usage_day.parquet was changed")
    with pytest.raises(LakeError, match=r"is damaged: charge\.parquet is lost; usage_day\.parquet was changed"):
        ClosedCube.find(closed, "2026-10")


def test_another_manifest_than_the_journal_names_is_told(closed: Lake, shelf: Shelf) -> None:
    path = shelf.place(OCTOBER, 1) / manifests.MANIFEST
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"monthly report", b"monthly retort"))
    (version,) = states(shelf).versions
    assert version.trouble == ("its manifest is not the one that the journal names",)


def test_a_version_that_is_gone_is_told_by_the_journal(closed: Lake, shelf: Shelf) -> None:
    shelf.place(OCTOBER, 1).rename(closed.root / "elsewhere")
    (version,) = states(shelf).versions
    assert (version.month, version.version, version.state) == ("2026-10", 1, "damaged")
