"""Questions about moved files, against a slow and obvious count over the same records in plain Python."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import rules, workbench
from pipeline.errors import UsageError
from pipeline.schema import TRANSFER
from pipeline.transfers.asked import DIMENSIONS, TransferQuery, dimension, where_of
from pipeline.transfers.questions import QUESTIONS
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline import ledger_rows
from tests.pipeline.transfers.moved import FILES, HOSTILE, Row, grouped, record, result, rows, total

SITES = {1: "S1", 2: "S1", 3: "S2", 4: "S2"}
PROJECTS = {1: "A", 2: "B", 3: "A", 4: "B", 5: "A"}
"""Of the jobs' attempts; of others no attempt is known."""


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Attempts of jobs 1 to 5, and no name that is registered."""
    with duckdb.connect() as made:
        workbench.prepare(made, "UTC")
        made.execute(
            """
            CREATE TABLE attempt AS
            SELECT
                'p' AS pool,
                'ap1' AS ap,
                md5_number(concat_ws(chr(31), 'p', 'ap1', concat('ap1#', n, '.0#5'), 0)) AS attempt_id,
                n AS cluster,
                0 AS proc,
                CASE WHEN n IN (1, 3, 5) THEN 'A' ELSE 'B' END AS project,
                CASE WHEN n IN (1, 2) THEN 'S1' WHEN n IN (3, 4) THEN 'S2' END AS site,
                NULL::VARCHAR AS resource,
                'ann@x' AS "user",
                'pool' AS venue
            FROM range(1, 6) AS numbers (n)
            """
        )
        for table, names in (("project_day", "project"), ("site_day", "site, resource"), ("user_day", '"user"')):
            columns = ", ".join(f"{name.strip()} VARCHAR" for name in names.split(","))
            made.execute(f"CREATE TABLE {table} (pool VARCHAR, day DATE, {columns}, registered VARCHAR)")
        yield made


def asked(
    con: duckdb.DuckDBPyConnection, records: list[Row], what: str, query: TransferQuery, viewer: Viewer = LOCAL
) -> list[dict[str, Any]]:
    """The answer, of models made of those records alone."""
    con.register("given", ledger_rows.rows(TRANSFER, *records))
    con.execute("CREATE OR REPLACE TABLE lake_transfer AS FROM given")
    for model in ("file_moved", "transfer_day"):
        con.execute(f'CREATE OR REPLACE TABLE "{model}" AS {rules.model_sql(model)}')
    sql, values = QUESTIONS[what](query, viewer)
    return [dict(row) for row in con.sql(sql, params=values).to_arrow_table().to_pylist()]


def site_of(one: Row) -> str:
    return SITES.get(one["run"], "unattributed")


def of_told(files: list[Row], age: int) -> int | None:
    """Bytes of that age, of those whose size and age are told."""
    told = [one for one in files if None not in (one["file_bytes"], one["cache_age_us"])]
    return sum(one["file_bytes"] for one in told if one["cache_age_us"] == age) if told else None


MANY = st.lists(FILES, max_size=25)


@given(files=MANY)
@settings(max_examples=40)
def test_sums_by_site_are_those_of_the_records(con: duckdb.DuckDBPyConnection, files: list[Row]) -> None:
    found = {row.pop("site"): row for row in asked(con, rows(files), "sums", TransferQuery(("site",)))}
    assert set(found) == set(grouped(files, site_of))
    for site, some in grouped(files, site_of).items():
        done = [one for one in some if result(one) == "done"]
        down = [one for one in done if one["record_type"] == "INPUT"]
        failed = [one for one in some if result(one) == "failed"]
        timed = [one for one in done if None not in (one["seconds"], one["file_bytes"])]
        seconds = sum(one["seconds"] for one in timed)
        row = found[site]
        assert (row["files"], row["done"], row["failed"]) == (len(some), len(done), len(failed))
        assert row["files"] == row["done"] + row["failed"] + row["unknown"]
        assert row["bytes"] == total(one["file_bytes"] for one in done)
        assert row["download_bytes"] == total(one["file_bytes"] for one in down)
        assert row["aged_files"] == sum(one["cache_age_us"] is not None for one in down)
        assert row["hit_bytes"] == of_told(down, 7)
        assert row["fetched_bytes"] == of_told(down, 0)
        rate = sum(one["file_bytes"] for one in timed) / seconds / 1e6 if seconds else None
        assert row["rate_mb_s"] == (None if rate is None else pytest.approx(rate))


@given(files=MANY)
@settings(max_examples=40)
def test_what_was_served_is_told_beside_the_different_files_behind_it(
    con: duckdb.DuckDBPyConnection, files: list[Row]
) -> None:
    found = {row["endpoint"]: row for row in asked(con, rows(files), "saved", TransferQuery(("endpoint",)))}
    down = [one for one in files if result(one) == "done" and one["record_type"] == "INPUT"]
    by_endpoint = grouped(down, lambda one: one["endpoint"] or "unknown")
    assert set(found) == set(by_endpoint)
    for endpoint, some in by_endpoint.items():
        by_url = grouped([one for one in some if one["url"] is not None], lambda one: one["url"])
        sizes = [max((one["file_bytes"] for one in same if one["file_bytes"] is not None), default=None)
                 for same in by_url.values()]  # fmt: skip
        row = found[endpoint]
        assert (row["files"], row["bytes"]) == (len(some), total(one["file_bytes"] for one in some))
        assert (row["distinct_files"], row["distinct_bytes"]) == (len(by_url), total(sizes))
        assert row["repeated_files"] == sum(len(same) > 1 for same in by_url.values())
        assert row["nameless_files"] == sum(one["url"] is None for one in some)


@given(files=MANY)
@settings(max_examples=40)
def test_repeated_inputs_are_those_that_arrived_more_than_once(
    con: duckdb.DuckDBPyConnection, files: list[Row]
) -> None:
    found = {row["url"]: row for row in asked(con, rows(files), "inputs", TransferQuery())}
    down = [one for one in files if result(one) == "done" and one["record_type"] == "INPUT" and one["url"]]
    several = {url: some for url, some in grouped(down, lambda one: one["url"]).items() if len(some) > 1}
    assert set(found) == set(several)
    for url, some in several.items():
        row = found[url]
        assert (row["files"], row["bytes"]) == (len(some), total(one["file_bytes"] for one in some))
        assert row["runs"] == len({one["run"] for one in some})
        assert row["hit_bytes"] == of_told(some, 7)


@given(files=MANY)
@settings(max_examples=40)
def test_failures_of_a_kind_are_counted_together_and_the_newest_is_told(
    con: duckdb.DuckDBPyConnection, files: list[Row]
) -> None:
    found = asked(con, rows(files), "failures", TransferQuery(("site",)))
    failed = [one for one in files if result(one) == "failed"]
    assert sum(row["files"] for row in found) == len(failed)
    kinds = {None: "no error was told", "no file 'x' of 7": "no file … of #", "no file 'y' of 12": "no file … of #"}
    by_kind = grouped(failed, lambda one: (site_of(one), kinds.get(one["error"], "<img src=x onerror=alert(#)>")))
    assert {(row["site"], row["kind"]): row["files"] for row in found} == {
        kind: len(some) for kind, some in by_kind.items()
    }
    for row in found:
        some = by_kind[row["site"], row["kind"]]
        newest = max(one["day"] for one in some)
        assert row["error"] in {one["error"] for one in some if one["day"] == newest}
        assert row["cluster"] is None or row["cluster"] in {one["run"] for one in some}


@given(files=MANY, day=st.integers(0, 2), endpoint=st.sampled_from(("c1", HOSTILE[0], "unknown")))
@settings(max_examples=25)
def test_days_filters_and_viewers_leave_out_what_they_say(
    con: duckdb.DuckDBPyConnection, files: list[Row], day: int, endpoint: str
) -> None:
    from datetime import date, timedelta

    of_day = date(2026, 11, 1) + timedelta(days=day)
    query = TransferQuery((), of_day, of_day, (("endpoint", (endpoint, "none such")),))
    seen = [one for one in files if one["day"] == day and (one["endpoint"] or "unknown") == endpoint]
    assert asked(con, rows(files), "sums", query)[0]["files"] == len(seen)
    of_a = [one for one in seen if PROJECTS.get(one["run"], "unmapped") == "A"]
    for what in ("sums", "failures", "inputs", "saved"):
        answer = asked(con, rows(files), what, query, Viewer("pi", frozenset({"A"})))
        if what == "sums":
            assert answer[0]["files"] == len(of_a)
        elif what == "failures":
            assert sum(row["files"] for row in answer) == sum(result(one) == "failed" for one in of_a)
    assert asked(con, rows(files), "sums", query, Viewer("nobody", frozenset()))[0]["files"] == 0


def test_a_record_without_files_is_counted_and_is_no_file(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = asked(con, [record(1, None)], "sums", TransferQuery())
    assert (row["files"], row["lists_none"], row["bytes"], row["failed_share"]) == (0, 1, None, None)


def test_of_no_file_nothing_is_known_and_nothing_is_zero_that_is_not(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = asked(con, [], "sums", TransferQuery())
    assert (row["files"], row["bytes"], row["rate_mb_s"], row["hit_bytes"]) == (0, None, None, None)
    (saved,) = asked(con, [], "saved", TransferQuery())
    assert (saved["files"], saved["distinct_files"], saved["bytes"]) == (0, 0, None)
    assert asked(con, [], "sums", TransferQuery(("protocol",))) == []


def test_what_moved_files_do_not_have_is_refused_with_what_they_have() -> None:
    with pytest.raises(UsageError, match="no bucket") as raised:
        dimension("bucket")
    assert "protocol" in raised.value.hint
    with pytest.raises(UsageError, match="no dimension"):
        dimension("planet")
    with pytest.raises(UsageError, match="has no '='"):
        where_of(["protocol"])
    assert where_of(["protocol=osdf", "protocol=https", "site=S=1"]) == (
        ("protocol", ("osdf", "https")),
        ("site", ("S=1",)),
    )


@pytest.mark.parametrize("name", [known.name for known in DIMENSIONS])
def test_bytes_of_jobs_are_not_known_by_what_only_files_have(name: str) -> None:
    with pytest.raises(UsageError, match="not known by protocol"):
        QUESTIONS["of_jobs"](TransferQuery((name,)), LOCAL)
    with pytest.raises(UsageError, match="not known by protocol"):
        QUESTIONS["of_jobs"](TransferQuery(where=((name, ("x",)),)), LOCAL)
