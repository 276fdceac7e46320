"""Definitions: every metric and every dimension with its meaning, from the registries that the numbers come from."""

import dash_mantine_components as dmc
from dash import Dash, html
from dash.development.base_component import Component

from dashboard.cube_source import CubeSource
from dashboard.filter_bar import BOOKING_DOC, ZONE_DOC
from dashboard.filters import View
from dashboard.pages.page import Page
from pipeline.dimensions import DIMENSIONS
from pipeline.metrics import METRICS, Metric
from pipeline.settings import Settings

PATH = "/definitions"
RULES = (
    ("Unknown", "What no record says is shown as a dash. It is never counted as zero, and never guessed."),
    ("Booking", BOOKING_DOC),
    (
        "Time zone",
        f"{ZONE_DOC} A ledger has a zone of its own (setting `zone`), and can have others (`other_zones`, `--zone`): "
        "the same hours, cut at other midnights. Closed months are of its own.",
    ),
    (
        "Period before",
        "A month is compared with the same days of the month before, a year with the same days of the year before, "
        "other periods with as many days just before. Where the data do not reach over all of it, there is a dash.",
    ),
    ("Ratios", "A ratio of several rows is the ratio of their sums, never an average of their ratios."),
    ("Counts", "A job of two days counts once in their total: counts of days or of rows do not add up."),
)


def layout(_view: View) -> Component:
    """The page. It needs no cube: the registries are all there is to it."""
    return html.Main(
        [
            html.Div([dmc.Title("Definitions", order=1, size="h2")], className="page-head"),
            html.P(
                "What each number and each name on these pages means. Command line and downloads use the short names.",
                className="page-intro",
            ),
            _panel("Metrics", [_metric(metric) for metric in METRICS]),
            _panel("Dimensions", [_entry(known.label, known.name, known.doc) for known in DIMENSIONS]),
            _panel("Rules", [_entry(title, None, text) for title, text in RULES]),
        ]
    )


def register(_app: Dash, _source: CubeSource, _settings: Settings) -> None:
    """Nothing to answer: the page is all text."""


def _panel(title: str, entries: list[Component]) -> Component:
    return html.Section(
        [dmc.Title(title, order=2, size="h4"), html.Dl(entries, className="definitions")], className="panel"
    )


def _metric(metric: Metric) -> Component:
    facts = [html.Span(metric.formula, className="formula")]
    if metric.unit not in ("", metric.name):
        facts.append(html.Span(f"in {metric.unit}", className="unit"))
    return _entry(metric.label, metric.name, metric.doc, html.P(facts, className="definition-facts"))


def with_code(text: str) -> list[Component | str]:
    """The text with what stands between backticks as code."""
    return [html.Code(part) if place % 2 else part for place, part in enumerate(text.split("`"))]


def _entry(label: str, name: str | None, doc: str, *more: Component) -> Component:
    head: list[Component] = [html.Span(label, className="definition-label")]
    head += [html.Code(name)] if name else []
    return html.Div(
        [html.Dt(head), html.Dd([html.P(with_code(doc)), *more])],
        className="definition",
        id="define-" + (name or label.lower().replace(" ", "-")),
    )


PAGE = Page(PATH, "Definitions", "definitions", layout, register, filtered=False)
