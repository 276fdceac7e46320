"""A promise in words and numbers: a site's pledge beside what it delivered, a project's grant beside its use."""

from collections.abc import Sequence
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard import course_figures
from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.course_figures import AHEAD, DUE, GIVEN
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.labels import short, visible
from dashboard.shell_parts import figure
from pipeline.course import Commitment, Course

HEIGHT = 230
MOST_DRAWN = 3
ON_COURSE, BEHIND = 0.95, 0.8
Pieces = list[Component | str]
HOURS = f"{fmt.GAP}core{fmt.GAP}h"


def pledge_parts(courses: Sequence[Course], first: date, last: date, offered_h: float | None) -> list[Component]:
    """Each pledge: a sentence, a chart of what was delivered beside what was due, and both on the shown days."""
    if not courses:
        return [
            quiet(
                "No pledge is known for these days. State one: htc-ledger metadata import toml FILE, with [[pledge]]."
            )
        ]
    made: list[Component] = []
    for place, course in enumerate(courses):
        made.append(html.P(_pledge_sentence(course, offered_h), className="course-sentence"))
        if course.of.promised_h is not None and course.points and place < MOST_DRAWN:
            made.append(_legend((("Delivered", GIVEN), ("Due, pro rata", DUE))))
            drawn = course_figures.pledge_figure(course)
            made += figure(f"pledge-{place}", HEIGHT, "Delivered core hours beside the pledge, by day", drawn=drawn)
    made.append(_pledge_table(courses, first, last))
    return made


def allocation_parts(courses: Sequence[Course], first: date, last: date) -> list[Component]:
    """Each allocation: a sentence, its burn-down, and what was used of it on the shown days."""
    if not courses:
        how = "State one: htc-ledger metadata import toml FILE, with [[allocation]]."
        return [quiet(f"No allocation is known for these days. {how}")]
    made: list[Component] = []
    for place, course in enumerate(courses):
        made.append(html.P(_allocation_sentence(course), className="course-sentence"))
        if course.of.promised_h is not None and course.points and place < MOST_DRAWN:
            named = [("Left", GIVEN), ("Even use", DUE)] + (
                [("At the newest pace", AHEAD)] if course.lasts_until else []
            )
            made.append(_legend(named))
            drawn = course_figures.burn_down_figure(course)
            made += figure(f"allocation-{place}", HEIGHT, "What is left of the allocation, by day", drawn=drawn)
    made.append(_allocation_table(courses, first, last))
    return made


def award_table(awards: Sequence[Commitment]) -> Component:
    """Numbers, titles and validity."""
    if not awards:
        return quiet("No award is known for these days.")
    rows: list[list[Cell]] = [[html.Code(visible(short(one.number, 60))), _title(one), valid(one)] for one in awards]
    return fact_table([Head("Award", code=True), Head("Title", wide=True), Head("Valid")], rows, "Awards")


def valid(of: Commitment) -> str:
    """The days on which it holds."""
    if of.first and of.last:
        return fmt.span(of.first, of.last)
    if of.first:
        return f"from {fmt.day(of.first)}"
    return f"until {fmt.day(of.last)}" if of.last else "always"


def _pledge_sentence(course: Course, offered_h: float | None) -> Pieces:
    of, given = course.of, course.given_h or 0.0
    name: Pieces = [_who(of), f", {valid(of)}: "]
    if of.promised_h is None:
        return [*name, *_share_sentence(of, given, offered_h)]
    promised: Pieces = [html.B(f"{fmt.number(of.promised_h, 0)}{HOURS}"), f" pledged{_share_of(of)}; "]
    if not course.points:
        return [*name, *promised, "it has not begun in these data."]
    delivered = html.B(f"{fmt.number(given, 0)}{HOURS}")
    if course.due_h is None or course.of_due is None:
        return [
            *name,
            *promised,
            delivered,
            f" delivered by {fmt.day(course.through)}; without both days nothing is due.",
        ]
    state = _pill(course.of_due)
    due = f" delivered of {fmt.number(course.due_h, 0)}{HOURS} due by {fmt.day(course.through)} "
    return [*name, *promised, delivered, due, state]


def _share_sentence(of: Commitment, given: float, offered_h: float | None) -> Pieces:
    """A share of what the site can give, which no statement says: beside it what it offered, if that is known."""
    said: Pieces = [html.B(fmt.percent(of.share)), " of what it can give is pledged; "]
    if not offered_h:
        return [*said, f"{fmt.number(given, 0)}{HOURS} were delivered; what it could give is not known."]
    return [*said, f"it offered {fmt.number(offered_h, 0)}{HOURS} on the shown days."]


