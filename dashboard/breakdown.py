"""Usage of a selection, broken down by one dimension: totals, the period before, rows, and a series over time.

Takes a cube and a selection, returns plain records for cards, chart and table. All questions of one breakdown go to
one cube. Only sums are added here; counts of jobs, and ratios, come from the cube for exactly the rows they stand in.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import periods
from dashboard.colours import NOT_KNOWN_NAMES, colours
from dashboard.format import Number
from dashboard.periods import Grain
from dashboard.selection import Selection
from pipeline.cube import Cube
from pipeline.viewer import Viewer

TOTALS = ("cpu_h", "gpu_h", "cpu_efficiency", "cpu_coverage", "jobs", "attempts")
TOP = 8
RANKED = 200
Metrics = Mapping[str, Number]


@dataclass(frozen=True)
class Row:
    """One entity: its name, metrics, share of the measure's total (None if not known) and colour (None: not drawn)."""

    name: str
    metrics: Metrics
    share: float | None
    colour: str | None


@dataclass(frozen=True)
class Series:
    """One band of the chart: an entity, or (name None) all `others` together; one value a bar, None is not known."""

    name: str | None
    values: tuple[Number, ...]
    colour: str | None
    others: int = 0


@dataclass(frozen=True)
class Breakdown:
    """Everything that the usage page shows of one selection; `version` is the cube's."""

    version: str
    totals: Metrics
    before: Metrics | None
    rows: tuple[Row, ...]
    grain: Grain
    bars: tuple[date, ...]
    series: tuple[Series, ...]

    @property
    def is_empty(self) -> bool:
        return not self.rows


def break_down(cube: Cube, viewer: Viewer, selection: Selection, dimension: str, measure: str) -> Breakdown:
    """The breakdown by `dimension`; the chart and the order of rows follow `measure`, a metric that adds up."""
    version = cube.version
    totals = _row(cube, viewer, selection)
    before_query = selection.query_before(TOTALS)
    before = cube.usage(before_query, viewer).to_pylist() if before_query else []
    by_name = {row.pop(dimension): row for row in cube.usage(selection.query((dimension,), TOTALS), viewer).to_pylist()}
    order = sorted(by_name, key=lambda name: (-(by_name[name][measure] or 0), name))
    shown = drawn(order, {name: by_name[name][measure] for name in order})
    ranked = cube.values(dimension, (selection.pool.name,), viewer, limit=RANKED)
    colour = colours(shown, ranked)
    rows = tuple(
        Row(name, by_name[name], _share(by_name[name][measure], totals[measure]), colour.get(name)) for name in order
    )
    cut = periods.grain(selection.period)
    bars = periods.buckets(selection.period, cut)
    over_time = _per_bar(cube.usage(selection.query(("day",), (measure,)), viewer).to_pylist(), measure, cut)
    named = cube.usage(selection.query(("day", dimension), (measure,), (dimension, shown)), viewer).to_pylist()
    series = _series(named, dimension, measure, shown, colour, over_time, bars, cut, len(order) - len(shown))
    return Breakdown(version, totals, before[0] if before else None, rows, cut, bars, series)


def drawn(order: list[str], amounts: Mapping[str, Number]) -> tuple[str, ...]:
    """The names that get a band of their own: the largest TOP, and those that stand for "not known"."""
    used = [name for name in order if amounts[name]]
    largest = [name for name in used if name not in NOT_KNOWN_NAMES][:TOP]
    return (*largest, *(name for name in used if name in NOT_KNOWN_NAMES))


def _row(cube: Cube, viewer: Viewer, selection: Selection) -> dict[str, Any]:
    found: list[dict[str, Any]] = cube.usage(selection.query((), TOTALS), viewer).to_pylist()
    return found[0] if found else dict.fromkeys(TOTALS)


def _share(part: Number, whole: Number) -> float | None:
    return None if part is None or not whole else part / whole


def _per_bar(rows: list[dict[str, Any]], measure: str, cut: Grain) -> dict[date, float]:
    """Sums a bar; a bar without a known value is not in it."""
    sums: dict[date, float] = defaultdict(float)
    for row in rows:
        if row[measure] is not None:
            sums[periods.bucket(date.fromisoformat(row["day"]), cut)] += row[measure]
    return dict(sums)


def _series(
    named: list[dict[str, Any]],
    dimension: str,
    measure: str,
    shown: tuple[str, ...],
    colour: Mapping[str, str],
    over_time: Mapping[date, float],
    bars: tuple[date, ...],
    cut: Grain,
    others: int,
) -> tuple[Series, ...]:
    """A band for each shown name, then one for all others: what is left of the bar's total."""
    of_name = {name: _per_bar([row for row in named if row[dimension] == name], measure, cut) for name in shown}
    bands = [Series(name, tuple(of_name[name].get(bar) for bar in bars), colour[name]) for name in shown]
    if others:
        rest = tuple(_rest(over_time.get(bar), [of_name[name].get(bar) for name in shown]) for bar in bars)
        if any(rest):
            bands.append(Series(None, rest, None, others))
    return tuple(bands)


def _rest(total: float | None, parts: list[float | None]) -> Number:
    """What the parts leave of the total; rounding dust is nothing."""
    if total is None:
        return None
    rest = total - sum(part for part in parts if part is not None)
    return rest if rest > total * 1e-9 else 0.0
