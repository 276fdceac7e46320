"""Cards with one number each, and entries of a chart's legend."""

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.colours import NOT_KNOWN_NAMES, OTHER
from dashboard.format import Number
from dashboard.labels import short
from dashboard.shell_parts import explained, help_on
from pipeline.metrics import Metric


def card(metric: Metric, now: Number, before: Number, against: str | None, footnote: str = "") -> Component:
    """A metric's value with its unit, its change against the days `against` (None: nothing before), and a footnote."""
    is_ratio = metric.unit == "%"
    moved = fmt.change(now, before, metric)
    unit = "" if is_ratio or metric.name in ("jobs", "attempts") or now is None else metric.unit
    exact = fmt.quantity(now, metric)
    return html.Article(
        [
            html.H2([metric.label, " ", help_on(definition(metric))], className="card-label"),
            html.P(
                [
                    html.Span(
                        fmt.percent(now) if is_ratio else fmt.compact(now, metric.decimals), className="card-value"
                    ),
                    html.Span(unit, className="card-unit"),
                ],
                className="card-number",
                title=exact,
                **attributes(data_metric=metric.name, data_value="" if now is None else repr(now)),
            ),
            html.P(
                [
                    html.Span(moved.text, className=f"change change-{moved.direction}"),
                    html.Span(f"against {against}" if against else "no full period before", className="card-against"),
                ],
                className="card-change",
            ),
            html.P(footnote or "\u00a0", className="card-foot" if footnote else "card-foot card-foot-none"),
        ],
        className="card",
    )


def plain_card(
    name: str, label: str, text: str, value: Number, *, unit: str = "", foot: str = "", tip: str = ""
) -> Component:
    """A number that is no metric: `name` and `value` are for programs, `text` and `unit` for people."""
    return html.Article(
        [
            html.H2(explained(label, tip), className="card-label"),
            html.P(
                [html.Span(text, className="card-value"), html.Span(unit, className="card-unit")],
                className="card-number",
                **attributes(data_metric=name, data_value="" if value is None else repr(value)),
            ),
            html.P(foot or "\u00a0", className="card-foot" if foot else "card-foot card-foot-none"),
        ],
        className="card",
    )


def definition(metric: Metric) -> str:
    """What a metric means, for a tooltip: its sentence and its formula."""
    unit = f" Unit: {metric.unit}." if metric.unit else ""
    return f"{metric.doc} Formula: {metric.formula}.{unit}"


def skeletons(count: int) -> list[Component]:
    """Cards of the right size, with nothing in them yet."""
    lines = [(14, "55%"), (30, "75%"), (14, "90%")]
    return [
        html.Div([dmc.Skeleton(height=height, width=width) for height, width in lines], className="card card-skeleton")
        for _ in range(count)
    ]


def legend_entry(name: str, colour: str | None, link: str | None) -> Component:
    """A colour and what it stands for; a click shows that entity alone."""
    hatched = " swatch-hatched" if name in NOT_KNOWN_NAMES else ""
    swatch = html.Span(
        className="swatch" + hatched, style={"backgroundColor": colour or OTHER}, **attributes(aria_hidden="true")
    )
    text = html.Span(short(name, 36), className="name")
    if link is None:
        return html.Span([swatch, text], className="legend-entry")
    return dcc.Link(
        [swatch, text], href=link, className="legend-entry legend-link", title=f"Show {short(name, 60)} alone"
    )
