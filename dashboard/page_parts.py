"""What several pages share: the line of days, downloads, links that narrow the view, legend and bars of usage."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import cards, filters
from dashboard import format as fmt
from dashboard.breakdown import Breakdown
from dashboard.figures import usage_over_time
from dashboard.filters import LONGEST_NAME, View
from dashboard.labels import short
from dashboard.ranking import LinkOf
from dashboard.selection import Selection
from pipeline.query import Booking, metric

BOOKED = {"used": "as used", "ended": "as ended"}
GROUPS = {
    "project": "Project",
    "site": "Site",
    "user": "User",
    "institution": "Institution",
    "field_of_science": "Field",
    "facility": "Facility",
}
"""What usage is grouped by, where the whole pool is looked at."""


def pool_line(
    pool: str, first: date | None = None, last: date | None = None, booking: Booking | None = None, zone: str = ""
) -> list[Any]:
    """The line below a page's title: the pool, and days, their time zone and booking where they act on the page."""
    said: list[Any] = [html.Span(short(pool), className="name")]
    if first and last:
        said += [" · ", html.Span(fmt.span(first, last), className="days")]
    if zone:
        said += [" · ", html.Span(f"days of {zone}", className="zone-mark")]
    if booking:
        said += [" · ", html.Span(f"booked {BOOKED[booking]}", className="booking-mark")]
    return said


def booked_days(chosen: Selection) -> list[Any]:
    """Pool, days, booking, and the time zone where the ledger has several, of a selection."""
    return pool_line(chosen.pool.name, chosen.period.first, chosen.period.last, chosen.booking, chosen.pool.zone)


def downloads(path: str, view: View, named: Mapping[str, str]) -> list[Component]:
    """The links of the menu: each table as CSV and as Parquet."""
    search = filters.to_search(view)
    return [
        html.A(f"{label}, {form}", href=f"/download{path}/{name}.{ending}{search}", download="", className="menu-link")
        for name, label in named.items()
        for form, ending in (("CSV", "csv"), ("Parquet", "parquet"))
    ]


def own_address(path: str, view: View, name: str, keep: str | None = None) -> LinkOf:
    """The address of a page for each value of a dimension: without the view's other filters, but for `keep`."""
    plain = filters.widened(filters.on_another_page(view))
    if keep is not None:
        plain = filters.with_names(plain, keep, view.names(keep))

    return _linked(path, plain, name)


def narrowing(path: str, view: View, group: str) -> LinkOf:
    """This page's own address, narrowed to one entity: what a click on a bar or on the legend means."""

    return _linked(path, view, group)


def _linked(path: str, view: View, dimension: str) -> LinkOf:
    if dimension not in filters.DIMENSIONS:
        return lambda value: None
    search_of = filters.searches_of(view, dimension)
    return lambda value: None if len(value) > LONGEST_NAME else path + search_of(value)


def legend(found: Breakdown, measured: str, path: str, view: View, group: str) -> list[Component]:
    """What the colours of the bars stand for; each leads to that entity alone."""
    link_of = narrowing(path, view, group)
    entries = [
        cards.legend_entry(f"{one.others} others", None, None)
        if one.name is None
        else cards.legend_entry(one.name, one.colour, link_of(one.name))
        for one in found.series
    ]
    return entries or [html.P(f"No {measured} in this selection.", className="legend-none")]


def over_time_figure(
    found: Breakdown, chosen: Selection, measure: str, path: str, view: View, group: str
) -> dict[str, Any]:
    """The bars of a breakdown."""
    return usage_over_time(
        found.series,
        found.bars,
        found.grain,
        chosen.period,
        chosen.oldest,
        metric(measure),
        narrowing(path, view, group),
    )