def _share_of(of: Commitment) -> str:
    if of.share is None or not of.promised_h:
        return ""
    return f" ({fmt.percent(of.share, 0)} of {fmt.number(of.promised_h / of.share, 0)})"


def _allocation_sentence(course: Course) -> Pieces:
    of = course.of
    name: Pieces = [html.Code(visible(short(of.number, 60))), f", {valid(of)}: "]
    if of.resource_group is not None:
        group = visible(short(of.resource_group, 60))
        return [*name, f"to be spent at {group} alone: what of it is used is not known here."]
    if of.promised_h is None or course.given_h is None:
        return [*name, "no amount is stated."]
    used = html.B(f"{fmt.number(course.given_h, 0)}{HOURS}")
    said: Pieces = [*name, used, f" of {fmt.number(of.promised_h, 0)} used by {fmt.day(course.through)}"]
    if course.left_h is not None and course.left_h < 0:
        return [
            *said,
            f": {fmt.number(-course.left_h, 0)}{HOURS} more than granted. ",
            html.Span("overspent", className="pill pill-failing"),
        ]
    said.append(f", {fmt.percent(course.of_promise)}; {fmt.number(course.left_h, 0)}{HOURS} are left. ")
    if course.lasts_until:
        early = of.last is not None and course.lasts_until < of.last
        word = html.B(fmt.day(course.lasts_until)) if early else f"{fmt.day(course.lasts_until)}"
        said += [
            "At the pace of the last 30 days they last until ",
            word,
            "." if early or not of.last else ", beyond its end.",
        ]
    return said


def _pledge_table(courses: Sequence[Course], first: date, last: date) -> Component:
    heads = [
        Head("Pledged by"),
        Head("Valid"),
        Head("Pledged", "Core hours, over all its days.", number=True),
        Head("Due so far", "Pro rata until the newest day of the data.", number=True),
        Head("Delivered so far", "Core hours as used, of all projects.", number=True),
        Head("Due, these days", number=True),
        Head("Delivered, these days", number=True),
    ]
    rows: list[list[Cell]] = [
        [
            _who(one.of),
            valid(one.of),
            _pledged(one.of),
            _hours(one.due_h),
            _hours(one.given_h),
            _hours(one.of.due_h(first, last)),
            _hours(one.between(first, last)),
        ]
        for one in courses
    ]
    return fact_table(heads, rows, "Pledges")


def _allocation_table(courses: Sequence[Course], first: date, last: date) -> Component:
    heads = [
        Head("Allocation", code=True),
        Head("Title", wide=True),
        Head("Valid"),
        Head("Granted", number=True),
        Head("Used so far", "Core hours as used, on its days.", number=True),
        Head("Left", number=True),
        Head("Used, these days", number=True),
    ]
    rows: list[list[Cell]] = [
        [
            html.Code(visible(short(one.of.number, 60))),
            _title(one.of),
            valid(one.of),
            _hours(one.of.promised_h),
            _hours(one.given_h),
            _hours(one.left_h),
            _hours(one.between(first, last)),
        ]
        for one in courses
    ]
    return fact_table(heads, rows, "Allocations")


def _who(of: Commitment) -> Component:
    kind = "" if of.of == "site" else f" ({of.of})"
    return html.Span([html.Span(short(of.owner, 48), className="name"), kind])


def _title(of: Commitment) -> Component:
    return html.Span(visible(short(of.title or "", 160)) if of.title else "", className="name")


def _pledged(of: Commitment) -> str:
    return _hours(of.promised_h) if of.promised_h is not None else f"{fmt.percent(of.share)} of all"


def _hours(hours: float | None) -> str:
    return fmt.number(hours)


def _pill(of_due: float) -> Component:
    word = "ok" if of_due >= ON_COURSE else "partial" if of_due >= BEHIND else "failing"
    return html.Span(f"{fmt.percent(of_due, 0)} of what is due", className=f"pill pill-{word}")


def _legend(named: Sequence[tuple[str, str]]) -> Component:
    return html.Div(
        [
            html.Span(
                [
                    html.Span(className="swatch", style={"backgroundColor": colour}, **attributes(aria_hidden="true")),
                    html.Span(label, className="name"),
                ],
                className="legend-entry",
            )
            for label, colour in named
        ],
        className="legend",
    )
