"""What is served, how its sources do, and `status`: for the viewer who asks, and never kept."""

import json
from datetime import UTC, datetime
from typing import Any

from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.served_state import VERSION, served_state
from pipeline.viewer import LOCAL, Viewer
from tests.dashboard.http_client import request
from tests.dashboard.made_lake import END, REAL

NOW = datetime.fromtimestamp(END, UTC)


def told(address: str, path: str) -> Any:
    answer = request(address, path)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in answer.headers
    return json.loads(answer.body)


def test_the_state_names_versions_zones_and_how_new_each_pool_is(address: str, cube: Cube) -> None:
    found = told(address, f"/api/v1/state?pool={REAL}")
    assert (found["version"], found["cube"], found["zones"]) == (VERSION, cube.version, ["UTC"])
    (pool,) = found["pools"]
    assert pool["newest_end_utc"].endswith("Z")
    assert pool["evidence"]["Version"] == cube.version


def test_sources_in_trouble_come_first_with_what_to_do(watched_address: str) -> None:
    rows = told(watched_address, "/api/v1/sources")["rows"]
    states = [row["state"] for row in rows]
    assert states == sorted(states, key=lambda state: state == "ok")
    assert all(row["hint"] for row in rows if row["state"] != "ok")
    assert rows[0]["ok_utc"] is None or rows[0]["ok_utc"].endswith("Z")


def test_the_status_has_settings_for_who_administers(watched_address: str) -> None:
    found = told(watched_address, "/api/v1/status")
    assert found["writing"]["state"] == "writable"
    assert {name for name, _, _ in found["settings"]} >= {"lake", "zone"}
    assert found["cube"]["published"]["version"]


def test_who_sees_one_project_hears_no_evidence_that_quotes_others(cube: Cube) -> None:
    used = cube.usage(UsageQuery(("project",), ("cpu_h",), where=(("pool", (REAL,)),)), LOCAL).to_pylist()
    viewer = Viewer("one", frozenset({used[0]["project"]}))
    (pool,) = served_state(cube, viewer, (REAL,), NOW, 24).pools
    (whole,) = served_state(cube, LOCAL, (REAL,), NOW, 24).pools
    assert (pool.state, pool.evidence) == (whole.state, {})
    assert len(pool.sentence) < len(whole.sentence)
    assert whole.evidence
