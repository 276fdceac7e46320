"""Parts of the page Facility: cards, completeness, the year beside the last, who is new, months, capacity."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import cards, site_figures
from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.facility_figures import days_of
from dashboard.fact_table import Cell, Head, fact_table, pill, quiet
from dashboard.format import Number
from dashboard.labels import plural, visible
from dashboard.notices import icon
from dashboard.periods import Period
from dashboard.ranking import LinkOf, named
from dashboard.shell_parts import figure
from pipeline.facility_sheet import FacilitySheet, Month
from pipeline.newcomers import Newcomers
from pipeline.query import dimension, metric
from pipeline.state import DataState
from pipeline.year import YearToDate

MOST_NEW, MOST_CLOSED = 10, 24
CORE_H = f"{fmt.GAP}core{fmt.GAP}h"
YEAR_LABELS = {"project": "Projects", "user": "Users", "institution": "Institutions"}
Totals = Mapping[str, Number]
Texts = list[Component | str]


def facility_cards(now: Totals, before: Totals | None, against: str | None, sheet: FacilitySheet) -> list[Component]:
    """Core and GPU hours against the period before; distinct projects, users and institutions, and how many are new."""
    jobs = now["jobs"]
    good = now["goodput_succeeded_h"]
    succeeded = f"{fmt.percent(good / now['cpu_h'])} of it succeeded" if good is not None and now["cpu_h"] else ""
    feet = {"cpu_h": succeeded, "gpu_h": f"{fmt.number(jobs, 0)} jobs in all"}
    made = [
        cards.card(metric(name), now[name], before[name] if before else None, against, foot)
        for name, foot in feet.items()
    ]
    return made + [_who_card(name, sheet) for name in sheet.who]


def _who_card(name: str, sheet: FacilitySheet) -> Component:
    count, new = sheet.who[name], sheet.new[name].new
    tip = (
        f"Different {plural(dimension(name).label).lower()} with at least one charged second; new: never seen before "
        "these days since the ledger begins, under the same filters."
    )
    if not count and name == "institution":
        foot = "none is registered for these projects"
        return cards.plain_card("institutions", "Institutions", fmt.UNKNOWN, None, foot=foot, tip=tip)
    said = "who is new is not known" if new is None else f"{len(new):,} new"
    if sheet.before is not None:
        said += f" · {sheet.before[name]:,} in the period before"
    return cards.plain_card(f"{name}s", plural(dimension(name).label), f"{count:,}", count, foot=said, tip=tip)


def complete_line(state: DataState, address: str) -> Component:
    """How complete the shown days are, in one line, and the way to the evidence."""
    words = {"complete": "complete", "partial": "partial", "stale": "partial"}
    word = pill(words.get(state.state, "unknown"), state.title)
    said: Texts = [word, " ", html.Span(visible(state.sentence))]
    link = dcc.Link("Data health", href=address, className="job-link")
    return html.P([*said, " ", link], className="course-sentence", **attributes(data_state=state.state))


def year_parts(year: YearToDate, zone: str) -> list[Component]:
    """A sentence about what is compared with what, and each number of both years."""
    table = fact_table(_year_heads(year), _year_rows(year), "Year to date beside last year")
    begins = (
        f" The ledger begins on {fmt.day(year.since)}: nothing is known of before." if year.since > year.first else ""
    )
    return [html.P(_year_sentence(year) + begins, className="course-sentence"), table, _zone(zone)]


def _year_sentence(year: YearToDate) -> str:
    days = fmt.span(year.first, year.last)
    if year.days is None or year.days_before is None:
        return f"{days}. Last year is not known on any of these days: nothing to compare with, and not zero."
    if year.is_whole:
        return f"{days}, beside {fmt.span(*year.days_before)}."
    shared = f"{fmt.span(*year.days)} beside {fmt.span(*year.days_before)}"
    return f"{days}. Last year is known on some of these days only; compared are {shared}."


def _year_heads(year: YearToDate) -> list[Head]:
    whole = [Head(""), Head(f"{year.first.year} so far", number=True)]
    if year.days is None:
        return [*whole, Head(f"{year.first.year - 1}, same days", number=True)]
    shared = [] if year.is_whole else [Head("Of it, days that both have", number=True)]
    return [*whole, *shared, Head(f"{year.first.year - 1}, same days", number=True), Head("Change", number=True)]


def _year_rows(year: YearToDate) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for name, value in year.now.items():
        cells: list[Cell] = [_year_label(name), _amount(name, value)]
        if year.same is None or year.then is None:
            rows.append([*cells, fmt.UNKNOWN])
            continue
        shared: list[Cell] = [] if year.is_whole else [_amount(name, year.same[name])]
        moved = fmt.change(year.same[name], year.then[name], metric("cpu_h"))
        change = html.Span(moved.text, className=f"change change-{moved.direction}")
        rows.append([*cells, *shared, _amount(name, year.then[name]), change])
    return rows


def _year_label(name: str) -> str:
    return YEAR_LABELS.get(name) or metric(name).label


def _amount(name: str, value: Number) -> str:
    return fmt.number(value, 1 if name.endswith("_h") else 0)


def _zone(zone: str) -> Component:
    return html.P(f"Days begin at midnight in {zone}.", className="dim")


def new_parts(new: Mapping[str, Newcomers], first: date, link_of: Mapping[str, LinkOf]) -> list[Component]:
    """Who is new, by kind, and since when the ledger looks back."""
    since = next(iter(new.values())).since
    if first <= since:
        return [
            quiet(
                f"The ledger begins on {fmt.day(since)}, and these days begin with it: nothing before them is known, "
                "so nobody can be called new. Choose later days."
            )
        ]
    back = (first - since).days
    known = f"The ledger looks back to {fmt.day(since)}, {fmt.count(back, 'day', 'days')}."
    said = f"Never seen before {fmt.day(first)}. {known}"
    made = [_new_table(name, found, link_of[name]) for name, found in new.items()]
    return [html.P(said, className="course-sentence"), *(html.Div(one, className="below-figure") for one in made)]


def _new_table(name: str, found: Newcomers, link_of: LinkOf) -> Component:
    label = dimension(name).label
    new = found.new or ()
    if not new:
        return quiet(f"No new {label.lower()}.")
    heads = [
        Head(f"New {plural(label).lower()}", name=True),
        Head("First day", code=True),
        Head("Core hours", number=True),
    ]
    rows: list[list[Cell]] = [
        [named(one.name, link_of(one.name)), fmt.day(one.first_day), fmt.number(one.cpu_h)] for one in new[:MOST_NEW]
    ]
    table = fact_table(heads, rows, f"New {plural(label).lower()}")
    if len(new) <= MOST_NEW:
        return table
    return html.Div([table, html.P(f"And {len(new) - MOST_NEW:,} more; the download has all.", className="dim")])


def month_table(months: Sequence[Month], link_of: LinkOf) -> Component:
    """The months as numbers, the newest first; each leads to its own days."""
    heads = [
        Head("Month"),
        Head("Core hours", number=True),
        Head("GPU hours", number=True),
        Head("Jobs", "Distinct jobs: those of two months are in both.", number=True),
        *(
            Head(label, "Different ones with at least one charged second.", number=True)
            for label in YEAR_LABELS.values()
        ),
    ]
    rows: list[list[Cell]] = [
        [
            _month_cell(one, link_of(one.month)),
            *(_amount(name, one.numbers[name]) for name in ("cpu_h", "gpu_h", "jobs", *YEAR_LABELS)),
        ]
        for one in reversed(months)
    ]
    return fact_table(heads, rows, "Months")


def _month_cell(one: Month, link: str | None) -> Cell:
    text = f"{one.first:%b %Y}"
    link_or_text: Component | str = dcc.Link(text, href=link, className="job-link in-text") if link else text
    return [link_or_text] if one.is_whole else [link_or_text, html.Span(f" ({days_of(one)})", className="card-foot")]


def capacity_parts(sheet: FacilitySheet, period: Period, *, is_filtered: bool) -> list[Component]:
    """What the pool offered beside what was used of it, by day; a sentence where no slot was seen."""
    if not sheet.capacity:
        return [
            quiet("No slot was seen on these days, so what the pool offered is not known: a source of kind pool asks.")
        ]
    sums = [(word, sheet.total(name), colour) for name, word, colour in site_figures.LINES]
    legend = [
        html.Span(
            [
                html.Span(className="swatch", style={"backgroundColor": colour}, **attributes(aria_hidden="true")),
                html.Span(f"{word}: {fmt.number(total)}{CORE_H}"),
            ],
            className="legend-entry",
        )
        for word, total, colour in sums
    ]
    drawn = site_figures.capacity_figure(sheet.capacity, period.first, period.last)
    label = "Core hours offered, claimed and used by day"
    return [
        html.P(capacity_sentence(sheet, period), className="course-sentence"),
        html.Div(legend, className="legend"),
        *figure("facility-capacity", 230, label, drawn=drawn),
        *([html.P("Of the whole pool: filters do not act on it.", className="dim")] if is_filtered else []),
    ]


def capacity_sentence(sheet: FacilitySheet, period: Period) -> str:
    """How much of what was offered was used, where the pictures of the pool are good enough to say so."""
    offered, used, known = sheet.total("offered_cpu_h"), sheet.total("used_cpu_h"), len(sheet.capacity)
    days = f"Slots were seen on {known:,} of {fmt.count(period.days, 'day', 'days')}"
    gaps = "; all other days are gaps, not zeros" if known < period.days else ""
    if not offered or used is None:
        return f"{days}{gaps}; what was used of them cannot be told."
    if used > offered:
        return f"{days}{gaps}, and then for a part of the day only: more was used than was seen to be offered."
    return f"{fmt.percent(used / offered)} of the core hours that were offered were used. {days}{gaps}."


def closed_parts(months: Sequence[tuple[str, str]], address: str, bridge: str) -> list[Component]:
    """Which months of these days are closed, and the ways to them and to the bridge to others' totals."""
    said: Texts = ["No month of these days is closed: late records can still change these numbers. "]
    if months:
        said = ["Closed, as reported: "]
        for place, (month, link) in enumerate(months[:MOST_CLOSED]):
            said += [", " if place else "", dcc.Link(month, href=link, className="job-link")]
        said += [". "]
    return [
        html.P(
            [*said, dcc.Link("Closed months", href=address, className="job-link"), " tells what changed since."],
            className="course-sentence",
        ),
        html.P(
            [
                "Another system's total of the same days? ",
                dcc.Link("The bridge", href=bridge, className="job-link"),
                " leads to it, step by step.",
            ],
            className="course-sentence",
        ),
    ]


def sponsor_note(group: str, rows: Sequence[Mapping[str, Any]]) -> list[Component]:
    """What to do where the chart is cut by something that no metadata say."""
    if group == "project" or any(row[group] not in ("unmapped", "unattributed") for row in rows) or not rows:
        return []
    how = "htc-ledger metadata import topology FOLDER" + (" --sponsors" if group == "sponsor" else "")
    label = dimension(group).label.lower()
    line = [
        icon("info", 16),
        html.Span([f"No {label} is known for any of it. Import what is registered: ", html.Code(how)]),
    ]
    return [html.P(line, className="dim")]
