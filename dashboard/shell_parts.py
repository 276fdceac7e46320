"""Parts that every page is built of: a chart's place, a switch that lives in the address, the download menu."""

from collections.abc import Mapping

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.attributes import attributes
from dashboard.notices import icon

CLEAR = "rgba(0,0,0,0)"


def figure(name: str, height: int, label: str) -> list[Component]:
    """A chart's place. Its figure, without a template, goes to the store `{"type": "figure-data", "of": name}`."""
    empty = {"data": [], "layout": {"paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "xaxis": {"visible": False}}}
    empty["layout"]["yaxis"] = {"visible": False}  # type: ignore[index]
    graph = dcc.Graph(
        id={"type": "figure", "of": name},
        config={"displayModeBar": False, "responsive": True},
        style={"height": height},
        figure=empty,
    )
    return [
        dcc.Store(id={"type": "figure-data", "of": name}),
        html.Div(graph, role="img", className="figure", **attributes(aria_label=label)),
    ]


def segments(key: str, choices: Mapping[str, str], default: str, value: str, label: str) -> Component:
    """A switch between a few views of a page; its value is the address's `key`, which is left out for the default."""
    made: Component = dmc.SegmentedControl(
        id={"type": "option", "key": key, "default": default},
        data=[{"value": name, "label": shown} for name, shown in choices.items()],
        value=value,
        size="xs",
        **attributes(aria_label=label),
    )
    return made


def download_menu(name: str) -> Component:
    """A menu whose links the page's callback fills in."""
    made: Component = dmc.Popover(
        [
            dmc.PopoverTarget(
                dmc.Button(
                    "Download", leftSection=icon("download", 16), variant="default", size="sm", className="download"
                )
            ),
            dmc.PopoverDropdown(html.Div(id=name, className="menu")),
        ],
        position="bottom-end",
        shadow="md",
        returnFocus=True,
    )
    return made


def help_on(text: str) -> Component:
    """A small mark that explains a word, on hover and on keyboard focus."""
    made: Component = dmc.Tooltip(
        html.Span(icon("info", 14), className="help", tabIndex=0, role="note", **attributes(aria_label=text)),
        label=text,
        multiline=True,
        w=280,
        boxWrapperProps={"display": "inline-block"},
        events={"hover": True, "focus": True, "touch": True},
    )
    return made
