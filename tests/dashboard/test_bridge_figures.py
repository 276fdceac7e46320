"""The waterfall: totals stand on zero, steps hang between them, labels are text."""

from dashboard.bridge_figures import Bar, bars_of, height, waterfall
from pipeline.bridge.walk import Bridge, step

WALK = Bridge(
    "", 36_000_000, 32_400_000, 39_600_000, (step("cores", -3_600_000, 3, ()), step("pilot", 7_200_000, 1, ()))
)


def test_the_walk_is_drawn_in_its_order_with_its_totals() -> None:
    assert [(bar.label, bar.mcore_s) for bar in bars_of(WALK, "history")] == [
        ("As used", 36_000_000),
        ("Cores", -3_600_000),
        ("As ended", 32_400_000),
        ("Pilots", 7_200_000),
        ("All final ads, as awk adds them up", 39_600_000),
    ]
    assert [bar.label for bar in bars_of(WALK, "ended")] == ["As used", "Cores", "As ended"]


def test_totals_are_absolute_and_steps_relative_in_core_hours() -> None:
    (trace,) = waterfall(bars_of(WALK, "history"))["data"]
    assert trace["measure"] == ["absolute", "relative", "absolute", "relative", "absolute"]
    assert trace["x"] == [10, -1, 9, 2, 11]
    assert [text for _, text in trace["customdata"]][1] == "\u22121.000\u00a0core h, 3\u00a0jobs"


def test_a_label_is_never_markup() -> None:
    figure = waterfall((Bar("<b>x</b>", 1),))
    assert "<b>" not in figure["layout"]["yaxis"]["ticktext"][0]


def test_more_bars_take_more_room() -> None:
    assert height(bars_of(WALK, "history")) - height(bars_of(WALK, "ended")) == 60
