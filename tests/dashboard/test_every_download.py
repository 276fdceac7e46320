"""Every table of every page, of a pool in which every text is hostile: as CSV harmless, as Parquet as it was."""

import csv
import io
import re
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.pages import PAGES
from pipeline.export import FORMULA_START
from tests.dashboard import hostile_lake
from tests.dashboard.hostile_lake import NAMED, POOL
from tests.dashboard.http_client import request
from tests.dashboard.made_lake import FORMULA, MARKUP, RIGHT_TO_LEFT

ALL = [(page, name) for page in PAGES for name in (*page.tables, *page.lake_tables)]
A_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII)
VIEWS = (
    "",
    *(f"&project={quote(text)}&site={quote(text)}&ap={quote(text)}" for text in (MARKUP, FORMULA, RIGHT_TO_LEFT)),
)
FILE_NAME = re.compile(r'attachment; filename="htc-ledger-[a-z0-9.-]+"', re.ASCII)


def address_of(page: object, name: str, form: str, view: str) -> str:
    return f"/download{page.path}/{name}.{form}?pool={POOL}&range=all&job={quote(NAMED)}{view}"  # type: ignore[attr-defined]


@pytest.mark.parametrize("view", VIEWS, ids=["all", "markup", "formula", "right-to-left"])
@pytest.mark.parametrize(("page", "name"), ALL, ids=[f"{page.path.strip('/')}-{name}" for page, name in ALL])
def test_no_cell_of_any_csv_begins_a_formula_and_no_file_s_name_is_a_stranger_s(
    hostile_address: str, page: object, name: str, view: str
) -> None:
    answer = request(hostile_address, address_of(page, name, "csv", view))
    if answer.status != 200:
        assert answer.status == 404
        assert b'"title"' in answer.body, "what is wrong is said: a page about one thing wants to know which"
        return
    assert FILE_NAME.fullmatch(answer.headers["content-disposition"])
    csv.field_size_limit(10_000_000)
    cells = [cell for row in csv.reader(io.StringIO(answer.body.decode())) for cell in row]
    assert [cell[:40] for cell in cells if cell.startswith(FORMULA_START) and not A_NUMBER.fullmatch(cell)] == []


@pytest.mark.parametrize(("page", "name"), ALL, ids=[f"{page.path.strip('/')}-{name}" for page, name in ALL])
def test_every_parquet_can_be_read_and_holds_the_rows_of_the_csv(hostile_address: str, page: object, name: str) -> None:
    view = VIEWS[1]
    found = request(hostile_address, address_of(page, name, "parquet", view))
    assert found.status == 200, found.body
    table: pa.Table = pq.read_table(io.BytesIO(found.body))
    lines = request(hostile_address, address_of(page, name, "csv", view)).body.decode()
    assert table.num_rows == len(list(csv.DictReader(io.StringIO(lines))))


def test_hostile_texts_do_reach_the_downloads(hostile_address: str) -> None:
    answer = request(hostile_address, address_of(PAGES[0], "table", "csv", ""))
    assert "'" + FORMULA in answer.body.decode()


def test_the_lake_is_hostile_in_every_table_that_strangers_write(tmp_path: Path) -> None:
    for table, rows in hostile_lake._tables().items():
        if table.name != "source_file":
            assert any(MARKUP in str(value) for row in rows for value in row.values()), table.name
