"""What the page Transfers shows of a view: all its questions, asked of one cube."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashboard import periods, selection
from dashboard.breakdown import RANKED, Series, drawn
from dashboard.colours import colours
from dashboard.filters import View
from dashboard.format import Number
from dashboard.page_parts import GROUPS as OF_USAGE
from dashboard.periods import Grain
from dashboard.selection import Selection
from pipeline.cube import Cube
from pipeline.query import Where
from pipeline.transfers.asked import TransferQuery
from pipeline.viewer import Viewer

GROUPS = {
    "protocol": "Protocol",
    "endpoint": "Cache or server",
    "site": OF_USAGE["site"],
    "project": OF_USAGE["project"],
    "user": OF_USAGE["user"],
}
MEASURES = {"bytes": "Bytes", "files": "Files"}
ONLY = ("protocol", "endpoint")
"""What the page can be narrowed to besides the filters of all pages; a part of its address of that name."""
STAGING = ("transfer_queue", "transfer_in", "transfer_out")
GB = 1e9
Row = Mapping[str, Any]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Shown:
    """The answers. `only`: what the page itself is narrowed to; hours and bytes of jobs do not know of that."""

    selection: Selection
    group: str
    measure: str
    only: Where
    totals: Row
    before: Row | None
    rows: Rows
    grain: Grain
    bars: tuple[date, ...]
    series: tuple[Series, ...]
    failures: Rows
    by_site: Rows
    site_failures: Rows
    saved: Rows
    whole_saved: Row
    inputs: Rows
    staged_by: str
    staging: Rows
    cpu_h: float | None
    of_jobs: Row

    @property
    def has_files(self) -> bool:
        return bool(self.totals["files"] or self.totals["lists_none"])


def group_of(view: View) -> str:
    return view.option("by", GROUPS, "protocol")


def measure_of(view: View) -> str:
    return view.option("measure", MEASURES, "bytes")


def only_of(view: View) -> Where:
    """What the page itself is narrowed to."""
    return tuple((name, (value,)) for name, value in view.options if name in ONLY)


def asked(chosen: Selection, only: Where, *by: str) -> TransferQuery:
    """The question by those dimensions, over the view's days."""
    where = (("pool", (chosen.pool.name,)), *chosen.where, *only)
    return TransferQuery(by, chosen.period.first, chosen.period.last, where)


def ask(view: View, cube: Cube, viewer: Viewer) -> Shown:
    """Everything that the page shows. Raises UsageError where the view has no meaning for this cube."""
    chosen, group, measure = selection.select(view, cube.pools(viewer)), group_of(view), measure_of(view)
    only, staged_by = only_of(view), group if group in OF_USAGE else "site"

    def rows_of(what: str, *by: str, within: Where = only) -> Rows:
        found: Rows = cube.transfers(what, asked(chosen, within, *by), viewer).to_pylist()
        return found

    rows = rows_of("sums", group)
    grain = periods.grain(chosen.period)
    bars = periods.buckets(chosen.period, grain)
    named = _ranked(cube, viewer, chosen, group)
    staging = chosen.query((staged_by, "bucket"), ("cpu_h",), ("bucket", STAGING))
    return Shown(
        selection=chosen,
        group=group,
        measure=measure,
        only=only,
        totals=rows_of("sums")[0],
        before=_before(cube, viewer, chosen, only),
        rows=rows,
        grain=grain,
        bars=bars,
        series=_series(rows, rows_of("sums", "day", group), group, measure, grain, bars, named),
        failures=rows_of("failures", "endpoint"),
        by_site=rows_of("sums", "site"),
        site_failures=rows_of("failures", "site"),
        saved=rows_of("saved", "endpoint"),
        whole_saved=rows_of("saved")[0],
        inputs=rows_of("inputs"),
        staged_by=staged_by,
        staging=cube.usage(replace(staging, booking="used"), viewer).to_pylist(),
        cpu_h=cube.usage(replace(chosen.query((), ("cpu_h",)), booking="used"), viewer).to_pylist()[0]["cpu_h"],
        of_jobs=rows_of("of_jobs", within=())[0],
    )


def _before(cube: Cube, viewer: Viewer, chosen: Selection, only: Where) -> Row | None:
    if chosen.before is None:
        return None
    query = replace(asked(chosen, only), first=chosen.before.first, last=chosen.before.last)
    found: Row = cube.transfers("sums", query, viewer).to_pylist()[0]
    return found


def _ranked(cube: Cube, viewer: Viewer, chosen: Selection, group: str) -> tuple[str, ...]:
    """The names of the whole pool, largest first: colours stand by it, whatever is filtered."""
    if group in OF_USAGE:
        return cube.values(group, (chosen.pool.name,), viewer, limit=RANKED)
    whole = TransferQuery((group,), where=(("pool", (chosen.pool.name,)),))
    rows = cube.transfers("sums", whole, viewer).to_pylist()
    return tuple(row[group] for row in sorted(rows, key=lambda row: (-row["files"], row[group])))


def amount(row: Row, measure: str) -> Number:
    """What is drawn: gigabytes of files that arrived, or files."""
    if measure == "files":
        return int(row["files"])
    return None if row["bytes"] is None else row["bytes"] / GB


def _series(
    rows: Rows, by_day: Rows, group: str, measure: str, grain: Grain, bars: tuple[date, ...], ranked: tuple[str, ...]
) -> tuple[Series, ...]:
    """A band for each of the largest, then one for all others together."""
    amounts = {row[group]: amount(row, measure) for row in rows}
    order = sorted(amounts, key=lambda name: (-(amounts[name] or 0), name))
    shown = drawn(order, amounts)
    colour = colours(shown, ranked)
    sums: dict[str | None, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for row in by_day:
        known = amount(row, measure)
        if known is not None:
            band = row[group] if row[group] in colour else None
            sums[band][periods.bucket(date.fromisoformat(row["day"]), grain)] += known
    bands = [Series(name, tuple(sums[name].get(bar) for bar in bars), colour[name]) for name in shown]
    if any(sums[None].values()):
        bands.append(Series(None, tuple(sums[None].get(bar) for bar in bars), None, len(order) - len(shown)))
    return tuple(bands)
