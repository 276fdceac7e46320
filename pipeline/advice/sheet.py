"""The advice for a project on some days. In: a question to the cube. Out: AdviceSheet.

Of more than questions.MOST runs every n-th is looked at, chosen by id: hours are then n times those of the looked at.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from pipeline.advice import questions
from pipeline.advice.advise import Advice, advise
from pipeline.advice.overview import Fit, Workflow, fit, largest
from pipeline.advice.proposal import Effect, Exchange
from pipeline.advice.runs import Runs
from pipeline.lake import Lake

Ask = Callable[[str, list[Any]], pa.Table]
_OF_SLOTS = "what the pool's slots have now"
_OF_REQUESTS = "what all attempts of the pool asked for"


@dataclass(frozen=True)
class AdviceSheet:
    """Advice, most hours first.

    runs      that ended on those days; looked_at: those of them that it was made of
    exchange  what memory and disk count as, in cores
    parted    first day of those that the advice was tested on
    workflows with most core hours; `fits`: memory and disk used, per asked for
    """

    advice: tuple[Advice, ...]
    runs: int
    looked_at: int
    exchange: Exchange
    parted: date | None
    workflows: tuple[Workflow, ...] = ()
    fits: tuple[Fit, ...] = ()


def advice_sheet(
    ask: Ask, lake: Lake, pool: str, zone: str, condition: Sequence[str], values: Sequence[Any]
) -> AdviceSheet:
    """Of the runs for which the condition holds (it speaks of `efficiency AS fact`). Raises LakeError."""
    (count,) = ask(*questions.counted(condition, values)).to_pylist()
    one_in = max(1, math.ceil(count["runs"] / questions.MOST))
    found = questions.with_disk(lake, ask(*questions.runs(condition, values, one_in)))
    runs, exchange = Runs.of(found), _exchange(ask, pool)
    if not len(runs):
        return AdviceSheet((), count["runs"], 0, exchange, None)
    parted = _middle(runs, zone)
    given = advise(runs, exchange, datetime.combine(parted, datetime.min.time(), ZoneInfo(zone)).timestamp())
    advice = tuple(_of_all(one, one_in) for one in given)
    fits = (fit(runs, "memory"), fit(runs, "disk"))
    return AdviceSheet(advice, count["runs"], len(runs), exchange, parted, largest(runs, one_in), fits)


def _exchange(ask: Ask, pool: str) -> Exchange:
    (rate,) = [row["mib_s"] for row in ask(*questions.osdf_rate(pool)).to_pylist()] or [float("nan")]
    offered = ask(*questions.per_core(pool)).to_pylist()
    if offered and offered[0]["memory_mib"]:
        disk = offered[0]["disk_mib"]
        return Exchange(offered[0]["memory_mib"], float("nan") if disk is None else disk, _OF_SLOTS, rate)
    asked = ask(*questions.per_core_asked(pool)).to_pylist()
    return Exchange(asked[0]["memory_mib"] if asked else float("nan"), float("nan"), _OF_REQUESTS, rate)


def _middle(runs: Runs, zone: str) -> date:
    """The first day of the later half of their days."""
    first, last = (datetime.fromtimestamp(float(edge), UTC) for edge in (np.min(runs.end_utc), np.max(runs.end_utc)))
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in (first, last)]
    return days[0] + timedelta(days=((days[1] - days[0]).days + 1) // 2)


def _of_all(one: Advice, one_in: int) -> Advice:
    tested = None if one.tested is None else replace(one.tested, effect=_scaled(one.tested.effect, one_in))
    return replace(one, effect=_scaled(one.effect, one_in), tested=tested)


def _scaled(effect: Effect, one_in: int) -> Effect:
    return replace(effect, hours=effect.hours * one_in)
