"""Charts of the further parts of the page Efficiency: asked against used, and days before and after a change. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dashboard import format as fmt
from dashboard.figures import DAY_AXIS, Figure
from pipeline.losses.questions import OCTAVE
from pipeline.losses.sizes import Asked
from pipeline.metrics import Metric

SCALE = [[0, "#a6c7e8"], [0.4, "#3752c5"], [1, "#d9822b"]]
"""From few hours to many: told apart on light and on dark, and by colour-blind eyes."""
BEFORE, AFTER, MARK = "#8d95a3", "#3752c5", "#b92d1e"
MOST_BINS = 40
Row = Mapping[str, Any]


def edge(place: int) -> float:
    """The size at which a bin begins."""
    return float(2 ** (place / OCTAVE))


def amount(value: float) -> str:
    """A size in few digits."""
    return fmt.number(value, 0 if value >= 16 else 1 if value >= 1 else 2)


def sizes_figure(rows: Sequence[Row], of: Asked) -> Figure | None:
    """Core hours of jobs by what they asked for (across) and used (up); None where nothing was measured.

    A job on the line used what it asked for; below it is what was not used. Sizes double every second bin.
    """
    known = [row for row in rows if row["asked_bin"] is not None and row["used_bin"] is not None and row["cpu_h"]]
    if not known:
        return None
    across = _bins(row["asked_bin"] for row in known)
    # what is next to nothing stands in the lowest bin that is drawn
    top = max(row["used_bin"] for row in known)
    lowest = max(min(row["used_bin"] for row in known), min(across[0], top) - 12)
    up = range(lowest, max(top, across[-1]) + 1)
    hours: dict[tuple[int, int], float] = {}
    jobs: dict[tuple[int, int], int] = {}
    for row in known:
        place = (row["asked_bin"], max(row["used_bin"], lowest))
        hours[place] = hours.get(place, 0.0) + row["cpu_h"]
        jobs[place] = jobs.get(place, 0) + row["jobs"]
    return {
        "data": [_heat(across, up, hours, jobs, of), _even(across, up)],
        "layout": {
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
            "xaxis": _sizes_axis(across, f"asked for, {of.unit}"),
            "yaxis": _sizes_axis(up, f"used, {of.unit}"),
        },
    }


def _bins(places: Any) -> range:
    some = list(places)
    return range(max(min(some), max(some) - MOST_BINS), max(some) + 1)


def _heat(
    across: range,
    up: range,
    hours: Mapping[tuple[int, int], float],
    jobs: Mapping[tuple[int, int], int],
    of: Asked,
) -> Figure:
    return {
        "type": "heatmap",
        "x": list(across),
        "y": list(up),
        "z": [[hours.get((x, y)) for x in across] for y in up],
        "customdata": [
            [
                f"asked {amount(edge(x))} to {amount(edge(x + 1))} {of.unit}, used {amount(edge(y))} to "
                f"{amount(edge(y + 1))}<br>{jobs.get((x, y), 0):,} jobs, {fmt.number(hours.get((x, y)))} core h"
                for x in across
            ]
            for y in up
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
        "colorscale": SCALE,
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "colorbar": {
            "title": {"text": "core h", "side": "top", "font": {"size": 11}},
            "thickness": 10,
            "outlinewidth": 0,
            "nticks": 4,
        },
    }


def _even(across: range, up: range) -> Figure:
    first, last = max(across[0], up[0]) - 0.5, min(across[-1], up[-1]) + 0.5
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [first, last],
        "y": [first, last],
        "hoverinfo": "skip",
        "line": {"color": MARK, "width": 2, "dash": "dash"},
    }


def _sizes_axis(bins: range, title: str) -> Figure:
    step = max(OCTAVE, OCTAVE * (-(-len(bins) // (8 * OCTAVE))))
    shown = [place for place in bins if place % step == 0]
    return {
        "title": {"text": title},
        "fixedrange": True,
        "tickmode": "array",
        "tickvals": [place - 0.5 for place in shown],
        "ticktext": [amount(edge(place)) for place in shown],
        "range": [bins[0] - 0.5, bins[-1] + 0.5],
        "showgrid": False,
        "zeroline": False,
    }


def change_figure(
    days: Sequence[tuple[date, float | None]], since: date, before: float | None, after: float | None, metric: Metric
) -> Figure:
    """A ratio by day with a mark where the change began, and the values of both sides as lines."""
    first, last = days[0][0], days[-1][0]
    values = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": metric.label,
            "x": [day.isoformat() for day, _ in days],
            "y": [value for _, value in days],
            "customdata": [[fmt.day(day), fmt.percent(value)] for day, value in days],
            "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[0]}<extra></extra>",
            "line": {"color": AFTER, "width": 2},
            "marker": {"size": 4},
            "connectgaps": False,
        }
    ]
    sides = [(before, first, since - timedelta(days=1), "before"), (after, since, last, "since")]
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": [begin.isoformat(), end.isoformat()],
            "y": [value, value],
            "hovertemplate": f"{name}: {fmt.percent(value)}<extra></extra>",
            "line": {"color": BEFORE, "width": 2, "dash": "dash"},
        }
        for value, begin, end, name in sides
        if value is not None and begin <= end
    ]
    return {
        "data": [*values, *lines],
        "layout": {
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
            "xaxis": DAY_AXIS | {"range": [f"{first - timedelta(days=1)}T12:00", f"{last}T12:00"], "nticks": 6},
            "yaxis": {"title": {"text": metric.label}, "rangemode": "tozero", "tickformat": ".0%", "fixedrange": True},
            "shapes": [_mark(since)],
        },
    }


def _mark(since: date) -> Figure:
    moment = f"{since - timedelta(days=1)}T12:00"
    return {
        "type": "line",
        "x0": moment,
        "x1": moment,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": MARK, "width": 2},
    }
