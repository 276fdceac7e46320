"""Advice as one table, for programs and downloads: a row each, most hours first."""

from typing import Any

import pyarrow as pa

from pipeline.advice import wording
from pipeline.advice.advise import Advice
from pipeline.advice.sheet import AdviceSheet

_TEXTS = ("kind", "user", "workflow", "submit_lines", "sentence", "hours_unit", "measure")
_QUANTILES = tuple(f"{of}_{name}" for of in ("asked", "used") for name in wording.NAMED)
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        *((name, pa.float64()) for name in ("proposed", "retry", "hours_saved", "risk")),
        *((name, pa.int64()) for name in ("runs", "measured", "exceeded")),
        *((name, pa.float64()) for name in _QUANTILES),
        *((name, pa.float64()) for name in ("tested_proposed", "tested_hours_saved", "tested_risk")),
        ("tested_runs", pa.int64()),
        ("tested_from", pa.date32()),
    ]
)
"""Amounts in `measure`; `tested_...`: made of the days before `tested_from`, and what came of it on those after."""


def as_table(sheet: AdviceSheet) -> pa.Table:
    """The rows; null where it is not known, or was not tested."""
    return pa.Table.from_pylist([_row(one, sheet) for one in sheet.advice], schema=SCHEMA)


def _row(one: Advice, sheet: AdviceSheet) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": one.kind,
        "user": one.user,
        "workflow": one.workflow,
        "submit_lines": wording.lines(one),
        "sentence": wording.sentence(one),
        "hours_unit": one.rule.unit,
        "measure": one.rule.measure,
        "proposed": one.proposal.value,
        "retry": one.proposal.retry,
        "hours_saved": one.effect.hours,
        "risk": one.effect.risk,
        "runs": one.effect.runs,
        "measured": one.effect.measured,
        "exceeded": one.effect.exceeded,
        "tested_from": sheet.parted,
    }
    for of, values in (("asked", one.asked), ("used", one.used)):
        row |= {f"{of}_{name}": value for name, value in zip(wording.NAMED, values, strict=False)}
    if one.tested is not None:
        effect = one.tested.effect
        row |= {"tested_proposed": one.tested.value, "tested_hours_saved": effect.hours}
        row |= {"tested_risk": effect.risk, "tested_runs": effect.runs}
    return row
