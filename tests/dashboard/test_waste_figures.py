"""The chart of buckets: every bucket is drawn once, the largest entity first, and no hour is lost."""

from dashboard.colours import NOT_KNOWN, PALETTE
from dashboard.waste_figures import KINDS, MOST_BARS, bars_of, drawn_kinds, waste_bars
from pipeline.buckets import BUCKETS
from pipeline.waste import WasteRow
from tests.dashboard.made_lake import MARKUP


def row(name: str, **hours: float) -> WasteRow:
    whole: dict[str, float | None] = {bucket.name: 0.0 for bucket in BUCKETS}
    return WasteRow((name,), sum(hours.values()), whole | hours)


def test_every_bucket_is_drawn_in_one_colour_of_the_palette() -> None:
    drawn = [bucket for kind in KINDS for bucket in kind.buckets]
    assert sorted(drawn) == sorted(bucket.name for bucket in BUCKETS)
    assert len({kind.colour for kind in KINDS}) == len(KINDS)
    assert all(kind.colour in (*PALETTE, NOT_KNOWN) for kind in KINDS)


def test_the_largest_entity_comes_first_and_one_without_hours_is_not_drawn() -> None:
    bars = bars_of([row("A", used=1.0), row("B", idle=2.0, lost=1.0), row("C")])
    assert bars.names == ("B", "A")
    assert bars.totals == (3.0, 1.0)
    assert [kind.label for kind in drawn_kinds(bars)] == ["Used", "Idle", "Lost or evicted"]


def test_what_is_beyond_the_largest_is_one_bar_and_no_hour_is_lost() -> None:
    rows = [row(f"P{number:02}", used=number + 1.0, held=0.5) for number in range(MOST_BARS + 4)]
    bars = bars_of(rows)
    assert bars.names[-1] == "4 others"
    assert sum(sum(hours) for hours in bars.hours.values()) == sum(one.total_h or 0 for one in rows) == sum(bars.totals)


def test_shares_of_a_bar_are_of_its_own_total_and_hours_are_hours() -> None:
    bars = bars_of([row("A", used=1.0, idle=3.0)])
    shares, hours = (waste_bars(bars, "core h", shares=share) for share in (True, False))
    assert [trace["x"] for trace in shares["data"]] == [[0.25], [0.75]]
    assert [trace["x"] for trace in hours["data"]] == [[1.0], [3.0]]
    assert shares["layout"]["xaxis"]["range"] == [0, 1]
    assert hours["data"][1]["customdata"][0][1] == "3.0\u00a0core h, 75.0\u00a0%"


def test_what_nobody_knows_is_hatched() -> None:
    figure = waste_bars(bars_of([row("A", used=1.0, unattributed=1.0)]), "core h", shares=True)
    assert ["pattern" in trace["marker"] for trace in figure["data"]] == [False, True]


def test_an_entity_s_name_is_text() -> None:
    assert "<img" not in str(waste_bars(bars_of([row(MARKUP, used=1.0)]), "core h", shares=True))
