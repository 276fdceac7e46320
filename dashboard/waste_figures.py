"""The chart of the page Efficiency: a bar an entity, cut by what became of its time. Pure Plotly figures.

Sixteen buckets are too many colours to tell apart, so buckets of a kind are drawn as one; the table has them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import format as fmt
from dashboard.colours import NOT_KNOWN
from dashboard.labels import in_chart
from dashboard.shell_parts import CLEAR
from pipeline.waste import WasteRow

Figure = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """Buckets that are drawn as one: a word for people, a colour, and whether it stands for not known."""

    label: str
    colour: str
    buckets: tuple[str, ...]
    hatched: bool = False


KINDS: tuple[Kind, ...] = (
    Kind("Used", "#3752c5", ("used",)),
    Kind("Saved by a checkpoint", "#a6c7e8", ("checkpointed",)),
    Kind("Idle", "#dfbd77", ("idle",)),
    Kind("Suspended or moving files", "#319078", ("suspended", "transfer_queue", "transfer_in", "transfer_out")),
    Kind("Lost or evicted", "#d56ecc", ("lost", "evicted")),
    Kind("Held or removed", "#6d4f74", ("held", "removed")),
    Kind("Failed or killed by a signal", "#b92d1e", ("signal", "failed")),
    Kind("Not measured or not known", NOT_KNOWN, ("not_measured", "unknown", "unattributed"), hatched=True),
)
"""From what was good to what nobody knows; every bucket is in one."""
MOST_BARS = 15
ROW_PX, REST_PX = 26, 60


@dataclass(frozen=True)
class Bars:
    """What is drawn: the largest entities and all others as one; hours of each kind for each bar, and the totals."""

    names: tuple[str, ...]
    hours: Mapping[str, tuple[float, ...]]
    totals: tuple[float, ...]

    @property
    def height(self) -> int:
        return REST_PX + ROW_PX * max(len(self.names), 1)


def bars_of(rows: Sequence[WasteRow]) -> Bars:
    """Bars of rows with hours, the largest first; those beyond MOST_BARS are one."""
    known = sorted((row for row in rows if row.total_h), key=lambda row: (-(row.total_h or 0), row.key))
    shown, rest = [[row] for row in known[:MOST_BARS]], known[MOST_BARS:]
    groups = [*shown, rest] if rest else shown
    names = [row.key[0] for row in known[:MOST_BARS]] + ([f"{len(rest):,} others"] if rest else [])
    hours = {kind.label: tuple(_of_kind(kind, group) for group in groups) for kind in KINDS}
    return Bars(tuple(names), hours, tuple(sum(row.total_h or 0 for row in group) for group in groups))


def drawn_kinds(bars: Bars) -> tuple[Kind, ...]:
    """The kinds that any bar has a piece of."""
    return tuple(kind for kind in KINDS if any(bars.hours[kind.label]))


def waste_bars(bars: Bars, unit: str, *, shares: bool) -> Figure:
    """Stacked bars of hours, or of shares of each bar's total."""
    labels = [in_chart(name, 28) for name in bars.names]
    places = list(range(len(labels)))
    return {
        "data": [_trace(kind, bars, labels, unit, shares=shares) for kind in drawn_kinds(bars)],
        "layout": {
            "barmode": "stack",
            "bargap": 0.32,
            "showlegend": False,
            "hovermode": "closest",
            "margin": {"l": 8, "r": 16, "t": 4, "b": 8},
            "dragmode": False,
            "xaxis": _amounts(unit, shares=shares),
            "yaxis": {
                "fixedrange": True,
                "autorange": "reversed",
                "tickmode": "array",
                "tickvals": places,
                "ticktext": labels,
                "ticklen": 6,
                "tickcolor": CLEAR,
                "ticks": "outside",
                "showgrid": False,
            },
        },
    }


def _of_kind(kind: Kind, rows: Sequence[WasteRow]) -> float:
    return sum(row.hours[bucket] or 0 for row in rows for bucket in kind.buckets)


def _amounts(unit: str, *, shares: bool) -> Figure:
    axis: Figure = {"rangemode": "tozero", "fixedrange": True, "showgrid": True, "nticks": 6}
    if shares:
        return axis | {"title": {"text": f"share of {unit}"}, "tickformat": ".0%", "range": [0, 1]}
    return axis | {"title": {"text": unit}}


def _trace(kind: Kind, bars: Bars, labels: list[str], unit: str, *, shares: bool) -> Figure:
    hours = bars.hours[kind.label]
    parts = [amount / total for amount, total in zip(hours, bars.totals, strict=True)]
    marker: Figure = {"color": kind.colour}
    if kind.hatched:
        marker["pattern"] = {"shape": "/", "size": 6, "solidity": 0.22, "fillmode": "overlay", "fgcolor": "#ffffff"}
    return {
        "type": "bar",
        "orientation": "h",
        "name": kind.label,
        "y": list(range(len(labels))),
        "x": parts if shares else list(hours),
        "customdata": [
            [label, f"{fmt.number(amount)}{fmt.GAP}{unit}, {fmt.percent(part)}"]
            for label, amount, part in zip(labels, hours, parts, strict=True)
        ],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{fullData.name}<br>%{customdata[1]}<extra></extra>",
        "marker": marker,
    }
