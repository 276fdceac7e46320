"""Days of the chosen time zone: what is downloaded is of them, and no page forgets to ask in it."""

import ast
import csv
import io
from pathlib import Path
from urllib.parse import quote

import pytest

import dashboard
from dashboard.pages import PAGES, closed
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from tests.copied_lake import copied
from tests.dashboard.conftest import Serve
from tests.dashboard.http_client import request
from tests.pipeline.ledger_rows import small_ledger

CHICAGO = "America/Chicago"
OF_ONE_ZONE = {"closed.py": 1, "filter_bar.py": 1}
"""Files whose questions are of the ledger's own zone, and how many: closed months, and which zones there are."""


@pytest.fixture(scope="module")
def zoned_address(serve: Serve, empty_lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where a small ledger is served that has days of UTC and of Chicago."""
    lake = copied(empty_lake, tmp_path_factory.mktemp("zoned") / "lake")
    small_ledger(lake)
    publish(lake, Settings(lake=lake.root, other_zones=(CHICAGO,)), lambda step: None)
    return serve(lake.root)


def test_every_page_asks_in_the_chosen_zone() -> None:
    root = Path(dashboard.__file__).parent
    without: dict[str, int] = {}
    for path in [*root.glob("*.py"), *root.glob("pages/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "source.ask" and len(node.args) < 2:
                without[path.name] = without.get(path.name, 0) + 1
    assert without == OF_ONE_ZONE
    assert [page.path for page in PAGES if page.in_own_zone] == [closed.PATH]


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("UTC", {"2026-10-31": 1320 / 3600, "2026-11-01": 2500 / 3600}),
        (CHICAGO, {"2026-10-31": 3820 / 3600}),
    ],
)
def test_a_download_is_of_the_zone_s_days_and_its_name_says_so(
    zoned_address: str, zone: str, days: dict[str, float]
) -> None:
    """1,910 s on two cores, of which 660 are before midnight UTC, and all are before Chicago's."""
    answer = request(zoned_address, f"/download/usage/days.csv?range=all&zone={quote(zone)}")
    assert f"-{zone.replace('/', '-')}-as-used.csv" in answer.headers["content-disposition"]
    found: dict[str, float] = {}
    for row in csv.DictReader(io.StringIO(answer.body.decode())):
        found[row["day"]] = found.get(row["day"], 0) + float(row["cpu_h"])
    assert found == pytest.approx(days)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "<img src=x onerror=alert(1)>", "\u202eoga", "main"])
def test_a_download_in_a_zone_that_is_not_there_is_refused_with_those_that_are(zoned_address: str, zone: str) -> None:
    answer = request(zoned_address, f"/download/usage/table.csv?zone={quote(zone)}")
    assert answer.status == 404
    assert "There are: UTC, America/Chicago." in answer.body.decode()
    assert "\u202e" not in answer.body.decode()
