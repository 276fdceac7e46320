"""The period before, as short reports compare with it: as many days, or calendar months, just before. Asks the cube."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.report.ground import Ground, Numbers, counted, sums
from pipeline.report.period import Days, days_before
from pipeline.viewer import Viewer

COMPARED = ("cpu_h", "gpu_h", "jobs", "wasted_h", "goodput_succeeded_h")


@dataclass(frozen=True)
class Before:
    """The days before, and their numbers: COMPARED and how many of each of who."""

    days: Days
    numbers: Numbers

    def table(self) -> pa.Table:
        """A row a number, for programs."""
        first, last = (day.isoformat() for day in self.days)
        schema = pa.schema(
            [*((name, pa.string()) for name in ("what", "first_day", "last_day")), ("value", pa.float64())]
        )
        rows = [
            {"what": name, "first_day": first, "last_day": last, "value": value} for name, value in self.numbers.items()
        ]
        return pa.Table.from_pylist(rows, schema=schema)


def before(cube: Cube, viewer: Viewer, of: Ground, who: Sequence[str]) -> Before | None:
    """The same question of the days before; None where the ledger does not reach back over all of them."""
    days, since = days_before(of.days), of.pool.first_day
    if since is None or days[0] < since:
        return None
    query: UsageQuery = replace(of.query, metrics=COMPARED, first=days[0], last=days[1])
    return Before(days, {**sums(cube, viewer, query), **counted(cube, viewer, query, who)})
