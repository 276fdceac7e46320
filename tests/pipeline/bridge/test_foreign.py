"""Somebody else's total: read as they publish it, and walked to ours."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.bridge.as_rows import foreign_table
from pipeline.bridge.asked import BridgeQuery
from pipeline.bridge.foreign import days_of, read
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.pipeline.ledger_rows import small_ledger


def file(tmp_path: Path, text: str) -> Path:
    made = tmp_path / "theirs.csv"
    made.write_text(text, "utf-8")
    return made


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2028-q1", date(2028, 1, 1), date(2028, 3, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-11-21", date(2026, 11, 21), date(2026, 11, 21)),
    ],
)
def test_a_period_is_a_year_quarter_month_or_day(period: str, first: date, last: date) -> None:
    assert days_of(period) == (first, last)


@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "26", "2026-02-30", "0000", "last week", "\x1b[31m"])
def test_any_other_period_is_refused(period: str) -> None:
    with pytest.raises(UsageError, match="is no period") as refused:
        days_of(period)
    assert "\x1b" not in refused.value.what


def test_columns_may_come_in_any_order_and_case(tmp_path: Path) -> None:
    (line,) = read(file(tmp_path, '\ufeffSite,CoreHours,Period\nAlpha,"1,234.5",2026-11\n'))
    assert (line.site, line.project, line.period, line.mcore_s) == ("Alpha", None, "2026-11", 1_234_500 * 3600)


@pytest.mark.parametrize(
    "text", ["", "period,site\n2026,A\n", "hours\n", "hours\nmany\n", "hours\nnan\n", "hours\ninf\n", "hours\n1e999\n"]
)
def test_a_file_that_says_no_hours_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        read(file(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none.csv")


def test_the_walk_from_theirs_to_ours_adds_up_line_by_line(lake: Lake, tmp_path: Path) -> None:
    """Ours in November, project A: 900 s on 2 cores ended, 600 s of it used in October. They publish 0.6 core hours."""
    small_ledger(lake)
    publish(lake, Settings(lake=lake.root), lambda step: None)
    cube = Cube.open(lake.root)
    asked = BridgeQuery(target="gracc")
    (line,) = read(file(tmp_path, "period,project,hours\n2026-11,A,0.6\n"))
    (bridge,) = cube.bridge(line.asked(asked), LOCAL)
    rows = foreign_table([(line, bridge)], "gracc").to_pylist()
    assert [(row["name"], int(row["mcore_s"])) for row in rows] == [
        ("foreign", 2_160_000),
        ("not_explained", -360_000),
        ("gracc", 1_800_000),
        ("ended", 1_800_000),
        ("used_earlier", -1_200_000),
        ("used", 600_000),
    ]
    assert {row["group"] for row in rows} == {"2026-11 · A"}
