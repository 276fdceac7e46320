"""The client of the REST API, against a real server: the same tables as the cube's own, and its errors."""

import socket
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.cube import Cube
from pipeline.errors import SourceError, UsageError
from pipeline.query import UsageQuery
from pipeline.remote import RemoteLedger
from pipeline.viewer import LOCAL
from tests.dashboard.made_lake import REAL
from tests.ledger_command import Ledger


def test_a_served_ledger_answers_as_the_cube_does(address: str, cube: Cube) -> None:
    days = date(2026, 1, 1), date(2027, 12, 31)
    with RemoteLedger(address) as ledger:
        found = ledger.usage(("project", "day"), ("cpu_h", "jobs"), *days, [f"pool={REAL}"], "ended")
    query = UsageQuery(("project", "day"), ("cpu_h", "jobs"), *days, (("pool", (REAL,)),), "ended")
    assert found.num_rows
    assert found.equals(cube.usage(query, LOCAL))


def test_jobs_receipts_and_the_state_are_had_by_name(address: str, cube: Cube) -> None:
    with RemoteLedger(address) as ledger:
        jobs = ledger.table("jobs", {"pool": [REAL], "limit": 2}).to_pylist()
        receipt = ledger.receipt(jobs[0]["job"], raw=True)
        state = ledger.state()
    assert len(jobs) == 2
    assert isinstance(jobs[0]["end_utc"], int)
    assert receipt.name == jobs[0]["job"]
    assert (state.cube, state.zones) == (cube.version, cube.zones)
    assert {one.pool for one in state.pools} == {one.name for one in cube.pools(LOCAL)}


def test_what_a_server_refuses_is_raised_as_it_says_it(address: str) -> None:
    with RemoteLedger(address) as ledger, pytest.raises(UsageError) as refused:
        ledger.usage(("projekt",), where=[f"pool={REAL}"])
    assert refused.value.hint.startswith("Did you mean 'project'?")


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with RemoteLedger(f"http://127.0.0.1:{port}") as ledger, pytest.raises(SourceError, match=str(port)):
        ledger.state()


def test_a_server_of_another_kind_is_told(address: str) -> None:
    with RemoteLedger(address + "/assets") as ledger, pytest.raises(SourceError, match="not answer as a ledger does"):
        ledger.state()


def test_pages_follow_each_other_to_the_end(address: str) -> None:
    asked = {"by": "project,site", "where": [f"pool={REAL}"]}
    with RemoteLedger(address) as ledger:
        whole = ledger.table("usage", asked)
        pages = list(ledger.pages("usage", asked, 20))
    assert [page.num_rows for page in pages[:-1]] == [20] * (len(pages) - 1)
    assert len(pages) > 2
    assert pa.concat_tables(pages).equals(whole)


def test_every_resource_that_is_a_table_is_had(address: str) -> None:
    with RemoteLedger(address) as ledger:
        for resource in ("pools", "sources", "active", "definitions/metrics", "rejects", "coverage", "missing-jobs"):
            asked = {"where": [f"pool={REAL}"]} if resource == "active" else {}
            assert ledger.table(resource, asked).column_names


def test_the_command_asks_a_served_ledger_as_it_asks_its_own(address: str, lake_root: Path, tmp_path: Path) -> None:
    ledger = Ledger(lake_root, tmp_path)
    asked = ("usage", "--by", "site", "--where", f"pool={REAL}", "--format", "csv")
    assert ledger.ok(*asked, "--url", address).out == ledger.ok(*asked).out
