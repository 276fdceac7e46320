"""A page about one thing, before it knows which: the largest ones as links, and what is wrong with what was named."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from dash import html
from dash.development.base_component import Component

from dashboard import filters, notices
from dashboard import format as fmt
from dashboard.entity_picker import the_one
from dashboard.filters import View
from dashboard.labels import plural, short, visible
from dashboard.page_parts import narrowing
from dashboard.ranking import METRICS, LinkOf, named, ranking
from dashboard.selection import Selection, select
from dashboard.shell_parts import panel
from pipeline.course import Course
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.query import dimension
from pipeline.viewer import Viewer

if TYPE_CHECKING:
    from dashboard.pages.page import TableOf

LARGEST = 25
HOURS = ("promised_h", "due_h", "given_h")
TEXTS = ("number", "owner", "title", "first_day", "last_day", "day")
COURSES = pa.schema([*((name, pa.string()) for name in TEXTS), *((name, pa.float64()) for name in HOURS)])
KNOWN_NAMES = 2_000


@dataclass(frozen=True)
class Choice:
    """What there is to choose from.

    unknown   a name that the address gives and nobody has; `near`: names like it
    several   names that the address gives, of which the page could show but one
    """

    dimension: str
    selection: Selection
    rows: list[dict[str, Any]]
    unknown: str | None = None
    near: tuple[str, ...] = ()
    several: tuple[str, ...] = ()


def choice(cube: Cube, viewer: Viewer, view: View, chosen: Selection, name: str, unknown: str | None = None) -> Choice:
    """The values of that dimension on the view's days, under its other filters."""
    open_view = filters.with_names(view, name, ())
    wide = Selection(chosen.pool, chosen.period, chosen.before, chosen.oldest, chosen.booking, open_view.where)
    rows = cube.usage(wide.query((name,), METRICS), viewer).to_pylist()
    near: tuple[str, ...] = ()
    if unknown is not None:
        known = cube.values(name, (chosen.pool.name,), viewer, limit=KNOWN_NAMES)
        near = tuple(difflib.get_close_matches(unknown[:200], known, n=3, cutoff=0.5))
    several = view.names(name) if len(view.names(name)) > 1 else ()
    return Choice(name, chosen, rows, unknown, near, several)


def required(view: View, cube: Cube, viewer: Viewer, name: str) -> tuple[Selection, str]:
    """The selection and the one value that the address names, for a download. Raises UsageError if it names none."""
    value = the_one(view, name)
    if value is None:
        word = dimension(name).label.lower()
        raise UsageError(f"the address names no {word}, or several", f"Name one: ?{name}=NAME.")
    return select(view, cube.pools(viewer)), value


def usage_of(name: str, *by: str, metrics: tuple[str, ...]) -> "TableOf":
    """A download: usage of the one that the address names by those dimensions, with pool and name in each row."""

    def table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
        chosen, _ = required(view, cube, viewer, name)
        return cube.usage(chosen.query(("pool", name, *by), metrics), viewer)

    return table


def courses_table(courses: Sequence[Course]) -> pa.Table:
    """A row for each day of each commitment: what was due and given by its end; one without a day has a row, too."""
    rows = [
        {
            "number": one.of.number,
            "owner": one.of.owner,
            "title": one.of.title,
            "first_day": one.of.first and one.of.first.isoformat(),
            "last_day": one.of.last and one.of.last.isoformat(),
            "promised_h": one.of.promised_h,
            "day": point and point.day.isoformat(),
            "due_h": point and point.due_h,
            "given_h": point.given_h if point else one.given_h,
        }
        for one in courses
        for point in (one.points or (None,))
    ]
    return pa.Table.from_pylist(rows, schema=COURSES)


def shown_choice(found: Choice, path: str, view: View) -> list[Component]:
    """The parts that stand where the page would be."""
    word = dimension(found.dimension).label
    link_of = narrowing(path, view, found.dimension)
    days = fmt.span(found.selection.period.first, found.selection.period.last)
    table = ranking(found.rows, found.dimension, word, link_of, LARGEST)
    title = f"The largest {plural(word).lower()}, {days}"
    return [*_said(found, word.lower(), link_of), panel(title, table, note="Choose one, or search for it above.")]


def _said(found: Choice, word: str, link_of: LinkOf) -> list[Component]:
    if found.unknown is not None:
        pool = short(found.selection.pool.name)
        text = f"No {word} “{visible(short(found.unknown, 80))}” is known in {pool}. Is it spelled as it is registered?"
        near: list[Any] = ["Did you mean "] if found.near else []
        for place, name in enumerate(found.near):
            near += [", " if place else "", named(name, link_of(name))]
        more = [html.P([*near, "?"], className="notice-text")] if near else []
        return [notices.instead("help-circle", f"No such {word}", text, *more)]
    if found.several:
        links: list[Any] = []
        for place, name in enumerate(found.several):
            links += [", " if place else "", named(name, link_of(name))]
        text = f"The address names {len(found.several):,} of them, and this page is about one."
        return [notices.instead("filter-off", f"Which {word}?", text, html.P(links, className="notice-text"))]
    return []
