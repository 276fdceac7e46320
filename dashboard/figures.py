"""Charts as plain Plotly figures: pure functions of what they show. Colours of the page come from `theme.TEMPLATES`."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from dashboard import format as fmt
from dashboard import periods
from dashboard.breakdown import Series
from dashboard.colours import NOT_KNOWN_NAMES, OTHER
from dashboard.labels import in_chart
from dashboard.periods import Grain, Period
from pipeline.metrics import Metric

Figure = dict[str, Any]
FEWEST_DAYS = 14  # a day of data is a bar, not a wall
FEWEST_BARS = 7  # fewer are drawn thinner and named one by one
BAR_SHARE = 0.82
DAY_MS = 86_400_000
HALF_DAY = timedelta(hours=12)
DAY_AXIS: Figure = {
    "type": "date",
    "fixedrange": True,
    "tickformat": "%-d %b",
    "tickangle": 0,
    "ticks": "outside",
    "ticklen": 5,
}
"""A horizontal axis of days; who draws it adds its range, and how many ticks have room."""


def usage_over_time(
    series: tuple[Series, ...],
    bars: tuple[date, ...],
    grain: Grain,
    period: Period,
    oldest: date,
    metric: Metric,
    link_of: Callable[[str], str | None],
) -> Figure:
    """Stacked bars of a metric that adds up, the largest entity at the bottom.

    A bar without a known value has no piece. The axis begins with the period, or with the pool's first day where
    that is later. `link_of` gives the address that a click on an entity leads to.
    """
    labels = [bar_label(bar, grain, period) for bar in bars]
    traces = [_trace(one, bars, labels, grain, metric, link_of) for one in series]
    return {
        "data": traces,
        "layout": {
            "barmode": "stack",
            "showlegend": False,
            "hovermode": "closest",
            "margin": {"l": 8, "r": 8, "t": 12, "b": 8},
            "xaxis": {
                "type": "date",
                "range": axis_range(bars, grain, period, oldest),
                "fixedrange": True,
                **_ticks(bars, grain, period),
            },
            "yaxis": {
                "title": {"text": f"{metric.unit} per {grain}"},
                "rangemode": "tozero",
                "fixedrange": True,
                "tickformat": "~s" if _largest(series) >= 10_000 else ",~r",
                "nticks": 6,
            },
            "dragmode": False,
        },
    }


def painted(figure: Figure, template: Mapping[str, Any]) -> Figure:
    """The figure in the colours of a template: what the browser does, for pictures made on the server."""
    return {**figure, "layout": {**figure["layout"], "template": template}}


def bar_label(bar: date, grain: Grain, period: Period) -> str:
    """The days that a bar covers, and of how many it shows, where the period cuts it."""
    end = periods.bucket_end(bar, grain)
    if grain == "day":
        return f"{bar:%a} {fmt.day(bar)}"
    first, last = max(bar, period.first), min(end, period.last)
    whole = (end - bar).days + 1
    shown = (last - first).days + 1
    cut = "" if shown == whole else f" ({shown} of {whole} days)"
    return fmt.span(first, last) + cut


def axis_range(bars: tuple[date, ...], grain: Grain, period: Period, oldest: date) -> list[str]:
    """Ends of the time axis: whole bars of the period, less the bars before the pool's first day."""
    from_here = min(oldest, period.last - timedelta(days=FEWEST_DAYS - 1))
    first = max(bars[0], periods.bucket(from_here, grain))
    return [f"{first - timedelta(days=1)}T12:00", f"{periods.bucket_end(bars[-1], grain)}T12:00"]


def _trace(
    one: Series,
    bars: tuple[date, ...],
    labels: list[str],
    grain: Grain,
    metric: Metric,
    link_of: Callable[[str], str | None],
) -> Figure:
    name = in_chart(one.name) if one.name is not None else f"{one.others} others"
    marker: dict[str, Any] = {"color": one.colour or OTHER}
    if one.name in NOT_KNOWN_NAMES:
        marker["pattern"] = {"shape": "/", "size": 6, "solidity": 0.22, "fillmode": "overlay", "fgcolor": "#ffffff"}
    return {
        "type": "bar",
        "name": name,
        "x": [_middle(bar, grain) for bar in bars],
        "y": list(one.values),
        "customdata": [[label, fmt.quantity(value, metric)] for label, value in zip(labels, one.values, strict=True)],
        "hovertemplate": "<b>%{fullData.name}</b><br>%{customdata[1]}<br>%{customdata[0]}<extra></extra>",
        "marker": marker,
        "width": _widths(bars, grain),
        "meta": {"link": None if one.name is None else link_of(one.name)},
    }


def _middle(bar: date, grain: Grain) -> str:
    """Where the bar stands: a day on its date, longer ones in the middle of their days."""
    end = periods.bucket_end(bar, grain)
    half = (end - bar).days * HALF_DAY
    return f"{bar}T00:00" if grain == "day" else f"{bar + half}T{'12' if half.seconds else '00'}:00"


def _widths(bars: tuple[date, ...], grain: Grain) -> list[float]:
    """Milliseconds that each bar is wide. Plotly cannot tell the width of a bar that stands alone."""
    share = BAR_SHARE * min(1, len(bars) / FEWEST_BARS)
    return [share * DAY_MS * ((periods.bucket_end(bar, grain) - bar).days + 1) for bar in bars]


def _ticks(bars: tuple[date, ...], grain: Grain, period: Period) -> Figure:
    """Few bars are named one by one: between them there is no whole day to name."""
    if len(bars) < FEWEST_BARS:
        named = [f"{bar.day} {bar:%b}" if grain == "day" else bar_label(bar, grain, period) for bar in bars]
        return {"tickmode": "array", "tickvals": [_middle(bar, grain) for bar in bars], "ticktext": named}
    form, most = ("%-d %b", 6) if period.days <= 366 else ("%b %Y", 5)
    return {"tickformat": form, "nticks": most, "tickangle": 0, "ticks": "outside", "ticklen": 5}


def _largest(series: tuple[Series, ...]) -> float:
    sums = [sum(value or 0 for value in bar) for bar in zip(*(one.values for one in series), strict=True)]
    return max(sums, default=0)
