"""Downloads hold what is shown, exactly, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import UTC, datetime
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest

from dashboard.breakdown import TOTALS
from dashboard.filters import parse
from dashboard.selection import select
from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL
from tests.dashboard.http_client import request
from tests.dashboard.made_lake import FORMULA, REAL, SIMULATED

FILTERED = "?pool=campus&range=all&project=CA_Astro0&project=unmapped&by=site"


def test_csv_is_the_cube_s_answer_for_the_same_view(address: str, cube: Cube) -> None:
    answer = request(address, "/download/usage/table.csv" + FILTERED)
    chosen = select(parse(FILTERED), cube.pools(LOCAL))
    expected = cube.usage(chosen.query(("pool", "site"), TOTALS), LOCAL).to_pylist()
    found = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert [row["site"] for row in found] == [row["site"] for row in expected]
    assert [float(row["cpu_h"]) for row in found] == [row["cpu_h"] for row in expected]
    assert {row["pool"] for row in found} == {REAL}
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_parquet_is_the_same_table_untouched(address: str, cube: Cube) -> None:
    answer = request(address, "/download/usage/table.parquet?pool=hostile")
    found = pq.read_table(io.BytesIO(answer.body))
    query = UsageQuery(("pool", "project"), TOTALS, where=(("pool", ("hostile",)),))
    assert found.equals(cube.usage(query, LOCAL))
    assert FORMULA in found.column("project").to_pylist()


def test_days_hold_every_entity_also_those_that_the_chart_adds_up(address: str, cube: Cube) -> None:
    answer = request(address, f"/download/usage/days.csv?pool={quote(SIMULATED)}&range=all")
    found = list(csv.DictReader(io.StringIO(answer.body.decode())))
    query = UsageQuery(("project",), ("cpu_h",), where=(("pool", (SIMULATED,)),))
    total = {row["project"]: row["cpu_h"] for row in cube.usage(query, LOCAL).to_pylist()}
    assert {row["project"] for row in found} == set(total)
    assert sum(float(row["cpu_h"]) for row in found) == pytest.approx(sum(total.values()))


def test_a_file_s_name_says_days_booking_and_that_it_is_simulated(address: str) -> None:
    answer = request(
        address, f"/download/usage/table.csv?pool={quote(SIMULATED)}&booking=ended&from=2026-10-01&to=2026-10-02"
    )
    assert answer.headers["content-disposition"] == (
        'attachment; filename="htc-ledger-usage-table-2026-10-01-2026-10-02-as-ended-simulated.csv"'
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/download/usage/nothing.csv", 404),
        ("/download/nothing/table.csv", 404),
        ("/download/definitions/table.csv", 404),
        ("/download/usage/table.csv?pool=nothing", 404),
        ("/download/usage/table.exe", 422),
        ("/download/usage/table.csv?from=2026-13-01", 400),
        ("/download/usage/..%2ftable.csv", 404),
    ],
)
def test_what_cannot_be_downloaded_says_so(address: str, path: str, status: int) -> None:
    answer = request(address, path)
    assert answer.status == status
    assert "json" in answer.headers["content-type"]


def test_what_is_of_now_is_named_by_today(address: str) -> None:
    answer = request(address, f"/download/data-health/gaps.csv?pool={quote(SIMULATED)}")
    today = datetime.now(UTC).date()
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="htc-ledger-data-health-gaps-{today}-simulated.csv"'
    )
