"""Charts of the page Pool now: cores by site and state. Pure Plotly figures; colours of the page come from `theme`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import format as fmt
from dashboard.colours import NOT_KNOWN_NAMES
from dashboard.labels import in_chart
from dashboard.shell_parts import CLEAR

Figure = dict[str, Any]
STATES: tuple[tuple[str, str, str], ...] = (
    ("claimed", "claimed", "#3752c5"),
    ("unclaimed", "free", "#a6c7e8"),
    ("other", "in other states", "#a7adb6"),
)
"""States as they are drawn: name, word for people, colour."""
MOST_SITES = 20
ROW_PX, REST_PX = 26, 52


@dataclass(frozen=True)
class Sites:
    """Cores of each site by drawn state, the largest site first."""

    names: tuple[str, ...]
    cores: Mapping[str, tuple[float, ...]]
    others: int

    @property
    def height(self) -> int:
        return REST_PX + ROW_PX * max(len(self.names), 1)


def drawn_state(state: str) -> str:
    """The state that it is drawn as: a slot that is preempting or matched has a job, or is about to."""
    if state in ("claimed", "preempting", "matched"):
        return "claimed"
    return state if state == "unclaimed" else "other"


def sites(rows: Sequence[Mapping[str, Any]]) -> Sites:
    """Sites of rows with `site`, `state` and `cores`; those beyond MOST_SITES are one, `others` of them."""
    totals: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["cores"] is not None:
            by_state = totals.setdefault(row["site"], {})
            by_state[drawn_state(row["state"])] = by_state.get(drawn_state(row["state"]), 0.0) + row["cores"]
    order = sorted(totals, key=lambda site: (-sum(totals[site].values()), site))
    shown, rest = order[:MOST_SITES], order[MOST_SITES:]
    cores = {}
    for state, _, _ in STATES:
        values = [totals[site].get(state, 0.0) for site in shown]
        values += [sum(totals[site].get(state, 0.0) for site in rest)] if rest else []
        cores[state] = tuple(values)
    return Sites((*shown, *((f"{len(rest):,} other sites",) if rest else ())), cores, len(rest))


def cores_by_site(found: Sites) -> Figure:
    """A bar a site, cut by state."""
    labels = [in_chart(site_label(name), 28) for name in found.names]
    places = list(range(len(labels)))
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "name": word,
                "y": places,
                "x": list(found.cores[state]),
                "customdata": [
                    [label, f"{fmt.number(value)}{fmt.GAP}cores {word}"]
                    for label, value in zip(labels, found.cores[state], strict=True)
                ],
                "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
                "marker": {"color": colour},
            }
            for state, word, colour in STATES
            if any(found.cores[state])
        ],
        "layout": {
            "barmode": "stack",
            "bargap": 0.32,
            "showlegend": False,
            "margin": {"l": 8, "r": 16, "t": 4, "b": 8},
            "dragmode": False,
            "xaxis": {
                "title": {"text": "cores"},
                "rangemode": "tozero",
                "fixedrange": True,
                "showgrid": True,
                "nticks": 6,
            },
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


def site_label(site: str) -> str:
    """A site as people read it: slots without one are the pool's own."""
    return "no site (the pool's own)" if site in NOT_KNOWN_NAMES else site
