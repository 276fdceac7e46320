"""Parts of the page Project: advice worth the most hours, largest workflows, what was used of what was asked for."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.copying import copyable
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.labels import short
from dashboard.ranking import LinkOf, named, share_bar
from pipeline.advice import wording
from pipeline.advice.advise import Advice
from pipeline.advice.overview import EDGES, Fit, Workflow
from pipeline.advice.sheet import AdviceSheet

TOP = 3
SAVED = "What it would have saved on these days, less what is lost where it would not have been enough."
NOTHING = (
    "Nothing to change: no request, length or habit of these runs would have saved enough hours to speak of, as far as "
    "was measured."
)


def advice_cards(sheet: AdviceSheet) -> list[Component]:
    """The three pieces worth the most hours, each with its lines and its evidence; what hours mean below."""
    if not sheet.runs:
        return [quiet("No run ended in these days.")]
    if not sheet.advice:
        return [quiet(NOTHING), _counted(sheet)]
    cards = [_card(one, place) for place, one in enumerate(sheet.advice[:TOP])]
    return [html.Div(cards, className="advice-cards"), _counted(sheet)]


def _card(one: Advice, place: int) -> Component:
    workflow = "smaller workflows" if one.workflow is None else one.workflow
    whose: list[Component | str] = [
        html.Span(short(one.user, 48), className="name"),
        " · ",
        html.Span(short(workflow, 48), className="name"),
    ]
    facts = (wording.sentence(one), wording.evidence(one), wording.risk(one), wording.tested(one))
    return html.Article(
        [
            html.H3(wording.TITLES[one.kind], className="advice-title"),
            html.P(
                [
                    html.Span(fmt.compact(one.effect.hours, 0), className="card-value"),
                    html.Span(one.rule.unit, className="card-unit"),
                ],
                className="card-number",
                title=SAVED,
            ),
            html.P(whose, className="advice-whose"),
            *copyable(wording.lines(one), f"advice-lines-{place}", "record advice-lines", "Copy the lines"),
            html.P(facts[0], className="advice-seen"),
            html.Details([html.Summary("Evidence, risk and test"), *(html.P(fact) for fact in facts[1:])]),
        ],
        className="advice",
    )


def _counted(sheet: AdviceSheet) -> Component:
    more = len(sheet.advice) - TOP
    said = [f"{more:,} more in the download."] if more > 0 else []
    if sheet.looked_at < sheet.runs:
        said.append(f"Made of {sheet.looked_at:,} of {sheet.runs:,} runs.")
    said.append(wording.counted(sheet.exchange))
    return html.P(" ".join(said), className="dim")


def workflow_table(workflows: Sequence[Workflow], link_of: LinkOf) -> Component:
    """The workflows with most core hours."""
    used = [one for one in workflows if one.hours]
    if not used:
        return quiet("No run with known cores ended in these days.")
    heads = [
        Head("Workflow", "Name of the batch, else of the executable.", name=True),
        Head("User", name=True),
        Head("Core hours", "Of runs that ended on these days, whole.", number=True),
        Head("Good", "Core hours of runs that succeeded, per core hours.", number=True),
        Head("CPU eff.", "CPU time per core time, over the runs that reported it.", number=True),
        Head("Runs", number=True),
    ]
    rows: list[list[Cell]] = [
        [
            html.Span(short(one.name, 40) if one.name else "no name", className="name" if one.name else "name dim"),
            named(one.user, link_of(one.user), 32),
            fmt.number(one.hours),
            fmt.percent(one.good_hours / one.hours, 0),
            fmt.percent(one.busy, 0),
            f"{one.runs:,}",
        ]
        for one in used
    ]
    return fact_table(heads, rows, "Workflows, by core hours")


def fit_table(fits: Sequence[Fit]) -> Component:
    """How much of what was asked for was used: a bar for each range, of memory and disk."""
    known = [one for one in fits if one.shares]
    if not known:
        return quiet("No run of these days says what it asked for and what it used.")
    bounds = [0.0, *EDGES]
    ranges = [f"{100 * low:.0f} – {100 * high:.0f} %" for low, high in zip(bounds, EDGES, strict=False)]
    heads = [
        Head("Used of what was asked for", "At the peak of each run."),
        *(Head(one.measure.capitalize(), "Share of the runs' wall time.", number=True) for one in known),
    ]
    rows = [
        [html.Span(name), *(share_bar(one.shares[place]) for one in known)]
        for place, name in enumerate([*ranges, "more than asked for"])
    ]
    said = "; ".join(f"{one.measure}: {one.measured:,} of {one.runs:,} runs measured" for one in known)
    missing = [one.measure for one in fits if not one.shares]
    said += f"; {' and '.join(missing)}: not known" if missing else ""
    return html.Div(
        [
            fact_table(heads, rows, "Memory and disk used, per asked for"),
            html.P(f"{said[:1].upper()}{said[1:]}.", className="dim"),
        ]
    )
