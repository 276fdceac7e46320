"""Distinct jobs and attempts without looking at each charge.

Those with one charge add up over rows, whatever is asked: `jobs` and `attempts` of `count_day` and of the roll-ups of
usage. Those with several charges are in `itinerary`, and in its roll-ups those together that are in every group of a
question together; each itinerary counts once a group, times the number that have it. The sum of both is exact.
"""

from pipeline.metrics import Metric

TABLES = frozenset({"itinerary", "count_day"})
"""Without these, as in a closed month, jobs and attempts are counted in the charges."""
WHOLE = "(FROM usage_day UNION ALL BY NAME FROM count_day)"
"""Every row of usage with the jobs and attempts that add up, where no roll-up has the columns that are asked for."""
KINDS = {"jobs": "job", "attempts": "attempt"}


def adding_up(metric: Metric) -> str:
    """Those of one charge."""
    return f"coalesce(sum({metric.name}), 0)::BIGINT"


def of_charges(metric: Metric) -> str:
    """A metric's aggregate over charges themselves: a summary's charge is not one job, but as many as it says."""
    return f"{metric.sql} FILTER (WHERE kind <> 'summary')" if metric.name == "jobs" else metric.sql


def row_of(table: str) -> str:
    """Columns of an itinerary table that make a row count once: in the whole one each job and attempt is its own."""
    return "what, id, 1 AS n" if table == "itinerary" else "what, itinerary, n"


def several(metric: Metric) -> str:
    """Those of several charges, over distinct rows."""
    return f"(sum(n) FILTER (WHERE what = '{KINDS[metric.name]}'))::BIGINT"
