"""Charts as data: labels without markup, bars where their days are, colours that the browser fills in."""

from datetime import date
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.breakdown import Series
from dashboard.colours import OTHER
from dashboard.figures import painted, usage_over_time
from dashboard.periods import Grain, Period, buckets, grain
from dashboard.theme import TEMPLATES
from pipeline.query import metric
from tests.dashboard.made_lake import HOSTILE, LONG, MARKUP

PERIOD = Period(date(2026, 9, 1), date(2026, 9, 3))
BARS = buckets(PERIOD, "day")


def figure(*series: Series, period: Period = PERIOD, oldest: date = date(2026, 1, 1)) -> dict[str, Any]:
    cut: Grain = grain(period)
    bars = buckets(period, cut)
    return usage_over_time(
        series, bars, cut, period, oldest, metric("cpu_h"), lambda name: f"/usage?project={name[:9]}"
    )


def test_an_unknown_bar_is_no_bar_and_says_so() -> None:
    trace = figure(Series("a", (1.5, None, 0.0), "#123456"))["data"][0]
    assert trace["y"] == [1.5, None, 0.0]
    assert [text for _, text in trace["customdata"]] == ["1.5\u00a0core h", "—", "0.0\u00a0core h"]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_is_markup_or_a_template_in_a_chart(name: str) -> None:
    trace = figure(Series(name, (1.0, 2.0, 3.0), "#123456"))["data"][0]
    assert "<" not in trace["name"]
    assert len(trace["name"]) < 200
    assert name not in trace["hovertemplate"]


def test_plotly_takes_the_figure_in_both_themes() -> None:
    made = figure(Series(MARKUP, (1.0, 2.0, 3.0), "#123456"), Series("unmapped", (1.0, None, 3.0), "#777777"))
    for template in TEMPLATES.values():
        assert len(go.Figure(painted(made, template)).data) == 2


def test_others_lead_nowhere_and_are_counted() -> None:
    trace = figure(Series(None, (1.0, 2.0, 3.0), None, others=32))["data"][0]
    assert (trace["name"], trace["meta"], trace["marker"]) == ("32 others", {"link": None}, {"color": OTHER})


def test_a_cut_week_says_how_much_of_it_is_shown() -> None:
    period = Period(date(2026, 1, 1), date(2026, 12, 31))  # 1 January 2026 is a Thursday
    bars = buckets(period, "week")
    made = figure(Series("a", tuple(1.0 for _ in bars), "#123456"), period=period)
    labels = [label for label, _ in made["data"][0]["customdata"]]
    assert labels[0] == "1 – 4 Jan 2026 (4 of 7 days)"
    assert labels[1] == "5 – 11 Jan 2026"
    assert made["layout"]["yaxis"]["title"]["text"] == "core h per week"


def test_the_axis_begins_where_the_data_begin_but_never_with_a_single_wall() -> None:
    period = Period(date(2026, 9, 1), date(2026, 9, 30))
    full = figure(Series("a", tuple(1.0 for _ in range(30)), "#1"), period=period, oldest=date(2026, 1, 1))
    late = figure(Series("a", tuple(1.0 for _ in range(30)), "#1"), period=period, oldest=date(2026, 9, 30))
    assert full["layout"]["xaxis"]["range"] == ["2026-08-31T12:00", "2026-09-30T12:00"]
    assert late["layout"]["xaxis"]["range"] == ["2026-09-16T12:00", "2026-09-30T12:00"]


def test_a_name_that_is_no_address_leads_nowhere() -> None:
    made = usage_over_time(
        (Series(LONG, (1.0, 1.0, 1.0), "#1"),), BARS, "day", PERIOD, PERIOD.first, metric("cpu_h"), lambda name: None
    )
    assert made["data"][0]["meta"] == {"link": None}
