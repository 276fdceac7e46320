"""The morning sheet of a lake written by hand: every number worked out there."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.schema import JOB, METADATA, QUEUE_JOB, TRANSFER
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.ledger_command import Ledger
from tests.pipeline.ledger_rows import MIDNIGHT, rows

POOL, AP, DAY = "p", "ap1.x", 86_400
KINDS = ("marker", "dag", "batch")


def ended(cluster: int, end: int, exit_code: int | None = 0, **more: Any) -> dict[str, Any]:
    """A job of 100 s on one core that ended so many seconds after midnight."""
    utc = MIDNIGHT + end
    start = {"submit_utc": utc - 200, "first_start_utc": utc - 100, "start_utc": utc - 100}
    return {
        "pool": POOL, "ap": AP, "global_job_id": f"{AP}#{cluster}.0#{utc - 200}", "cluster": cluster, "proc": 0,
        "universe": 5, "user": "ann", "project": "A", "site": "Alpha", "status": 4, "exit_code": exit_code,
        "completion_utc": utc, "status_utc": utc, "wall_s": 100, "last_wall_s": 100, "cpus_milli": 1000,
        "cpu_user_us": 50_000_000, "cpu_sys_us": 0, "shadow_starts": 1, "cluster_jobs": 1,
        "source": "hand", "read_utc": utc + 60, "record_type": "JOB",
    } | start | more  # fmt: skip


JOBS = (
    # a DAG: node B fails on the first day, and succeeds on the second, run by a rescue
    ended(2, 1000, dag_cluster=1, dag_node="A", batch_name="t.dag+1"),
    ended(3, 2000, 7, dag_cluster=1, dag_node="B", batch_name="t.dag+1"),
    ended(5, DAY + 1000, dag_cluster=4, dag_node="B", batch_name="t.dag+4"),
    # a marked campaign within a DAG: the marker counts
    ended(7, 3000, dag_cluster=6, dag_node="A", batch_name="poms+6", campaign="Run3\x1b[31m"),
    # a batch, of which one job took the place of another
    ended(8, 4000, 3, batch_name="sweep", cluster_jobs=5, input_files="a, b,,sub/a"),
    ended(9, 5000, 3, batch_name="sweep"),
    ended(10, 6000, 4, batch_name="sweep", project="B"),
    ended(11, 7000, batch_name="sweep", recovers=f"{AP}#9.0#{MIDNIGHT + 4800}"),
    ended(
        12, 8000, status=3, last_status=2, exit_code=None, completion_utc=None, batch_name="sweep",
        input_files="osdf:///x,osdf:///y,z",
    ),
    # of none
    ended(13, 9000),
)  # fmt: skip
QUEUED = tuple(
    {
        "pool": POOL, "ap": AP, "global_job_id": f"{AP}#{20 + place}.0#1", "cluster": 20 + place, "proc": 0,
        "universe": 5, "user": "ann", "project": "A", "status": status, "batch_name": "sweep",
        "submit_utc": MIDNIGHT + DAY + 100, "seen_utc": MIDNIGHT + DAY + 2000, "read_utc": MIDNIGHT + DAY + 2000,
        "cluster_jobs": 1,
    }
    for place, status in enumerate((1, 1, 2, 5))
)  # fmt: skip
MOVED = tuple(
    {
        "pool": POOL, "ap": AP, "global_job_id": f"{AP}#12.0#{MIDNIGHT + 7800}", "cluster": 12, "proc": 0,
        "run_instance": 0, "record_type": "INPUT", "write_utc": MIDNIGHT + 7950 + tried, "read_utc": MIDNIGHT + 8060,
        "file_index": place, "url": f"osdf:///{name}", "direction": "download", "success": success,
    }
    for place, name, tried, success in ((0, "x", 0, False), (0, "x", 9, True), (1, "y", 0, False))
)  # fmt: skip
"""Of the job that was removed: one file came at the second try, one never did; of the third nobody speaks."""
DOWN = {
    "kind": "downtime", "name": "d1", "target": "Alpha", "from_utc": MIDNIGHT + 500, "to_utc": MIDNIGHT + 900,
    "basis": "file", "source": "hand", "severity": "Outage", "is_planned": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = Lake(tmp_path_factory.mktemp("campaigns") / "lake")
    lake.create()
    for table, given in ((JOB, JOBS), (QUEUE_JOB, QUEUED), (TRANSFER, MOVED), (METADATA, (DOWN,))):
        lake.writer(table).append(rows(table, *given), {"hand": 1})
    publish(lake, Settings(lake=lake.root), lambda step: None)
    return lake.root


def sheet(root: Path, viewer: Viewer = LOCAL, kinds: tuple[str, ...] = KINDS) -> dict[tuple[str, str], dict[str, Any]]:
    cube = Cube.open(root)
    (info,) = cube.pools(LOCAL)
    query = UsageQuery((), (), info.first_day, info.last_day)
    found = cube.campaigns(query, POOL, kinds, viewer).to_pylist()
    keyed = {(row["campaign"], row["day"][-2:]): row for row in found}
    assert len(keyed) == len(found)
    return keyed


def counts(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[name] for name in ("ended", "succeeded", "failed", "removed", "recovered"))


def test_runs_of_one_dag_are_one_campaign_and_a_node_that_failed_before_is_recovered(root: Path) -> None:
    found = sheet(root)
    assert counts(found["t.dag", "01"]) == (2, 1, 1, 0, 0)
    assert counts(found["t.dag", "02"]) == (1, 1, 0, 0, 1)
    assert found["t.dag", "01"]["exit_codes"] == "7 × 1"
    assert found["t.dag", "02"]["last_success_utc"] == MIDNIGHT + DAY + 1000


def test_a_job_counts_once_for_its_marker_else_its_dag_else_its_batch(root: Path) -> None:
    found = sheet(root)
    assert {(name, row["kind"]) for (name, _), row in found.items()} == {
        ("t.dag", "dag"),
        ("Run3\x1b[31m", "marker"),
        ("sweep", "batch"),
    }
    assert {row["campaign"] for row in sheet(root, kinds=("dag",)).values()} == {"t.dag", "poms"}


def test_a_batch_says_what_was_asked_for_what_failed_how_and_what_it_used(root: Path) -> None:
    row = sheet(root)["sweep", "01"]
    assert counts(row) == (5, 1, 3, 1, 1)
    assert (row["asked_for"], row["exit_codes"]) == (5 + 1 + 1 + 1 + 1, "3 × 2, 4 × 1")
    assert row["cpu_h"] == pytest.approx(500 / 3600)
    assert row["cpu_efficiency"] == pytest.approx(0.5)


def test_files_have_arrived_where_the_program_ran_else_plugins_tell_else_nobody_knows(root: Path) -> None:
    found = sheet(root)
    row = found["sweep", "01"]
    names = ("files", "files_arrived", "files_failed", "files_unknown")
    assert tuple(row[name] for name in names) == (3 + 3, 3 + 1, 1, 1)
    assert {found["t.dag", "01"][name] for name in names} == {None}


def test_the_queue_stands_in_the_row_of_the_day_on_which_it_was_asked(root: Path) -> None:
    found = sheet(root)
    row = found["sweep", "02"]
    assert (row["running"], row["idle"], row["held"], row["asked_for"], row["ended"]) == (1, 2, 1, 4, 0)
    assert found["sweep", "01"]["running"] is None


def test_the_queue_of_now_is_not_shown_for_days_of_the_past(root: Path) -> None:
    cube = Cube.open(root)
    (info,) = cube.pools(LOCAL)
    query = UsageQuery((), (), info.first_day, info.first_day)
    assert {row["running"] for row in cube.campaigns(query, POOL, KINDS, LOCAL).to_pylist()} == {None}


def test_a_site_that_was_down_on_the_day_is_named(root: Path) -> None:
    found = sheet(root)
    assert found["t.dag", "01"]["downtimes"] == "Alpha"
    assert found["t.dag", "02"]["downtimes"] is None


def test_a_viewer_sees_the_jobs_of_their_projects_alone(root: Path) -> None:
    found = sheet(root, Viewer("b", frozenset({"B"})))
    assert {key: counts(row) for key, row in found.items()} == {("sweep", "01"): (1, 0, 1, 0, 0)}


def test_the_command_shows_it_and_obeys_no_name(root: Path, tmp_path: Path) -> None:
    ledger = Ledger(root, tmp_path)
    said = ledger.ok("campaigns").out
    assert "Run3\\x1b" in said.replace("\n", "").replace(" ", "")
    assert "\x1b" not in said
    (row,) = ledger.ok("campaigns", "--kind", "marker", "--format", "json").json
    assert (row["ended"], row["last_success_utc"]) == (1, "2026-11-01T00:50:00Z")
    assert "no job of a campaign" in ledger.ok("campaigns", "--from", "2026-10-01", "--to", "2026-10-02").out
