"""What the page Jobs shows, as the address says it: the list, its filters and sort, or one id. Pure.

Each column's filter is an option of the address under the column's name without underscores, in the notation of
`pipeline.explorer.conditions`; `sort` is a column's name, led by `-` for the largest first; `job` is an id, and then
days do not act; `of` is the list.
"""

from dataclasses import dataclass
from typing import cast

from dashboard import filters
from dashboard.filters import LONGEST_OPTION, View
from dashboard.selection import Selection
from pipeline.explorer.asked import Listed
from pipeline.explorer.columns import COLUMNS, Column, Of
from pipeline.explorer.conditions import LONGEST, Condition
from pipeline.explorer.ids import job_ids

PATH = "/jobs"
LISTS = {"jobs": "Jobs", "attempts": "Attempts"}
SORT, JOB, OF = "sort", "job", "of"
USUAL_SORT = "-end_utc"
IN_FILTER_BAR = frozenset({"project", "site", "user", "resource"})
"""Columns that the filter bar has a filter for: the address has their names once."""


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list: filters by column, and those that this list does not have."""

    of: Of
    conditions: tuple[Condition, ...]
    elsewhere: tuple[str, ...]
    job: str
    sort: str


def asked(view: View) -> Asked:
    """The list that a view means."""
    of = list_of(view)
    options = dict(view.options)
    mine = {key(column): column for column in COLUMNS[of] if can_filter(column)}
    others = {key(column): column for columns in COLUMNS.values() for column in columns if can_filter(column)}
    conditions = tuple(Condition(mine[name].name, text) for name, text in view.options if name in mine and text)
    elsewhere = tuple(others[name].label for name in options if name in others and name not in mine)
    known = {column.name for column in COLUMNS[of]}
    sort = options.get(SORT, USUAL_SORT)
    return Asked(
        of, conditions, elsewhere, options.get(JOB, "").strip(), sort if sort.lstrip("-") in known else USUAL_SORT
    )


def listed(chosen: Selection, wanted: Asked) -> Listed:
    """The question for the rows of a selection. Raises UsageError for an id that is none."""
    where = (("pool", (chosen.pool.name,)), *chosen.where)
    if wanted.job:
        # whoever has the id wants that job, whenever it ran and whatever else is chosen
        return Listed(wanted.of, where=where[:1], ids=job_ids(wanted.job), sort=wanted.sort)
    period = chosen.period
    return Listed(wanted.of, period.first, period.last, where, wanted.conditions, sort=wanted.sort).checked()


def with_state(view: View, conditions: dict[str, str], sort: str | None) -> View:
    """The view with all filters of the list's columns, and its sort, replaced; filters are by column name."""
    for column in COLUMNS[list_of(view)]:
        if can_filter(column):
            text = conditions.get(column.name)
            view = filters.with_option(view, key(column), text[: LONGEST + 1] if text else None)
    return filters.with_option(view, SORT, None if sort in (None, USUAL_SORT) else sort)


def without_filters(view: View) -> View:
    """The view of the same list, of all days, with nothing filtered."""
    plain = filters.with_preset(filters.on_another_page(filters.widened(view)), "all")
    of = list_of(view)
    return plain if of == "jobs" else filters.with_option(plain, OF, of)


def address(view: View, of: Of = "jobs", sort: str = USUAL_SORT, **conditions: str) -> str:
    """Where those jobs or attempts are listed: the view's pool, days and names, and filters of columns by name.

    `address(view, sort="-wasted_h", outcome="failed", command="~sweep")`: for links of other pages. `job="ap1#12.0"` is
    one job, `job="12"` a cluster.
    """
    job = conditions.pop(JOB, None)
    plain = filters.on_another_page(view)
    plain = plain if of == "jobs" else filters.with_option(plain, OF, of)
    plain = with_state(plain, conditions, sort)
    return PATH + filters.to_search(filters.with_option(plain, JOB, job[:LONGEST_OPTION] if job else None))


def list_of(view: View) -> Of:
    return cast("Of", view.option(OF, LISTS, "jobs"))


def key(column: Column) -> str:
    """The column's name in the address."""
    return column.name.replace("_", "")


def can_filter(column: Column) -> bool:
    """Whether the list's own head filters by it: an id has its box, some names have theirs in the filter bar."""
    return column.name not in IN_FILTER_BAR and column.name != JOB
