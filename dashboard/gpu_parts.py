"""GPU hours by model, and how much of them no model is known for."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.colours import NOT_KNOWN_NAMES
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.labels import short
from dashboard.ranking import share_bar
from pipeline.query import metric

METRICS = ("gpu_h", "gpu_full_h", "gpu_model_coverage", "gpu_efficiency", "gpu_coverage")
MOST_ROWS = 20
Row = Mapping[str, Any]


def gpu_models(rows: Sequence[Row], whole: Row) -> Component:
    """A row a model; `rows` hold `gpu_model` and METRICS, `whole` the same of all of them."""
    used = sorted((row for row in rows if row["gpu_h"]), key=lambda row: (-row["gpu_h"], row["gpu_model"]))
    if not used:
        return quiet("No GPU was used in these days.")
    heads = [
        Head("Model", "As the slot's ads name it; unknown where none of them was seen while the attempt ran."),
        Head("GPU h", metric("gpu_h").doc, number=True),
        Head("Share", "Of all GPU hours.", number=True),
        Head("Whole-GPU h", metric("gpu_full_h").doc, number=True),
        Head("Known", metric("gpu_model_coverage").doc, number=True),
        Head("GPU eff.", metric("gpu_efficiency").doc, number=True),
    ]
    table = fact_table(heads, [_row(row, whole["gpu_h"]) for row in used[:MOST_ROWS]], "GPU hours by model")
    return html.Div([table, html.P(known_sentence(whole), className="dim")])


def known_sentence(whole: Row) -> str:
    """How much of the GPU hours has a known model; what is estimated, and how."""
    share = whole["gpu_model_coverage"]
    if share is None:
        return ""
    if share == 1:
        return "The model of every GPU is known."
    if share == 0:
        return "Of none of the GPUs the model is known: all are counted as whole devices, which is an estimate."
    return (
        f"Of {fmt.percent(share)} of the GPU hours it is known which model, and how much of a whole GPU, they were. "
        "The rest is counted as whole devices: an estimate."
    )


def _row(row: Row, total: float | None) -> list[Cell]:
    return [
        html.Span(short(row["gpu_model"], 60), className="name dim" if row["gpu_model"] in NOT_KNOWN_NAMES else "name"),
        fmt.number(row["gpu_h"]),
        share_bar(row["gpu_h"] / total if total else None),
        fmt.number(row["gpu_full_h"]),
        fmt.percent(row["gpu_model_coverage"], 0),
        fmt.percent(row["gpu_efficiency"], 0),
    ]
