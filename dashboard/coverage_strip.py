"""Completeness as a strip of days for each stream: a pure Plotly figure of rows of `Cube.coverage`.

A cell's state is told by colour and by a sign; what is behind it, on hover and in the table below the figure.
"""

import html
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboard.figures import DAY_AXIS, Figure
from dashboard.labels import in_chart, isolated, short

STATES = ("complete", "unknown", "partial")
COLOURS = {"complete": "#319078", "unknown": "#b9c0ca", "partial": "#d9822b"}
SIGNS = {"complete": "", "unknown": "?", "partial": "!"}
MEANING = {
    "complete": "proven: every record of that day was read",
    "unknown": "nothing proves that the day was read whole",
    "partial": "something of that day is lost, rejected or missing",
}
MOST_STREAMS = 40
MOST_SIGNED_DAYS = 60
FEWEST_DAYS = 14  # a day is a cell, not a wall
ROW_PX, REST_PX = 24, 64
LONGEST_EVIDENCE = 240
DAY = timedelta(days=1)
WORDS = {"history": "history", "epochs": "epochs", "startd": "startd history", "pool": "pool ads", "queue": "queue"}


@dataclass(frozen=True)
class Strip:
    """The figure, how high it wants to be, and how many streams it shows of how many."""

    figure: Figure
    height: int
    shown: int
    streams: int


def strip(rows: Sequence[Mapping[str, Any]], first: date, last: date) -> Strip:
    """One line a stream, one cell a day from `first` to `last`; streams with the most days that are not complete are
    kept where there are too many. A day that nothing is said about is empty."""
    first = min(first, last - (FEWEST_DAYS - 1) * DAY)
    days = [first + number * DAY for number in range((last - first).days + 1)]
    by_stream: dict[tuple[str, str, str], dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        by_stream.setdefault((row["ap"] or "", row["stream"], row["source"]), {})[row["day"]] = row
    kept = sorted(sorted(by_stream, key=lambda stream: (-_lacking(by_stream[stream]), stream))[:MOST_STREAMS])
    names = _names(kept)
    figure = _figure(names, [by_stream[stream] for stream in kept], days)
    return Strip(figure, REST_PX + ROW_PX * max(len(kept), 1), len(kept), len(by_stream))


def stream_name(ap: str | None, stream: str, source: str) -> str:
    """What people call a stream: its access point, or its source where it has many, and which records."""
    return f"{short(ap or source, 40)} · {WORDS.get(stream) or short(stream, 40)}"


def _lacking(days: Mapping[str, Mapping[str, Any]]) -> int:
    return sum(STATES.index(row["state"]) for row in days.values())


def _names(streams: Sequence[tuple[str, str, str]]) -> list[str]:
    """A name for each line; two of one name get their source's, too."""
    plain = [stream_name(ap, stream, source) for ap, stream, source in streams]
    return [
        name if plain.count(name) == 1 else f"{name} ({short(source, 32)})"
        for name, (_, _, source) in zip(plain, streams, strict=True)
    ]


def _figure(names: Sequence[str], lines: Sequence[Mapping[str, Mapping[str, Any]]], days: Sequence[date]) -> Figure:
    keys = [day.isoformat() for day in days]
    cells = [[line.get(key) for key in keys] for line in lines]
    signed = len(days) <= MOST_SIGNED_DAYS
    return {
        "data": [
            {
                "type": "heatmap",
                "x": keys,
                "y": list(range(len(names))),
                "z": [[None if cell is None else STATES.index(cell["state"]) for cell in line] for line in cells],
                "text": [
                    ["" if cell is None or not signed else SIGNS[cell["state"]] for cell in line] for line in cells
                ],
                "customdata": [
                    [_hover(name, day, cell) for day, cell in zip(days, line, strict=True)]
                    for name, line in zip(names, cells, strict=True)
                ],
                "texttemplate": "%{text}",
                "textfont": {"color": "#1c2230", "size": 12},
                "hovertemplate": "%{customdata}<extra></extra>",
                "colorscale": _scale(),
                "zmin": 0,
                "zmax": len(STATES) - 1,
                "showscale": False,
                "hoverongaps": False,
                "xgap": 1.5,
                "ygap": 4,
            }
        ],
        "layout": {
            "showlegend": False,
            "margin": {"l": 8, "r": 8, "t": 4, "b": 8},
            "dragmode": False,
            "xaxis": DAY_AXIS | {"nticks": 8},
            "yaxis": {
                "fixedrange": True,
                "autorange": "reversed",
                "tickmode": "array",
                "tickvals": list(range(len(names))),
                "ticktext": [in_chart(name, 44) for name in names],
                "showgrid": False,
                "zeroline": False,
            },
        },
    }


def _scale() -> list[list[Any]]:
    """A colour a state, without anything between them."""
    width = 1 / len(STATES)
    ends = [(place * width, (place + 1) * width) for place in range(len(STATES))]
    return [[end, COLOURS[state]] for state, pair in zip(STATES, ends, strict=True) for end in pair]


def _hover(name: str, day: date, cell: Mapping[str, Any] | None) -> str:
    if cell is None:
        return ""
    head = f"<b>{in_chart(name)}</b><br>{day:%a} {day.day} {day:%b} {day.year}: {cell['state']}"
    return head if cell["state"] == "complete" else f"{head}<br>{_wrapped(cell['evidence'] or '')}"


def _wrapped(evidence: str) -> str:
    lines = textwrap.wrap(short(evidence, LONGEST_EVIDENCE), 64)
    return "<br>".join(isolated(html.escape(line, quote=False)) for line in lines)
