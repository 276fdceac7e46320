"""The waterfall of a bridge: from as used to as ended and on, a bar for each total and each step. A pure figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import format as fmt
from dashboard.labels import in_chart
from dashboard.shell_parts import CLEAR
from pipeline.bridge.asked import TARGETS, Target
from pipeline.bridge.walk import Bridge, Step

Figure = dict[str, Any]
MCORE_S_PER_H = 3_600_000
UP, DOWN, TOTAL = "#319078", "#b92d1e", "#3752c5"
ROW_PX, REST_PX = 30, 70


@dataclass(frozen=True)
class Bar:
    """A total (`step` is None) or a step, in milli-core-seconds."""

    label: str
    mcore_s: int
    step: Step | None = None


def bars_of(bridge: Bridge, target: Target) -> tuple[Bar, ...]:
    """The walk in its order: totals and the steps between them."""
    bars = [Bar("As used", bridge.used_mcore_s), *_steps(bridge.steps_to("ended"))]
    bars.append(Bar("As ended", bridge.ended_mcore_s))
    if target != "ended":
        label = TARGETS[target]
        bars += [*_steps(bridge.steps_to("published")), Bar(label[:1].upper() + label[1:], bridge.target_mcore_s)]
    return tuple(bars)


def height(bars: Sequence[Bar]) -> int:
    """Pixels that so many bars take."""
    return REST_PX + ROW_PX * len(bars)


def waterfall(bars: Sequence[Bar]) -> Figure:
    """Horizontal bars from the top down; what a step adds hangs where the one before ended."""
    labels = [in_chart(bar.label, 40) for bar in bars]
    hours = [bar.mcore_s / MCORE_S_PER_H for bar in bars]
    return {
        "data": [
            {
                "type": "waterfall",
                "orientation": "h",
                "measure": ["absolute" if bar.step is None else "relative" for bar in bars],
                "y": list(range(len(bars))),
                "x": hours,
                "customdata": [[label, _amount(bar)] for label, bar in zip(labels, bars, strict=True)],
                "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
                "connector": {"line": {"width": 1, "color": "#8d95a3"}},
                "increasing": {"marker": {"color": UP}},
                "decreasing": {"marker": {"color": DOWN}},
                "totals": {"marker": {"color": TOTAL}},
            }
        ],
        "layout": {
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "waterfallgap": 0.34,
            "margin": {"l": 8, "r": 16, "t": 4, "b": 8},
            "xaxis": {"title": {"text": "core h"}, "fixedrange": True, "rangemode": "tozero", "nticks": 6},
            "yaxis": {
                "fixedrange": True,
                "autorange": "reversed",
                "tickmode": "array",
                "tickvals": list(range(len(bars))),
                "ticktext": labels,
                "ticks": "outside",
                "ticklen": 6,
                "tickcolor": CLEAR,
                "showgrid": False,
                "zeroline": False,
            },
        },
    }


def _steps(steps: Sequence[Step]) -> list[Bar]:
    return [Bar(step.cause.label, step.mcore_s, step) for step in steps]


def _amount(bar: Bar) -> str:
    hours = fmt.number(bar.mcore_s / MCORE_S_PER_H, 3) + fmt.GAP + "core h"
    return hours if bar.step is None else f"{hours}, {fmt.count(bar.step.jobs, 'job', 'jobs')}"
