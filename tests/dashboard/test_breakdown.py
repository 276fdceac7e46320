"""The breakdown: its parts add up to the cube's own totals, and unknown stays unknown."""

from datetime import date

import pytest

from dashboard.breakdown import TOP, Breakdown, break_down, drawn
from dashboard.colours import NOT_KNOWN, OTHER, PALETTE
from dashboard.filters import parse
from dashboard.selection import Selection, select
from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL, Viewer
from tests.dashboard.made_lake import SIMULATED

POOL = "?pool=prairie+(simulated)"
VIEWS = [
    "",
    "&range=all",
    "&range=365d",
    "&range=90d&booking=ended",
    "&site=UCSD&site=Purdue",
    "&range=7d&project=PR_Astro0",
]


def selection(cube: Cube, search: str) -> Selection:
    return select(parse(search), cube.pools(LOCAL))


def broken_down(cube: Cube, search: str, dimension: str = "project", measure: str = "cpu_h") -> Breakdown:
    return break_down(cube, LOCAL, selection(cube, search), dimension, measure)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("dimension", ["project", "site", "user"])
@pytest.mark.parametrize("measure", ["cpu_h", "gpu_h"])
def test_chart_and_table_add_up_to_the_total(cube: Cube, view: str, dimension: str, measure: str) -> None:
    found = broken_down(cube, POOL + view, dimension, measure)
    total = found.totals[measure] or 0
    assert sum(row.metrics[measure] or 0 for row in found.rows) == pytest.approx(total)
    assert sum(value or 0 for one in found.series for value in one.values) == pytest.approx(total)
    if total:
        assert sum(row.share or 0 for row in found.rows) == pytest.approx(1)


def test_each_bar_is_what_the_cube_says_of_its_day(cube: Cube) -> None:
    found = broken_down(cube, POOL)
    query = UsageQuery(by=("day",), metrics=("cpu_h",), where=(("pool", (SIMULATED,)),))
    of_day = {date.fromisoformat(row["day"]): row["cpu_h"] for row in cube.usage(query, LOCAL).to_pylist()}
    assert found.grain == "day"
    for place, bar in enumerate(found.bars):
        stacked = sum(one.values[place] or 0 for one in found.series)
        assert stacked == pytest.approx(of_day.get(bar, 0))


def test_the_rest_is_one_band_that_says_how_many_it_holds(cube: Cube) -> None:
    found = broken_down(cube, POOL + "&range=all")
    others = found.series[-1]
    assert (others.name, others.colour) == (None, None)
    assert others.others == len(found.rows) - TOP - 1
    assert [one.name for one in found.series].count("unmapped") == 1
    assert len(found.series) == TOP + 2


def test_an_entity_has_the_same_colour_in_chart_and_table_and_under_any_filter(cube: Cube) -> None:
    everything = broken_down(cube, POOL + "&range=all")
    of_row = {row.name: row.colour for row in everything.rows}
    assert {one.name: one.colour for one in everything.series if one.name}.items() <= of_row.items()
    top = everything.rows[0].name
    alone = broken_down(cube, f"{POOL}&range=7d&project={top}")
    assert alone.rows[0].colour == of_row[top]
    assert of_row["unmapped"] == NOT_KNOWN
    assert len(set(of_row.values()) & set(PALETTE)) == TOP
    assert OTHER not in of_row.values()


def test_the_period_before_is_the_cube_s_answer_for_its_days(cube: Cube) -> None:
    chosen = selection(cube, POOL)
    found = broken_down(cube, POOL)
    assert chosen.before is not None
    assert found.before is not None
    query = UsageQuery((), ("jobs",), chosen.before.first, chosen.before.last, (("pool", (SIMULATED,)),))
    assert found.before["jobs"] == cube.usage(query, LOCAL).to_pylist()[0]["jobs"]
    assert broken_down(cube, POOL + "&range=all").before is None


def test_a_selection_without_usage_is_empty_not_zero(cube: Cube) -> None:
    found = broken_down(cube, POOL + "&project=nobody")
    assert found.is_empty
    assert found.series == ()
    assert found.totals["cpu_h"] is None


def test_nothing_is_shown_that_the_viewer_may_not_see(cube: Cube) -> None:
    viewer = Viewer("pi", frozenset({"PR_Astro0"}))
    chosen = select(parse(POOL), cube.pools(viewer))
    found = break_down(cube, viewer, chosen, "project", "cpu_h")
    assert {row.name for row in found.rows} == {"PR_Astro0"}
    assert {one.name for one in found.series} == {"PR_Astro0"}


def test_what_is_not_known_is_drawn_even_where_it_is_small() -> None:
    order = [f"p{number}" for number in range(20)] + ["unmapped", "unknown"]
    amounts = {name: 100.0 - place for place, name in enumerate(order)} | {"unknown": None}
    assert drawn(order, amounts) == (*order[:TOP], "unmapped")
