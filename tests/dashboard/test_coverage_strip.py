"""The strip of days: each stream a line, each day a cell, and no evidence is ever markup."""

import json
from datetime import date, timedelta
from typing import Any

from dashboard.coverage_strip import MOST_STREAMS, STATES, strip
from tests.dashboard.made_lake import MARKUP

FIRST = date(2026, 11, 1)


def row(
    day: int, state: str = "complete", ap: str | None = "ap1", stream: str = "history", **more: Any
) -> dict[str, Any]:
    given = {
        "ap": ap,
        "stream": stream,
        "source": "mine",
        "day": f"2026-11-{day:02}",
        "state": state,
        "evidence": "why",
    }
    return given | more


def test_a_cell_is_a_day_of_a_stream_and_a_day_without_a_word_is_empty() -> None:
    made = strip([row(1), row(3, "partial"), row(2, "unknown", ap="ap2", stream="epochs")], FIRST, date(2026, 11, 3))
    (heat,) = made.figure["data"]
    assert [line[-3:] for line in heat["z"]] == [[0, None, 2], [None, 1, None]]
    assert [line[-3:] for line in heat["text"]] == [["", "", "!"], ["", "?", ""]]
    assert heat["x"][-3:] == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert [name.strip("\u2068\u2069") for name in made.figure["layout"]["yaxis"]["ticktext"]] == [
        "ap1 · history",
        "ap2 · epochs",
    ]
    assert (made.shown, made.streams) == (2, 2)


def test_two_sources_of_one_stream_are_told_apart() -> None:
    made = strip([row(1), row(1, source="other")], FIRST, FIRST)
    assert [name.strip("\u2068\u2069") for name in made.figure["layout"]["yaxis"]["ticktext"]] == [
        "ap1 · history (mine)",
        "ap1 · history (other)",
    ]


def test_evidence_is_text_on_hover() -> None:
    made = strip([row(1, "partial", evidence=f"lost {MARKUP} " + "x" * 5000)], FIRST, FIRST)
    hover = made.figure["data"][0]["customdata"][0][-1]
    assert "&lt;img src=x" in hover
    assert "<img" not in hover
    assert len(hover) < 700


def test_of_too_many_streams_those_that_lack_most_are_shown() -> None:
    rows = [row(1, ap=f"ap{number:03}") for number in range(MOST_STREAMS + 10)]
    rows += [row(2, "partial", ap="ap049")]
    made = strip(rows, FIRST, date(2026, 11, 2))
    assert (made.shown, made.streams) == (MOST_STREAMS, MOST_STREAMS + 10)
    assert any("ap049" in name for name in made.figure["layout"]["yaxis"]["ticktext"])


def test_a_day_that_stands_alone_is_a_cell_not_a_wall() -> None:
    (heat,) = strip([row(1)], FIRST, FIRST).figure["data"]
    assert len(heat["x"]) == 14
    assert heat["z"] == [[None] * 13 + [0]]


def test_colours_are_as_many_as_states_with_nothing_between() -> None:
    scale = strip([row(1)], FIRST, FIRST).figure["data"][0]["colorscale"]
    assert [place for place, _ in scale] == [0, 1 / 3, 1 / 3, 2 / 3, 2 / 3, 1]
    assert len({colour for _, colour in scale}) == len(STATES)


def test_a_year_of_many_streams_is_a_figure_of_bounded_size() -> None:
    days = [FIRST + timedelta(days=number) for number in range(365)]
    rows = [row(1, "unknown", ap=f"ap{ap}", evidence="y" * 900) | {"day": f"{day}"} for ap in range(60) for day in days]
    assert len(json.dumps(strip(rows, days[0], days[-1]).figure)) < 9_000_000
