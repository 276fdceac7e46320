"""Charts of the page Site: downtimes over the bars of usage, and what the site offered. Pure Plotly figures."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashboard import format as fmt
from dashboard import periods
from dashboard.figures import DAY_AXIS, Figure
from dashboard.labels import in_chart
from dashboard.periods import Grain, Period
from pipeline.course import Course

HALF_DAY = timedelta(hours=12)
DOWN, PLANNED = "#b92d1e", "#d9822b"
WORDS_PX = 26
FEW_DAYS = 15
SEEN_AHEAD = timedelta(days=31)
LINES = (
    ("offered_cpu_h", "Offered", "#a6c7e8"),
    ("claimed_cpu_h", "Claimed", "#3752c5"),
    ("used_cpu_h", "Used by attempts", "#319078"),
)
"""Columns of the capacity as they are drawn: name, word, colour."""


def with_downtimes(figure: Figure, downtimes: Sequence[Mapping[str, Any]], zone: str, last: date) -> Figure:
    """The chart with a band for each downtime; its axis reaches over those of the month to come.

    A bar of a day stands on its date, so a moment stands half a day to the left of its own.
    """
    ahead = datetime.combine(last + SEEN_AHEAD, datetime.min.time())
    spans = [(*_places(one, zone), one) for one in downtimes]
    near = [(begin, end, one) for begin, end, one in spans if begin < ahead]
    if not near:
        return figure
    layout = figure["layout"]
    first_place, last_place = layout["xaxis"]["range"]
    until = max([last_place, *(min(end, ahead).strftime("%Y-%m-%dT%H:%M") for _, end, _ in near)])
    return {
        **figure,
        "layout": {
            **layout,
            "margin": {**layout["margin"], "t": WORDS_PX},
            "xaxis": {**layout["xaxis"], "range": [first_place, until]},
            "shapes": [_band(begin, end, one) for begin, end, one in near],
            "annotations": [
                _word(max(begin, datetime.fromisoformat(first_place)), end, one) for begin, end, one in near
            ],
        },
    }


def with_due(figure: Figure, courses: Sequence[Course], bars: Sequence[date], grain: Grain, period: Period) -> Figure:
    """The chart with a line of what the pledges ask for in each bar; without one where nothing is due."""
    due = [_due(courses, bar, grain, period) for bar in bars]
    if not any(due):
        return figure
    half = [periods.bucket_end(bar, grain) - bar for bar in bars]
    edges_x, edges_y = [], []
    for bar, width, hours in zip(bars, half, due, strict=True):
        begin = datetime.combine(bar, datetime.min.time()) - HALF_DAY
        edges_x += [begin.isoformat(), (begin + width + 2 * HALF_DAY).isoformat()]
        edges_y += [hours, hours]
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": "Due by the pledge",
        "x": edges_x,
        "y": edges_y,
        "customdata": [f"{fmt.number(hours)}{fmt.GAP}core{fmt.GAP}h per {grain}" for hours in edges_y],
        "hovertemplate": "<b>%{fullData.name}</b><br>%{customdata}<extra></extra>",
        "line": {"color": PLANNED, "width": 2, "dash": "dash"},
        "connectgaps": False,
    }
    return {**figure, "data": [*figure["data"], line]}


def capacity_figure(capacity: Mapping[date, Mapping[str, float | None]], first: date, last: date) -> Figure:
    """Core hours offered, claimed and used on each day; a day without a picture of the pool is a gap."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    drawn = _capacity_bars if len(days) < FEW_DAYS else _capacity_line
    return {
        "data": [drawn(capacity, days, *line) for line in LINES],
        "layout": {
            "barmode": "group",
            "bargap": 0.4,
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
            "xaxis": DAY_AXIS | {"range": [f"{first - timedelta(days=1)}T12:00", f"{last}T12:00"], "nticks": 6},
            "yaxis": {"title": {"text": "core h per day"}, "rangemode": "tozero", "fixedrange": True, "nticks": 5},
        },
    }


def when(downtime: Mapping[str, Any], now: datetime) -> str:
    """past, now or coming."""
    moment = int(now.timestamp())
    if downtime["to_utc"] is not None and downtime["to_utc"] <= moment:
        return "past"
    return "now" if downtime["from_utc"] is not None and downtime["from_utc"] <= moment else "coming"


def _capacity_line(
    capacity: Mapping[date, Mapping[str, float | None]], days: Sequence[date], name: str, word: str, colour: str
) -> Figure:
    line = _capacity_bars(capacity, days, name, word, colour)
    del line["marker"]
    few = sum(value is not None for value in line["y"]) < FEW_DAYS
    return line | {
        "type": "scatter",
        "mode": "lines+markers" if few else "lines",
        "line": {"color": colour, "width": 2},
        "connectgaps": False,
    }


def _capacity_bars(
    capacity: Mapping[date, Mapping[str, float | None]], days: Sequence[date], name: str, word: str, colour: str
) -> Figure:
    values = [capacity[day][name] if day in capacity else None for day in days]
    return {
        "type": "bar",
        "name": word,
        "x": [day.isoformat() for day in days],
        "y": values,
        "customdata": [
            [fmt.day(day), f"{fmt.number(value)}{fmt.GAP}core{fmt.GAP}h"]
            for day, value in zip(days, values, strict=True)
        ],
        "hovertemplate": "<b>%{fullData.name}</b><br>%{customdata[1]}<br>%{customdata[0]}<extra></extra>",
        "marker": {"color": colour},
    }


def _due(courses: Sequence[Course], bar: date, grain: Grain, period: Period) -> float | None:
    """What the pledges ask for in the bar's days within the period."""
    first, last = max(bar, period.first), min(periods.bucket_end(bar, grain), period.last)
    known = [hours for one in courses if (hours := one.of.due_h(first, last))]
    return sum(known) if known else None


def _places(downtime: Mapping[str, Any], zone: str) -> tuple[datetime, datetime]:
    """Where it begins and ends on the axis."""
    begin, end = (
        datetime.fromtimestamp(downtime[name], UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) - HALF_DAY
        for name in ("from_utc", "to_utc")
    )
    return begin, end


def _band(begin: datetime, end: datetime, downtime: Mapping[str, Any]) -> Figure:
    colour = PLANNED if downtime["is_planned"] else DOWN
    return {
        "type": "rect",
        "x0": begin.isoformat(),
        "x1": end.isoformat(),
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "fillcolor": colour,
        "opacity": 0.16,
        "line": {"width": 0},
        "layer": "below",
    }


def _word(begin: datetime, end: datetime, downtime: Mapping[str, Any]) -> Figure:
    colour = PLANNED if downtime["is_planned"] else DOWN
    text = in_chart(downtime["severity"] or "Downtime", 22)
    return {
        "x": (begin + (end - begin) / 2).isoformat(),
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "text": text,
        "font": {"size": 11, "color": colour},
    }
