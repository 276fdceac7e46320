"""Parts of the page Triage: a finding as a card that opens to its evidence, and the sites × classes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dash import html
from dash.development.base_component import Component

from dashboard import desk_parts, filters, job_list
from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.copying import copyable
from dashboard.fact_table import Cell as FactCell
from dashboard.fact_table import Head, fact_table, pill, quiet
from dashboard.filters import LONGEST_NAME, View
from dashboard.labels import short, visible
from dashboard.reconciliation_parts import job_link
from dashboard.ticket_text import ticket
from pipeline.desk.act import Act
from pipeline.desk.standing import Standing, standing
from pipeline.triage.finding import Finding
from pipeline.triage.listed import conditions_of
from pipeline.triage.sentences import share
from pipeline.triage.sheet import Cell, Evidence, Example, Part, Sheet
from pipeline.triage.taxonomy import taxonomy

KINDS = {
    "signature": "One message",
    "class": "One class",
    "black_hole": "Black hole",
    "storm": "Storm",
    "quiet": "Quiet",
}
SHADES = 5
COUNTED = "Attempts that ended in the window and could have failed so; those that did; and the share."


@dataclass(frozen=True)
class Desk:
    """Acts that are in force; the finding (its key, or the act's id) that somebody has just acted on; and the findings
    (their keys) that the reader did not see at the last visit."""

    held: tuple[Act, ...] = ()
    acted_on: str = ""
    unseen: frozenset[str] = frozenset()

    def of(self, pool: str, found: Finding) -> Standing:
        """What holds for that finding."""
        return standing(self.held, pool, found)


NOBODY = Desk()


def cards(sheet: Sheet, view: View, link: str, desk: Desk = NOBODY, *, alarms: bool) -> list[Component]:
    """The findings that are alarms, or those that are not; a sentence where there are none. Muted ones are folded."""
    chosen = [one for one in sheet.evidence if one.finding.alarm == alarms]
    muted = [one for one in chosen if desk.of(sheet.asked.pool, one.finding).muted]
    heard = [one for one in chosen if one not in muted]
    group = "alarm" if alarms else "known"
    shown: list[Component] = [
        _card(one, f"{group}-{place}", sheet, view, link, desk) for place, one in enumerate(heard, start=1)
    ]
    if not heard:
        shown = [quiet("Nothing stands out." if alarms else "Nothing else stands out.")]
    return [*shown, *_folded(muted, group, sheet, view, link, desk)]


def _folded(muted: Sequence[Evidence], group: str, sheet: Sheet, view: View, link: str, desk: Desk) -> list[Component]:
    """Muted findings, behind a line that counts them."""
    if not muted:
        return []
    inside = [_card(one, f"{group}-muted-{place}", sheet, view, link, desk) for place, one in enumerate(muted, start=1)]
    return [html.Details([html.Summary(f"{len(muted):,} muted"), *inside], className="triage-muted")]


def _card(one: Evidence, number: str, sheet: Sheet, view: View, link: str, desk: Desk) -> Component:
    found = one.finding
    held = desk.of(sheet.asked.pool, found)
    is_acted_on = desk.acted_on in (found.key, *(act.id for act in held.acts))
    head = html.Summary(
        [
            html.Span(
                [
                    pill("failing" if found.alarm else "unknown", KINDS[found.kind]),
                    *([pill("partial", "new")] if found.new else []),
                    *([pill("unknown", "since your last visit")] if found.key in desk.unseen else []),
                    *desk_parts.marks(held),
                    html.Span(_cost(found), className="triage-cost"),
                ],
                className="triage-marks",
            ),
            html.Span(visible(found.sentence), className="triage-sentence"),
        ]
    )
    body = [
        *desk_parts.said(held, number),
        html.P([html.Strong("What to do: "), _blame(found), found.action], className="triage-action"),
        _numbers(found),
        *_course(one.course, sheet),
        *_said(found),
        *_examples(one.examples, sheet.asked.pool),
        html.P(html.A(_list_words(found), href=attempts_address(found, sheet, view)), className="triage-links"),
        desk_parts.form(number, found.key),
        html.Details(
            [
                html.Summary("Text for a ticket"),
                *copyable(ticket(one, sheet, link, held), f"triage-ticket-{number}", "record triage-ticket"),
            ],
            className="triage-more",
        ),
    ]
    return html.Details(
        [head, html.Div(body, className="triage-body")],
        className="triage-card" + (" triage-alarm" if found.alarm and held.word == "open" else ""),
        open=is_acted_on or (number == "alarm-1" and not held.acknowledged),
    )


def _cost(found: Finding) -> str:
    hours = f"{fmt.number(found.hours)} core h · " if found.kind != "quiet" else ""
    jobs = f"{found.jobs:,} jobs · " if found.jobs else ""
    change = fmt.number(found.change)
    times = f"{change}\u00a0× before" if found.tried_before and found.kind != "quiet" else ""
    return f"{hours}{jobs}{times}".strip(" ·")


def _blame(found: Finding) -> str:
    return f"usually the {found.blame}'s. " if found.blame else ""


def _numbers(found: Finding) -> Component:
    rows: list[list[FactCell]] = [
        _row("There" if found.dimension else "In it", found.failed, found.tried),
        *([_row("Elsewhere", found.failed_elsewhere, found.tried_elsewhere)] if found.tried_elsewhere else []),
        _row("Before", found.failed_before, found.tried_before),
    ]
    if found.kind == "quiet" and not found.tried_before:
        return html.P("How much did not come is not known.", className="dim")
    if found.kind == "quiet":
        rows = [["In the window", "", f"{found.tried:,}", ""], ["To be expected", "", f"{found.tried_before:,}", ""]]
    heads = [
        Head(""),
        Head("Failed so", number=True),
        Head("Attempts", COUNTED, number=True),
        Head("Share", number=True),
    ]
    return fact_table(heads, rows, "Failed and tried")


def _row(where: str, failed: int, tried: int) -> list[FactCell]:
    return [where, f"{failed:,}", f"{tried:,}", share(failed, tried)]


def _course(course: Sequence[Part], sheet: Sheet) -> list[Component]:
    """Bars of the share that failed so, in time; the window has another ground than the time before."""
    if not course:
        return []
    bars = [
        html.Span(
            html.Span(style={"height": f"{100 * one.failed / one.tried:.0f}%" if one.tried else "0"}),
            className="triage-bar" + (" triage-now" if one.from_utc >= sheet.asked.from_utc else ""),
            title=f"{_moment(one.from_utc)}: {one.failed:,} of {one.tried:,} attempts failed",
        )
        for one in course
    ]
    ends = html.Div(
        [html.Span(_moment(sheet.asked.base_utc)), html.Span(_moment(sheet.asked.to_utc))], className="triage-ends dim"
    )
    told = "Share that failed, from the base window on; the window that is looked at is marked."
    return [html.Div(bars, className="triage-bars", role="img", **attributes(aria_label=told)), ends]


def _said(found: Finding) -> list[Component]:
    if not found.signature:
        return []
    return [html.P([html.Span("Signature: ", className="dim"), html.Code(visible(found.signature), className="name")])]


def _examples(examples: Sequence[Example], pool: str) -> list[Component]:
    if not examples:
        return []
    rows: list[list[FactCell]] = [
        [
            job_link(one.job, pool) if one.job else "not known",
            html.Span(short(one.host or "not known", 60), className="name"),
            fmt.moment(one.end_utc),
            html.Span(visible(one.message) if one.message else "said nothing", className="name"),
        ]
        for one in examples
    ]
    heads = [Head("Job"), Head("Host"), Head("Ended", code=True), Head("Message", wide=True)]
    return [fact_table(heads, rows, "Examples: the newest, of different messages first")]


def _list_words(found: Finding) -> str:
    return "All attempts there in the list of jobs" if found.dimension in filters.DIMENSIONS else "The list of attempts"


def attempts_address(found: Finding, sheet: Sheet, view: View) -> str:
    """The list of attempts on the window's days, narrowed to where the finding is, as far as lists can be."""
    days = [datetime.fromtimestamp(utc_s, UTC).date() for utc_s in (sheet.asked.from_utc, sheet.asked.to_utc - 1)]
    narrowed = filters.with_days(filters.widened(filters.on_another_page(view)), *days)
    if found.dimension in filters.DIMENSIONS and len(found.value) <= LONGEST_NAME:
        narrowed = filters.with_names(narrowed, found.dimension, found.values)
    return job_list.address(narrowed, of="attempts", **conditions_of(found))


def heatmap(cells: Sequence[Cell]) -> Component:
    """Sites down, classes across: the share of a site's attempts, as a number and a shade."""
    if not cells:
        return quiet("No attempt failed in this window.")
    classes = list(dict.fromkeys(cell.failure for cell in cells))
    by_site: dict[str, list[Cell]] = {}
    for cell in cells:
        by_site.setdefault(cell.site, []).append(cell)
    heads = [html.Th("Site", scope="col")]
    heads += [html.Th(taxonomy().classes[name].label, scope="col") for name in classes]
    body = [
        html.Tr([html.Th(html.Span(short(site, 30), className="name"), scope="row"), *map(_shade, row)])
        for site, row in by_site.items()
    ]
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody(body)],
        className="triage-heat",
        **attributes(aria_label="Share of each site's attempts that failed, by class"),
    )
    return html.Div(table, className="triage-heat-frame", tabIndex=0, role="region", **attributes(aria_label="Sites"))


def _shade(cell: Cell) -> Component:
    part = cell.failed / cell.tried if cell.tried else 0.0
    level = 0 if not cell.failed else min(SHADES, 1 + int(part * 4 * SHADES))
    return html.Td(
        share(cell.failed, cell.tried) if cell.failed else "·",
        className=f"heat-{level}",
        title=f"{cell.failed:,} of {cell.tried:,} attempts",
    )


def _moment(utc_s: int) -> str:
    return fmt.moment(utc_s)
