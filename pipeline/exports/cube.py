"""The cube as exports ask it: single runs, page by page, and sums by group. Every question carries a viewer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from pipeline.cube import Cube, usage_condition
from pipeline.exports import summed, totals
from pipeline.exports.asked import Asked, Window
from pipeline.exports.runs import PAGE, Run, runs
from pipeline.exports.summed import Group
from pipeline.exports.totals import Totals
from pipeline.query import Booking, UsageQuery
from pipeline.schema.usage_record import AP as IMPORTED
from pipeline.viewer import Viewer

BOUNDS = """
    SELECT min(day) AS first, max(day) AS last
    FROM usage_day
    WHERE booking = ? AND venue = ? AND list_contains(?, pool) AND ap <> ?
"""


class ExportCube(Cube):
    """A published cube; what is asked here is not kept."""

    def runs(self, asked: Asked, window: Window, viewer: Viewer, page: int = PAGE) -> Iterator[Run]:
        """The runs that ended on that one day, in order; `page` of them in memory."""
        return runs(self._ask, asked, window, *self._seen(asked, viewer), page)

    def groups(self, asked: Asked, window: Window, viewer: Viewer) -> Iterator[Group]:
        """Usage of the window by group, in order."""
        return summed.groups(self._ask, asked, window, *self._seen(asked, viewer))

    def bounds(self, pools: tuple[str, ...], booking: Booking, venue: str) -> tuple[date, date] | None:
        """First and last day with usage of those pools; None if there is none."""
        (row,) = self._ask(BOUNDS, [booking, venue, list(pools), IMPORTED]).to_pylist()
        return None if row["first"] is None else (row["first"], row["last"])

    def totals(self, asked: Asked, viewer: Viewer, exported_s: int, *, whole_runs: bool) -> Totals:
        """How what was exported and `usage` of the same days belong together.

        whole_runs  attempts, each with its time before the first day, were exported
        """
        usage_s, imported_s = self._usage_s(asked, viewer), self._usage_s(asked, viewer, ("ap", (IMPORTED,)))
        if not whole_runs or asked.booking == "ended":
            return Totals(exported_s, usage_s, imported_s)
        before_s, within_s = totals.edges(self._ask, asked, *self._seen(asked, viewer))
        return Totals(exported_s, usage_s, imported_s, before_s, usage_s - imported_s - within_s)

    def _usage_s(self, asked: Asked, viewer: Viewer, *more: tuple[str, tuple[str, ...]]) -> int:
        query = replace(asked.query, metrics=("wall_s",), where=(*asked.query.where, *more))
        found = self.usage(query, viewer).column("wall_s")[0].as_py()
        return 0 if found is None else int(found)  # null: no run at all

    def _seen(self, asked: Asked, viewer: Viewer) -> tuple[str, list[Any]]:
        """Pools and venue that were asked for, and what the viewer may see, as SQL over `fact`."""
        query = UsageQuery(where=asked.query.where)
        self.refuse_mixture(query, viewer)
        condition, values = usage_condition(query, viewer)
        return " AND ".join(condition), values
