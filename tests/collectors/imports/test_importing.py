"""Usage records on their way into the lake: each version once, what cannot be used kept, nothing lost on the way."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.batch import Batch, commit
from collectors.imports.importing import Asked, import_files
from collectors.replay_rejects import Chosen, replay_rejects
from collectors.report import Report
from pipeline.lake import Lake
from pipeline.schema import ARCHIVE, REJECT, SOURCE_FILE, USAGE_RECORD
from pipeline.settings import Settings

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def record(number: int, wall: str = "PT1M", more: str = "", created: str = "2026-11-02T00:00:00Z") -> str:
    return (
        f'<JobUsageRecord><RecordIdentity recordId="r{number}" createTime="{created}"/>'
        f"<WallDuration>{wall}</WallDuration><EndTime>2026-11-01T00:01:00Z</EndTime>{more}</JobUsageRecord>\n"
    )


def month(wall: int, jobs: int = 5, year: int = 2026, number: int = 10) -> str:
    return (
        f"APEL-summary-job-message: v0.2\nSite: S\nMonth: {number}\nYear: {year}\nVO: atlas\nWallDuration: {wall}\n"
        f"NumberOfJobs: {jobs}\n%%\n"
    )


class Grid:
    """A lake, and files that are written and imported into it."""

    def __init__(self, lake: Lake, folder: Path, settings: Settings) -> None:
        self.lake, self.folder, self.settings = lake, folder, settings

    def take(self, *contents: str | bytes, pool: str = "grid", at: datetime = NOW, pilots: bool = False) -> Report:
        paths = []
        for number, content in enumerate(contents):
            paths.append(self.folder / f"{len(list(self.folder.iterdir()))}-{number}")
            paths[-1].write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_files(paths, self.lake, self.settings, at, Asked(pool, pilots=pilots))

    def rows(self, *names: str) -> list[tuple[object, ...]]:
        found = self.lake.read(USAGE_RECORD, list(names)).to_pylist()
        return sorted((tuple(row.values()) for row in found), key=str)


@pytest.fixture
def grid(lake: Lake, tmp_path: Path, settings: Settings) -> Grid:
    folder = tmp_path / "files"
    folder.mkdir()
    return Grid(lake, folder, settings)


def test_a_record_that_was_imported_changes_nothing_when_it_is_imported_again(grid: Grid) -> None:
    grid.take(record(1) + record(2))
    again = grid.take(record(1) + record(2), "<E>" + record(2) + "</E>")
    assert grid.lake.count(USAGE_RECORD) == 2
    tally = again.of("usage records, gratia")
    assert (tally.files, tally.unchanged, tally.new, tally.known) == (2, 1, 0, 1)
    assert grid.lake.count(SOURCE_FILE) == 2


def test_a_newer_version_is_a_second_row_of_the_same_key(grid: Grid) -> None:
    grid.take(record(1), record(1, "PT2M", created="2026-11-03T00:00:00Z"))
    assert {wall for (wall,) in grid.rows("wall_s")} == {60, 120}
    assert len(set(grid.rows("global_job_id"))) == 1


def test_a_month_that_goes_back_to_an_older_figure_is_a_new_statement(grid: Grid) -> None:
    for wall in (1000, 2000):
        grid.take(month(wall))
    grid.take("\n" + month(1000))
    assert [wall for (wall,) in grid.rows("wall_s")] == [1000, 1000, 2000]


def test_a_month_that_is_not_over_reaches_to_now(grid: Grid) -> None:
    grid.take(month(10, number=11), at=datetime(2026, 11, 11, tzinfo=UTC))
    assert grid.rows("begin_utc", "end_utc") == [(1_793_491_200, 1_793_491_200 + 10 * 86_400)]


def test_what_cannot_be_read_is_kept_with_its_reason_and_can_be_read_again(grid: Grid) -> None:
    report = grid.take(record(1) + record(2, "soon") + record(3))
    assert report.rejects == {"unreadable": 1}
    assert "WallDuration is 'soon'" in report.reasons["unreadable"]
    assert grid.lake.count(USAGE_RECORD) == 2
    (reject,) = grid.lake.read(REJECT).to_pylist()
    assert reject["content"] == record(2, "soon").rstrip("\n").encode()
    assert (reject["form"], reject["pool"]) == ("gratia", "grid")
    done = replay_rejects(grid.lake, grid.settings, NOW, Chosen())
    assert (done.stayed, done.passed) == ({"unreadable": 1}, 0)


def test_a_reject_that_passes_under_a_new_setting_becomes_a_row(grid: Grid) -> None:
    report = grid.take(record(1, more="<Processors>5000</Processors>"))
    assert report.rejects == {"cpus-bound": 1}
    larger = Settings(lake=grid.lake.root, largest_slot_cpus=8192)
    assert replay_rejects(grid.lake, larger, NOW, Chosen()).passed == 1
    assert grid.rows("pool", "cores_milli", "mcore_s") == [("grid", 5_000_000, 60 * 5_000_000)]
    assert grid.lake.count(REJECT) == 0


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (record(1, "P1000000D", "<StartTime>2026-11-01T00:00:00Z</StartTime>"), "wall-bound"),
        (record(1).replace("2026-11-01", "1999-11-01"), "time-bound"),
        (record(1).replace("2026-11-01", "2027-11-01"), "time-bound"),
        (record(1, more="<StartTime>2026-11-01T00:02:00Z</StartTime>"), "span-bound"),
        (record(1, more="<CpuDuration>-5</CpuDuration>"), "cpu-time-bound"),
        (record(1, "1").replace("<EndTime>2026-11-01T00:01:00Z</EndTime>", ""), "no-time"),
        (record(1).replace("<WallDuration>PT1M</WallDuration>", ""), "no-usage"),
        (month(10**15), "amount-bound"),
        (month(10, jobs=10**15), "jobs-bound"),
        (month(10, jobs=-1), "jobs-bound"),
    ],
)
def test_what_no_true_record_can_say_is_a_reject(grid: Grid, content: str, rule: str) -> None:
    assert grid.take(content).rejects == {rule: 1}


def test_original_bytes_are_kept_of_all_records_or_of_rejects_only(grid: Grid) -> None:
    grid.take(record(1))
    (kept,) = grid.lake.read(ARCHIVE).to_pylist()
    assert (kept["made"], kept["form"], kept["content"]) == ("usage_record", "gratia", record(1).strip().encode())
    grid.settings = Settings(lake=grid.lake.root, archive="rejects")
    grid.take(record(2))
    assert grid.lake.count(ARCHIVE) == 1


def test_jobs_of_a_made_up_access_point_stay_in_a_made_up_pool(grid: Grid) -> None:
    host = "<SubmitHost>ap1.prairie.simulated</SubmitHost>"
    grid.take(record(1, more=host) + record(2))
    assert grid.rows("pool") == [("grid",), ("prairie (simulated)",)]


def test_pilots_are_marked_by_the_import_that_was_last(grid: Grid) -> None:
    grid.take(record(1))
    grid.take(record(1), pilots=True)
    assert grid.rows("at_ce") == [(False,), (True,)]
    assert len(set(grid.rows("global_job_id"))) == 1


def test_a_text_that_is_no_text_is_kept_as_what_it_is(grid: Grid) -> None:
    told = '{"RecordId": "a", "WallDuration": 1, "EndTime": "2026-11-01T00:00:01Z", "ProjectName": "x\\ud800\\u0000y"}'
    assert grid.take(told).rejects == {}
    assert grid.rows("project") == [("x\\ud800\0y",)]


def test_packed_files_are_read_and_damaged_ones_as_far_as_they_go(grid: Grid) -> None:
    packed = gzip.compress("".join(map(record, range(1000))).encode())
    assert grid.take(packed).of("usage records, gratia").new == 1000
    cut = gzip.compress("".join(map(record, range(1000, 90_000))).encode())
    (error,) = grid.take(cut[: len(cut) // 2]).unread
    assert "ends in the middle" in error[0]


def test_files_that_are_no_usage_records_are_said_to_be_none(grid: Grid) -> None:
    report = grid.take("hello", "", "<html></html>", record(1))
    assert [what.partition(": ")[2] for what, _ in report.unread] == ["holds no usage records that are known"] * 3
    assert grid.lake.count(USAGE_RECORD) == 1


def test_a_full_batch_is_committed_and_the_file_goes_on(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.batch.MOST_ROWS", 10)
    report = grid.take("".join(map(record, range(25))))
    assert report.of("usage records, gratia").new == grid.lake.count(USAGE_RECORD) == 25
    read = grid.lake.read(SOURCE_FILE).to_pylist()
    assert sum(row["rows"] for row in read) == 25


def test_an_import_that_was_interrupted_is_run_again(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.batch.MOST_ROWS", 10)
    content = "".join(map(record, range(25)))
    calls = iter([True, False])

    def killed(lake: Lake, batch: Batch) -> None:
        if not next(calls):
            raise KeyboardInterrupt
        commit(lake, batch)

    with monkeypatch.context() as patched:
        patched.setattr("collectors.imports.taking.commit", killed)
        with pytest.raises(KeyboardInterrupt):
            grid.take(content)
    assert 0 < grid.lake.count(USAGE_RECORD) < 25
    grid.take(content)
    assert grid.lake.count(USAGE_RECORD) == 25
