"""Whatever is asked, every table that can answer it gives the same answer as the charges themselves."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cube import Cube, usage_condition
from pipeline.dimensions import DIMENSIONS
from pipeline.lake import Lake
from pipeline.metrics import METRICS
from pipeline.publish import publish
from pipeline.query import BOOKINGS, UsageQuery, Where, dimension
from pipeline.serving.rollups import MADE_TO_SERVE, ROLLUPS
from pipeline.settings import Settings
from pipeline.usage_sql import usage_sql
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.serving import wandering_jobs

DAYS = st.integers(0, 50).map(lambda number: date(2026, 10, 30) + timedelta(days=number))
GROUPS = [known.name for known in DIMENSIONS if known.name not in {"bucket", "gpu_model"}]
OF_BUCKETS = [metric.name for metric in METRICS if metric.bucket_sql is not None]
VALUES = {
    "project": ["A", "B", "C", "unmapped"],
    "site": ["Alpha", "Beta", "Gamma", "unattributed"],
    "user": ["u1@x", "u2@x", "u3@x"],
    "institution": ["Institution True", "unmapped"],
    "facility": ["Hill", "Lake", "unmapped"],
    "person": ["Ada", "u3@x"],
    "outcome": ["succeeded", "evicted"],
    "venue": ["pool", "access_point"],
}


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    lake = Lake(tmp_path_factory.mktemp("wandering") / "lake")
    wandering_jobs.write(lake)
    publish(lake, Settings(lake=lake.root), lambda step: None)
    return Cube.open(lake.root)


def names(known: list[str], least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(known), min_size=least, max_size=most, unique=True).map(tuple)


@st.composite
def questions(draw: st.DrawFn) -> UsageQuery:
    first, last = draw(st.one_of(st.just((None, None)), st.tuples(DAYS, DAYS).map(sorted)))
    filtered = draw(names(list(VALUES), 0, 2))
    where: Where = tuple((name, draw(names(VALUES[name], 1, 2))) for name in filtered)
    by, booking = draw(names(GROUPS, 0, 3)), draw(st.sampled_from(BOOKINGS))
    if draw(st.sampled_from([False, False, True])):
        return UsageQuery((*by, "bucket"), draw(names(OF_BUCKETS, 1, 3)), first, last, where, booking)
    return UsageQuery(by, draw(names([metric.name for metric in METRICS], 1, 4)), first, last, where, booking)


def answer(cube: Cube, query: UsageQuery, viewer: Viewer, tables: frozenset[str]) -> pa.Table:
    return cube._ask(*usage_sql(query.seen_by(viewer), *usage_condition(query, viewer), tables))


def of_the_charges(cube: Cube, query: UsageQuery, viewer: Viewer) -> pa.Table:
    """The answer of a look at each charge, whose names are looked up one by one."""
    condition = ["true" if query.asks_for("venue") else "venue = 'pool'"]
    values: list[Any] = []
    for name, allowed in query.seen_by(viewer).where:
        condition.append(f"list_contains(?, {dimension(name).sql})")
        values.append(list(allowed))
    if query.first is not None and query.last is not None:
        condition.append("day BETWEEN ? AND ?")
        values += [query.first, query.last]
    return cube._ask(*usage_sql(query.seen_by(viewer), condition, values, frozenset()))


@given(
    query=questions(),
    viewer=st.sampled_from([LOCAL, LOCAL, Viewer("v", frozenset({"A"})), Viewer("v", frozenset({"B", "C"}))]),
    lacking=st.sets(st.sampled_from([rollup.name for rollup in ROLLUPS])),
)
@settings(max_examples=150, deadline=None)
def test_every_rollup_gives_the_answer_of_the_charges(
    cube: Cube, query: UsageQuery, viewer: Viewer, lacking: set[str]
) -> None:
    of_charges = of_the_charges(cube, query, viewer)
    assert answer(cube, query, viewer, frozenset()).equals(of_charges)
    assert answer(cube, query, viewer, MADE_TO_SERVE).equals(of_charges)
    assert answer(cube, query, viewer, MADE_TO_SERVE - lacking).equals(of_charges)


@pytest.mark.parametrize("by", [(), ("project",), ("site",), ("user",), ("facility",), ("month", "institution")])
def test_jobs_that_wander_are_counted_once_a_group(cube: Cube, by: tuple[str, ...]) -> None:
    """The lake is one in which that is not easily so."""
    query = UsageQuery(by, ("jobs", "attempts", "cpu_h"))
    asked = answer(cube, query, LOCAL, MADE_TO_SERVE)
    assert asked.equals(of_the_charges(cube, query, LOCAL))
    moved_sql = "count(DISTINCT id) FILTER (WHERE site <> 'Alpha')"
    ((several, moved),) = cube._rows(
        f"SELECT count(DISTINCT id), {moved_sql} FROM itinerary WHERE what = 'job'",
        [],
    )
    assert several > 50
    assert moved > 20


def test_the_cube_itself_asks_the_rollups(cube: Cube, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    found = Cube._ask

    def ask(self: Cube, sql: str, values: list[Any]) -> pa.Table:
        asked.append(sql)
        return found(self, sql, values)

    monkeypatch.setattr(Cube, "_ask", ask)
    cube.usage(UsageQuery(("institution",), ("cpu_h", "jobs", "wasted_h"), where=(("pool", ("north",)),)), LOCAL)
    assert "FROM usage_project_day AS fact" in asked[-1]
    assert "FROM itinerary_project_day AS fact" in asked[-1]
    assert "FROM waste_project_day AS fact" in asked[-1]
    cube.usage(UsageQuery(("site",), ("cpu_h",), where=(("user", ("u1@x",)),)), LOCAL)
    assert "FROM usage_day AS fact" in asked[-1]


def test_a_viewer_of_few_projects_is_answered_from_a_table_that_has_projects(cube: Cube) -> None:
    viewer = Viewer("v", frozenset({"A"}))
    query = UsageQuery(("site",), ("cpu_h",))
    assert cube.usage(query, viewer).equals(of_the_charges(cube, query, viewer))


def test_a_cube_knows_its_own_tables(cube: Cube) -> None:
    assert cube._tables >= MADE_TO_SERVE
