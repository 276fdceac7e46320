"""Rankings, buckets and GPU models as they are read."""

from typing import Any

from dashboard import gpu_parts
from dashboard.bucket_parts import Buckets, bucket_table
from dashboard.ranking import ranking
from pipeline.waste import WasteRow
from tests.dashboard.component_text import all_of, text_of
from tests.dashboard.made_lake import MARKUP


def row(name: str, hours: float | None, **more: Any) -> dict[str, Any]:
    known = {
        "site": name,
        "cpu_h": hours,
        "gpu_h": 0.0,
        "goodput_succeeded_h": hours,
        "cpu_efficiency": None,
        "jobs": 1,
    }
    return known | more


def test_the_largest_come_first_and_the_rest_is_summed_up() -> None:
    rows = [row(f"S{number}", float(number)) for number in range(1, 13)]
    shown = ranking(rows, "site", "Site", lambda name: f"/site?site={name}")
    assert [link.href for link in all_of(shown, "Link")][:2] == ["/site?site=S12", "/site?site=S11"]
    assert "And 2 more with 3.0\u00a0core\u00a0h" in text_of(shown)


def test_what_nobody_is_known_for_is_a_row_without_a_way() -> None:
    shown = ranking([row("unattributed", 1.0), row(MARKUP, 2.0)], "site", "Site", lambda name: "/x")
    assert [link.href for link in all_of(shown, "Link")] == ["/x"]
    assert "unattributed" in text_of(shown)


def test_gpu_hours_are_a_column_where_there_are_any() -> None:
    assert "GPU h" not in text_of(ranking([row("S", 1.0)], "site", "Site", lambda name: None))
    assert "GPU h" in text_of(ranking([row("S", 1.0, gpu_h=2.0)], "site", "Site", lambda name: None))


def test_efficiency_that_nobody_measured_is_a_dash() -> None:
    cells = [text_of(cell) for cell in all_of(ranking([row("S", 1.0)], "site", "Site", lambda name: None), "Td")]
    assert "—" in cells


def test_buckets_say_whom_they_fell_on() -> None:
    whole = WasteRow((), 4.0, {"used": 1.0, "failed": 3.0} | dict.fromkeys(("idle", "held"), 0.0))
    hours = {name: whole.hours.get(name, 0.0) for name in ALL}
    shown = bucket_table(Buckets(WasteRow((), 4.0, hours), {"failed": ("P", 0.5)}), "Most of it by", lambda name: "/p")
    assert [text_of(cell).replace("\u00a0", " ") for cell in all_of(shown, "Td")][-3:] == ["3.0", "75.0 %", "P  50 %"]


def test_how_much_of_the_gpus_is_known_is_a_sentence() -> None:
    def said(share: float | None) -> str:
        return gpu_parts.known_sentence({"gpu_model_coverage": share})

    assert said(1) == "The model of every GPU is known."
    assert said(0).startswith("Of none of the GPUs the model is known")
    assert said(0.25).startswith("Of 25.0\u00a0% of the GPU hours it is known")
    assert said(None) == ""


ALL = (
    *("used", "checkpointed", "idle", "suspended", "transfer_queue", "transfer_in", "transfer_out", "lost", "evicted"),
    *("held", "removed", "signal", "failed", "not_measured", "unknown", "unattributed"),
)
