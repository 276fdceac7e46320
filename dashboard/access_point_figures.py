"""Charts of the page Access point: jobs in and out of its queue over time. Pure Plotly figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard import format as fmt
from dashboard import periods
from dashboard.figures import DAY_AXIS, Figure, axis_range, bar_label
from dashboard.periods import Grain, Period
from pipeline.access_point_sheet import Day

COLOURS = {
    "succeeded": "#319078",
    "failed": "#b92d1e",
    "signal": "#d56ecc",
    "removed": "#dfbd77",
    "unknown": "#a7adb6",
}
WORDS = {
    "succeeded": "Succeeded",
    "failed": "Failed",
    "signal": "Killed by a signal",
    "removed": "Removed",
    "unknown": "End not known",
}
"""How jobs left the queue: their colour and word, the good end at the bottom of a bar."""
SUBMITTED = "#3752c5"
DAY_MS, FEWEST_BARS = 86_400_000, 7


@dataclass(frozen=True)
class Flow:
    """Jobs submitted (None: not known) and left by outcome, a bar each."""

    bars: tuple[date, ...]
    grain: Grain
    submitted: tuple[int | None, ...]
    left: Mapping[str, tuple[int, ...]]


def flow(days: Sequence[Day], period: Period) -> Flow:
    """The days added up to bars of a day, a week or a month; outcomes that nothing had are left out."""
    grain = periods.grain(period)
    bars = periods.buckets(period, grain)
    of_bar: dict[date, list[Day]] = {bar: [] for bar in bars}
    for one in days:
        of_bar[periods.bucket(one.day, grain)].append(one)
    left = {
        name: tuple(sum(one.left.get(name, 0) for one in of_bar[bar]) for bar in bars)
        for name in COLOURS
        if any(one.left.get(name) for one in days)
    }
    return Flow(bars, grain, tuple(_submitted(of_bar[bar]) for bar in bars), left)


def flow_figure(found: Flow, period: Period, oldest: date) -> Figure:
    """Stacked bars of jobs that left the queue, by how; a line of those that were submitted.

    The axis begins with the period, or with the pool's first day where that is later.
    """
    labels = [bar_label(bar, found.grain, period) for bar in found.bars]
    at = [_middle(bar, found.grain) for bar in found.bars]
    traces = [_bars(found, name, at, labels) for name in found.left]
    if any(count is not None for count in found.submitted):
        traces.append(_line(found, at, labels))
    return {
        "data": traces,
        "layout": {
            "barmode": "stack",
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "margin": {"l": 8, "r": 8, "t": 12, "b": 8},
            "xaxis": DAY_AXIS | {"range": axis_range(found.bars, found.grain, period, oldest), "nticks": 6},
            "yaxis": {
                "title": {"text": f"jobs per {found.grain}"},
                "rangemode": "tozero",
                "fixedrange": True,
                "nticks": 6,
            },
        },
    }


def _submitted(days: Sequence[Day]) -> int | None:
    known = [one.submitted for one in days if one.submitted is not None]
    return sum(known) if known else None


def _middle(bar: date, grain: Grain) -> str:
    return (bar + (periods.bucket_end(bar, grain) - bar) / 2).isoformat()


def _bars(found: Flow, name: str, at: list[str], labels: list[str]) -> Figure:
    share = 0.82 * min(1, len(found.bars) / FEWEST_BARS)
    widths = [share * DAY_MS * ((periods.bucket_end(bar, found.grain) - bar).days + 1) for bar in found.bars]
    return {
        "type": "bar",
        "name": WORDS[name],
        "x": at,
        "y": list(found.left[name]),
        "width": widths,
        "customdata": [[label, f"{count:,} jobs"] for label, count in zip(labels, found.left[name], strict=True)],
        "hovertemplate": "<b>%{fullData.name}</b><br>%{customdata[1]}<br>%{customdata[0]}<extra></extra>",
        "marker": {"color": COLOURS[name]},
    }


def _line(found: Flow, at: list[str], labels: list[str]) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "Submitted",
        "x": at,
        "y": list(found.submitted),
        "customdata": [
            [label, f"{fmt.number(count, 0)} jobs"] for label, count in zip(labels, found.submitted, strict=True)
        ],
        "hovertemplate": "<b>%{fullData.name}</b><br>%{customdata[1]}<br>%{customdata[0]}<extra></extra>",
        "line": {"color": SUBMITTED, "width": 2},
        "marker": {"size": 5},
        "connectgaps": False,
    }
