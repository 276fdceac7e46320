"""The present as the cube tells it: queue, capacity, GPUs, and pilots beside payload."""

from datetime import date

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.schema import COVERAGE
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.ledger_rows import MIDNIGHT, rows
from tests.pipeline.polled_rows import ASKED, POOL, statement

PI = Viewer("pi", frozenset({"B"}))


@pytest.fixture
def polled(polled_lake: Lake) -> Cube:
    return Cube.open(polled_lake.root)


def test_the_queue_by_project_and_status(polled: Cube) -> None:
    found = polled.queue(("project", "status"), (POOL,), LOCAL).to_pylist()
    shown = [(row["project"], row["status"], row["jobs"], row["cores_asked"], row["cores_held"]) for row in found]
    assert shown == [("A", "held", 1, 2.0, None), ("A", "running", 1, 2.0, 2.0), ("B", "idle", 1, 2.0, None)]
    held, running, idle = found
    assert held["hold_reason"] == "memory usage exceeded request_memory"
    # 10,000 s on two cores
    assert running["provisional_cpu_h"] == 20_000 / 3600
    assert (idle["gpus_asked"], idle["seen_utc"]) == (1, ASKED)


def test_a_queue_that_was_asked_and_empty_is_known_to_be_so(lake: Lake, settings: Settings) -> None:
    asked = statement("queue", "proven", 500, 500, "every job of it was asked for")
    lake.writer(COVERAGE).append(rows(COVERAGE, asked), {})
    publish(lake, settings, lambda step: None)
    cube = Cube.open(lake.root)
    assert cube.freshness((POOL,), LOCAL).queue_utc == MIDNIGHT + 500
    assert cube.queue(("status",), (POOL,), LOCAL).num_rows == 0


def test_provisional_usage_is_in_no_usage(polled: Cube) -> None:
    # three jobs of 100 s on two cores; the running one has 10,000 s so far
    found = polled.usage(UsageQuery(metrics=("wall_s", "cpu_h"), by=("venue",)), LOCAL).to_pylist()
    assert found == [
        {"venue": "pilot", "wall_s": 1000, "cpu_h": 8000 / 3600},
        {"venue": "pool", "wall_s": 300, "cpu_h": 600 / 3600},
        {"venue": "routed", "wall_s": 1000, "cpu_h": 8000 / 3600},
    ]


def test_a_viewer_sees_only_the_own_projects_in_the_queue(polled: Cube) -> None:
    found = polled.queue(("project", "user"), (POOL,), PI).to_pylist()
    assert [(row["project"], row["user"]) for row in found] == [("B", "bob@pool.test")]
    assert polled.queue(("project",), (POOL,), Viewer("nobody", frozenset())).num_rows == 0
    assert [pool.name for pool in polled.pools(PI)] == [POOL]


def test_capacity_by_state(polled: Cube) -> None:
    found = polled.capacity(("site", "state"), (POOL,), LOCAL).to_pylist()
    assert [(row["site"], row["state"], row["cores"], row["slots"]) for row in found] == [
        ("Alpha", "claimed", 10.0, 0),
        ("Alpha", "unclaimed", 14.0, 2),
    ]


def test_gpus_by_model(polled: Cube) -> None:
    found = polled.gpus((POOL,), LOCAL).to_pylist()
    assert [(row["gpu_model"], row["state"], row["gpus"]) for row in found] == [
        ("A100", "claimed", 3),
        ("A100", "unclaimed", 1),
    ]


def test_pilot_hours_stand_beside_payload_hours_at_the_site_that_their_glideins_name(polled: Cube) -> None:
    (row,) = polled.site_hours((POOL,), LOCAL).to_pylist()
    assert row == {
        "pool": POOL,
        "site": "Alpha",
        "payload_cpu_h": 600 / 3600,
        "pilot_cpu_h": 8000 / 3600,
        "provisional_cpu_h": 20_000 / 3600,
    }
    (later,) = polled.site_hours((POOL,), LOCAL, first=date(2026, 11, 2)).to_pylist()
    assert (later["payload_cpu_h"], later["pilot_cpu_h"]) == (None, None)
    assert polled.site_hours((POOL,), PI).num_rows == 0


@pytest.mark.parametrize("ask", [Cube.queue, Cube.capacity])
def test_a_column_that_is_not_there_is_refused(polled: Cube, ask) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match="'colour'"):
        ask(polled, ("colour",), (POOL,), LOCAL)
