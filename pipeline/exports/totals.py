"""What single runs of some days and `htc-ledger usage` of these days have to do with each other, to the second.

A run is handed over whole, by its end; usage charges each day with its part. Runs = usage + their time before the first
day - the time on these days of runs that ended later. Whole jobs and summaries are usage. Usage that other accounting
systems told us is not told to others.
"""

from dataclasses import dataclass
from typing import Any

from pipeline.exports.asked import Asked
from pipeline.exports.runs import Ask

_EDGES = """
SELECT
    coalesce(sum(wall_s) FILTER (WHERE day < ?), 0)::BIGINT AS before_s,
    coalesce(sum(wall_s) FILTER (WHERE day >= ?), 0)::BIGINT AS within_s
FROM (
    SELECT
        charge.*,
        coalesce(
            greatest(attempt.end_utc - 1, attempt.start_utc),
            greatest(residual.end_utc - 1, least(residual.start_utc, residual.end_utc))
        ) AS booked_utc
    FROM charge
    LEFT JOIN attempt ON attempt.attempt_id = charge.attempt_id
    LEFT JOIN residual ON charge.kind = 'residual' AND residual.job_id = charge.job_id
    WHERE charge.wall_s IS NOT NULL AND charge.day <= ?
) AS fact
WHERE booked_utc >= ? AND booked_utc < ? AND {condition}
"""


@dataclass(frozen=True)
class Totals:
    """Wall seconds.

    exported_s  of the records of these days
    usage_s     what `usage` says of them; imported_s: of that, from other systems
    before_s    of the records, on days before; later_s: on these days, of runs that ended later
    """

    exported_s: int
    usage_s: int
    imported_s: int
    before_s: int = 0
    later_s: int = 0

    @property
    def agree(self) -> bool:
        """Whether they add up, to the second."""
        return self.exported_s == self.usage_s - self.imported_s + self.before_s - self.later_s


def edges(ask: Ask, asked: Asked, condition: str, values: list[Any]) -> tuple[int, int]:
    """Of runs that ended on the days that were asked for: seconds on days before these, and on these."""
    whole = asked.whole
    bound = [whole.first, whole.first, whole.last, whole.begin_utc, whole.end_utc, *values]
    (row,) = ask(_EDGES.format(condition=condition), bound).to_pylist()
    return row["before_s"], row["within_s"]
