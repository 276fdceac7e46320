"""Parts of the page Site: cards, what the site is, downtimes, pilots beside payload, capacity."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import cards, site_figures
from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.fact_table import Cell, Head, fact_table, pill, quiet
from dashboard.format import Number
from dashboard.labels import short, visible
from dashboard.periods import Period
from dashboard.shell_parts import figure
from pipeline.active import Active
from pipeline.course import Course
from pipeline.query import metric
from pipeline.site_sheet import SiteSheet

CARDS = ("cpu_h", "gpu_h", "wasted_h", "goodput_succeeded_h")
MOST_DOWNTIMES = 30
WHEN = {"now": "failing", "coming": "partial", "past": "unknown"}
Totals = Mapping[str, Number]


def site_cards(
    now: Totals, before: Totals | None, against: str | None, who: Mapping[str, Active], courses: Sequence[Course]
) -> list[Component]:
    """Hours against the period before, waste and goodput as shares, who benefits, and the pledge."""
    made = [_hours_card(name, now, before, against) for name in ("cpu_h", "gpu_h")]
    made.append(_pledge_card(courses))
    made.append(_who_card(who))
    made.append(_hours_card("wasted_h", now, before, against))
    return made


def _hours_card(name: str, now: Totals, before: Totals | None, against: str | None) -> Component:
    hours, whole = now[name], now["cpu_h"]
    foot = ""
    if name not in ("cpu_h", "gpu_h") and hours is not None and whole:
        foot = f"{fmt.percent(hours / whole)} of core hours"
    elif name == "cpu_h" and now["goodput_succeeded_h"] is not None and whole:
        foot = f"{fmt.percent(now['goodput_succeeded_h'] / whole)} of it succeeded"
    elif name == "gpu_h" and hours and now["gpu_model_coverage"] is not None:
        foot = f"model known of {fmt.percent(now['gpu_model_coverage'], 0)}"
    return cards.card(metric(name), hours, before[name] if before else None, against, foot)


def _pledge_card(courses: Sequence[Course]) -> Component:
    tip = (
        "Core hours delivered so far per core hours due so far, pro rata over the pledge's days; as used, all projects."
    )
    due = [one for one in courses if one.of_due is not None]
    if not due:
        foot = "no pledge is known" if not courses else "nothing is due yet"
        return cards.plain_card("pledge", "Pledge", fmt.UNKNOWN, None, foot=foot, tip=tip)
    first = due[0]
    foot = f"{fmt.compact(first.given_h, 0)} of {fmt.compact(first.due_h, 0)} core h due by {fmt.day(first.through)}"
    more = f", and {len(due) - 1} more" if len(due) > 1 else ""
    return cards.plain_card("pledge", "Pledge", fmt.percent(first.of_due, 0), first.of_due, foot=foot + more, tip=tip)


def _who_card(who: Mapping[str, Active]) -> Component:
    words = {"user": "user", "institution": "institution", "field_of_science": "field"}
    said = [fmt.count(who[name].count, word, f"{word}s") for name, word in words.items() if who[name].count]
    tip = "Distinct projects with at least one charged second here; beside them what is mapped to none."
    number = who["project"].count
    return cards.plain_card("projects", "Projects", f"{number:,}", number, foot=" · ".join(said), tip=tip)


def about(sheet: SiteSheet, site: str) -> list[Component | str]:
    """One line: facility and institution as registered, and other names that glideins use."""
    said: list[Component | str] = []
    for facility, institution in sheet.facilities:
        if facility != "unmapped":
            tail = f" ({visible(short(institution, 80))})" if institution != "unmapped" else ""
            said += [html.Span(visible(short(facility, 80)) + tail, className="name"), " · "]
    if not said:
        said += ["not registered: no metadata say where it is", " · "]
    others = [name for name in sheet.names if name != site]
    if others:
        listed = ", ".join(visible(short(name, 40)) for name in others[:5])
        said += [f"glideins call it {listed}", " · "]
    return said[:-1]


def downtime_table(rows: Sequence[Mapping[str, Any]], now: datetime) -> Component:
    """Announced and reported downtimes, those to come first."""
    if not rows:
        return quiet("No downtime is announced or reported for these days, or after them.")
    heads = [
        Head("When"),
        Head("From", code=True),
        Head("To", code=True),
        Head("Length", number=True),
        Head("Severity"),
        Head("What"),
        Head("Delivered", "Core hours of the site on the days that it touches.", number=True),
    ]
    table = fact_table(heads, [_downtime(row, now) for row in rows[:MOST_DOWNTIMES]], "Downtimes")
    if len(rows) <= MOST_DOWNTIMES:
        return table
    return html.Div(
        [table, html.P(f"The newest {MOST_DOWNTIMES} of {len(rows):,}; the download has all.", className="dim")]
    )


def pilots(payload_h: Number, sheet: SiteSheet) -> Component:
    """Payload beside the pilots that were paid for it."""
    if sheet.pilot_h is None:
        said = "No pilot of a CE of this site is known: name its CE as a source with ce = true."
        return quiet(said)
    share = (
        f"{fmt.percent(payload_h / sheet.pilot_h)} of it ran payload" if payload_h is not None and sheet.pilot_h else ""
    )
    unit = f"{fmt.GAP}core{fmt.GAP}h"
    return html.P(
        [
            html.B(f"{fmt.number(sheet.pilot_h)}{unit}"),
            " were held by pilots, ",
            html.B(f"{fmt.number(payload_h)}{unit}"),
            f" by payload{': ' + share if share else ''}. The two are never added.",
        ],
        className="course-sentence",
        **attributes(data_pilot=repr(sheet.pilot_h)),
    )


def capacity(sheet: SiteSheet, period: Period) -> list[Component]:
    """What was offered, claimed and used over time, with its sums; a sentence where no slot was seen."""
    if not sheet.capacity:
        return [quiet("No slot of this site was seen on these days: a source of kind pool asks for them.")]
    known = len(sheet.capacity)
    sums = [(word, sheet.total(name), colour) for name, word, colour in site_figures.LINES]
    legend = [
        html.Span(
            [
                html.Span(className="swatch", style={"backgroundColor": colour}, **attributes(aria_hidden="true")),
                html.Span(f"{word}: {fmt.number(total)}{fmt.GAP}core{fmt.GAP}h"),
            ],
            className="legend-entry",
        )
        for word, total, colour in sums
    ]
    drawn = site_figures.capacity_figure(sheet.capacity, period.first, period.last)
    return [
        html.Div(legend, className="legend"),
        *figure("capacity", 230, "Core hours offered, claimed and used by day", drawn=drawn),
        html.P(" ".join(_capacity_notes(sheet, known, period)), className="dim"),
    ]


def _capacity_notes(sheet: SiteSheet, known: int, period: Period) -> list[str]:
    """How far the picture reaches, and whose slots are in it."""
    notes = []
    if known < period.days:
        notes.append(f"Slots were seen on {known} of {period.days} days; all other days are gaps, not zeros.")
    if sheet.shared:
        named = ", ".join(visible(short(name, 40)) for name in sheet.shared)
        notes.append(f"The name {named} is another site's, too: its slots are counted here whole.")
    return notes


def _downtime(row: Mapping[str, Any], now: datetime) -> list[Cell]:
    word = site_figures.when(row, now)
    hours = (row["to_utc"] - row["from_utc"]) / 3600
    length = f"{fmt.number(hours, 0)}{fmt.GAP}h" if hours < 72 else f"{fmt.number(hours / 24)}{fmt.GAP}days"
    what = [visible(short(row["title"] or "", 200)) if row["title"] else ""]
    resource = row["resource"]
    if resource and resource != row["site"]:
        what.append(f" ({visible(short(resource, 60))})")
    planned = {True: "planned", False: "not planned"}.get(row["is_planned"], "")
    return [
        pill(WHEN[word], word),
        fmt.moment(row["from_utc"]),
        fmt.moment(row["to_utc"]),
        length,
        html.Span(
            " · ".join(
                part for part in (visible(short(row["severity"] or "", 60)) if row["severity"] else "", planned) if part
            )
        ),
        html.Span(what, className="name"),
        fmt.number(row["cpu_h"]),
    ]
