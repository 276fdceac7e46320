"""Questions about lost hours, against a slow and obvious count over the same jobs and runs in plain Python."""

from collections import defaultdict
from collections.abc import Iterator
from math import ceil, floor, log2
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import workbench
from pipeline.cube import usage_condition
from pipeline.errors import UsageError
from pipeline.losses.questions import losses_sql
from pipeline.losses.sizes import SIZES, size
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL

Row = dict[str, Any]
H = 3_600_000
"""Milli-core-seconds of a core hour."""
JOBS = st.lists(
    st.fixed_dictionaries(
        {
            "project": st.sampled_from(("A", "B")),
            "user": st.sampled_from(("ann", "<img src=x>")),
            "batch_name": st.sampled_from((None, "b1", "=cmd|' /C calc'!A0")),
            "command": st.sampled_from((None, "/home/ann/run.sh", "run.sh", "dir/")),
            "mcore_s": st.sampled_from((None, 0, H, 3 * H)),
            "wasted_mcore_s": st.sampled_from((None, 0, H // 2, H)),
            "wasted_on": st.sampled_from((None, "idle", "failed")),
            "wall_s": st.sampled_from((None, 0, 1800, 7200)),
            "cores_milli": st.sampled_from((None, 1000, 4000)),
            "cpu_measured_us": st.sampled_from((None, 900_000_000)),
            "mcore_measured_s": st.sampled_from((None, 1_800_000)),
            "request_memory_mib": st.sampled_from((None, 0, 1024, 3000)),
            "memory_used_mib": st.sampled_from((None, 100, 1024, 9000)),
            "request_disk_kib": st.sampled_from((None, 2**20)),
            "disk_used_kib": st.sampled_from((None, 0, 2**19)),
            "wait_s": st.sampled_from((None, -5, 0, 60, 7200, 90_000)),
        }
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """No job, no run, and no name that is registered."""
    with duckdb.connect() as made:
        workbench.prepare(made, "UTC")
        for table, name in (("project_day", "project"), ("site_day", "site"), ("user_day", '"user"')):
            made.execute(f"CREATE TABLE {table} (pool VARCHAR, day DATE, {name} VARCHAR, registered VARCHAR)")
        made.execute("ALTER TABLE site_day ADD COLUMN resource VARCHAR")
        yield made


def asked(con: duckdb.DuckDBPyConnection, what: str, *by: str) -> list[Row]:
    query = UsageQuery(by, ())
    sql, values = losses_sql(what, query, *usage_condition(query, LOCAL))
    return [dict(row) for row in con.sql(sql, params=values).to_arrow_table().to_pylist()]


def put(con: duckdb.DuckDBPyConnection, jobs: list[Row]) -> None:
    """The jobs as `listed_job`; job n is ap#n.0."""
    texts = ("project", "user", "batch_name", "command", "wasted_on")
    columns = ", ".join(
        f'"{name}" {"VARCHAR" if name in texts else "BIGINT"}'
        for name in (
            *texts,
            *("mcore_s", "wasted_mcore_s", "wall_s", "cores_milli", "cpu_measured_us", "mcore_measured_s"),
            *("request_memory_mib", "memory_used_mib", "request_disk_kib", "disk_used_kib"),
            *("submit_utc", "first_start_utc", "cluster", "proc"),
        )
    )
    con.execute(
        f"CREATE OR REPLACE TABLE listed_job (pool VARCHAR, ap VARCHAR, venue VARCHAR, end_day DATE, site VARCHAR, "
        f"resource VARCHAR, {columns})"
    )
    for number, one in enumerate(jobs):
        row = {name: value for name, value in one.items() if name != "wait_s"} | {
            **{"pool": "p", "ap": "ap", "venue": "pool", "cluster": number, "proc": 0, "submit_utc": 1000},
            "first_start_utc": None if one["wait_s"] is None else 1000 + one["wait_s"],
        }
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        con.execute(f"INSERT INTO listed_job ({names}) VALUES ({marks})", list(row.values()))


def workflow(one: Row) -> str:
    if one["batch_name"] is not None:
        return str(one["batch_name"])
    return "not named" if one["command"] is None else str(one["command"]).rpartition("/")[2]


def hours(jobs: list[Row], name: str) -> float | None:
    known = [one[name] for one in jobs if one[name] is not None]
    return sum(known) / H if known else None


@given(jobs=JOBS)
@settings(max_examples=25)
def test_workflows_are_ranked_by_wasted_hours_with_the_bucket_that_wastes_most(
    con: duckdb.DuckDBPyConnection, jobs: list[Row]
) -> None:
    put(con, jobs)
    found = asked(con, "workflows", "project", "user")
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for one in jobs:
        groups[workflow(one), one["project"], one["user"]].append(one)
    assert {(row["workflow"], row["project"], row["user"]) for row in found} == set(groups)
    wasted = [row["wasted_h"] for row in found if row["wasted_h"] is not None]
    assert wasted == sorted(wasted, reverse=True)
    for row in found:
        some = groups[row["workflow"], row["project"], row["user"]]
        assert (row["jobs"], row["cpu_h"], row["wasted_h"]) == (
            len(some),
            hours(some, "mcore_s"),
            hours(some, "wasted_mcore_s"),
        )
        on = {
            name: hours([one for one in some if one["wasted_on"] == name], "wasted_mcore_s")
            for name in ("idle", "failed")
        }
        known = [value for value in on.values() if value is not None]
        assert row["wasted_on_h"] == (max(known) if known else None)
        if known:
            assert on[row["wasted_on"]] == max(known)
            worst = max(one["wasted_mcore_s"] for one in some if one["wasted_mcore_s"] is not None)
            assert jobs[row["cluster"]]["wasted_mcore_s"] == worst


@given(jobs=JOBS)
@settings(max_examples=25)
def test_sizes_stand_in_bins_of_half_a_doubling_and_what_is_not_told_in_none(
    con: duckdb.DuckDBPyConnection, jobs: list[Row]
) -> None:
    put(con, jobs)
    counted: dict[tuple[int | None, int | None], int] = defaultdict(int)
    for one in jobs:
        if one["wall_s"]:
            asked_for, used = one["request_memory_mib"], one["memory_used_mib"]
            across = floor(log2(asked_for / 1024) * 2) if asked_for else None
            counted[across, None if used is None else floor(log2(used / 1024) * 2)] += 1
    found = {(row["asked_bin"], row["used_bin"]): row["jobs"] for row in asked(con, "bins of memory")}
    assert found == dict(counted)


@given(jobs=JOBS)
@settings(max_examples=25)
def test_outliers_left_most_unused_size_times_hours(con: duckdb.DuckDBPyConnection, jobs: list[Row]) -> None:
    put(con, jobs)
    unused = {}
    for number, one in enumerate(jobs):
        asked_for, used, wall = one["request_memory_mib"], one["memory_used_mib"], one["wall_s"]
        if None not in (asked_for, used) and wall and asked_for > used:
            unused[number] = (asked_for - used) / 1024 * wall / 3600
    found = asked(con, "outliers of memory")
    assert {row["cluster"]: row["unused_h"] for row in found} == {
        number: pytest.approx(value) for number, value in unused.items()
    }
    assert [row["unused_h"] for row in found] == sorted((row["unused_h"] for row in found), reverse=True)


def test_busy_cores_are_cpu_time_over_the_time_of_the_runs_that_reported_it(con: duckdb.DuckDBPyConnection) -> None:
    one = {"cores_milli": 4000, "cpu_measured_us": 900_000_000, "mcore_measured_s": 1_800_000, "wall_s": 1800}
    other = {"request_disk_kib": 2 * 2**20, "disk_used_kib": 2**20, "project": "A", "user": "ann", "batch_name": "b"}
    put(con, [one | other | {"command": None, "wait_s": None}])
    (found,) = asked(con, "outliers of cores")
    # four cores for 450 s: 900 s of CPU time are two cores
    assert (found["asked"], found["used"], found["unused_h"]) == (4.0, 2.0, 1.0)
    (disk,) = asked(con, "outliers of disk")
    assert (disk["asked"], disk["used"], disk["unused_h"]) == (2.0, 1.0, 0.5)


@given(jobs=JOBS)
@settings(max_examples=25)
def test_waits_are_values_that_occur_and_a_job_that_never_started_is_in_none(
    con: duckdb.DuckDBPyConnection, jobs: list[Row]
) -> None:
    put(con, jobs)
    (found,) = asked(con, "waits")
    known = sorted(one["wait_s"] for one in jobs if one["wait_s"] is not None and one["wait_s"] >= 0)
    assert (found["started"], found["never_started"]) == (len(known), len(jobs) - len(known))
    for cut in (50, 75, 95):
        expected = known[max(0, ceil(len(known) * cut / 100) - 1)] / 3600 if known else None
        assert found[f"p{cut}"] == expected
    by_project = asked(con, "waits", "project")
    assert sum(row["started"] for row in by_project) == len(known)


RUNS = """
    CREATE OR REPLACE TABLE efficiency AS
    SELECT 'p' AS pool, i AS attempt_id, DATE '2026-11-01' AS day, 'A' AS project, site, 'r' AS resource, 'u' AS "user",
        outcome, 'pool' AS venue
    FROM (VALUES (1, 'S', 'evicted'), (2, 'S', 'lost'), (3, 'T', 'evicted'), (4, 'T', 'succeeded'))
        AS t (i, site, outcome);
    CREATE OR REPLACE TABLE attempt AS
    SELECT * FROM (VALUES
        (1, 'h1', 2000, 10, 'drained by 7'), (2, NULL, 1000, 11, NULL), (3, 'h1', 1000, 12, 'drained by 8'),
        (4, 'h1', 1000, 13, NULL)
    ) AS t (attempt_id, machine, cores_milli, end_utc, vacate_reason);
    CREATE OR REPLACE TABLE phase AS
    SELECT * FROM (VALUES (1, 1800, 1800), (2, 3600, 0), (3, 7200, 0), (4, 9, 0))
        AS t (attempt_id, rest_s, checkpointed_s)
"""


def test_an_eviction_costs_what_no_checkpoint_saved(con: duckdb.DuckDBPyConnection) -> None:
    """A run of two cores and an hour of which half was saved, a lost one of an hour, one of two hours."""
    con.execute(RUNS)
    assert asked(con, "evictions") == [{"runs": 3, "evicted": 2, "lost": 1, "lost_h": 4.0, "saved_h": 1.0}]
    by_site = {row["site"]: (row["runs"], row["lost_h"], row["saved_h"]) for row in asked(con, "evictions", "site")}
    assert by_site == {"S": (2, 2.0, 1.0), "T": (1, 2.0, 0.0)}
    hosts = {(row["site"], row["host"]): row["lost_h"] for row in asked(con, "evicting_hosts", "site")}
    assert hosts == {("S", "h1"): 1.0, ("S", "unknown"): 1.0, ("T", "h1"): 2.0}
    reasons = {row["kind"]: (row["runs"], row["reason"], row["lost_h"]) for row in asked(con, "eviction_reasons")}
    assert reasons == {"drained by #": (2, "drained by 8", 3.0), "no reason was told": (1, None, 1.0)}


def test_what_has_no_meaning_is_refused_with_what_has() -> None:
    with pytest.raises(UsageError, match="no question"):
        losses_sql("luck", UsageQuery(), ["true"], [])
    with pytest.raises(UsageError, match="do not ask for 'luck'") as raised:
        size("luck")
    assert all(one.name in raised.value.hint for one in SIZES)
    with pytest.raises(UsageError, match="not known by bucket"):
        losses_sql("waits", UsageQuery(by=("bucket",)), ["true"], [])
