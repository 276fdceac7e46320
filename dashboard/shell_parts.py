"""Parts that every page is built of: its head, a chart's place, a switch that lives in the address, downloads."""

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.attributes import attributes
from dashboard.notices import icon

CLEAR = "rgba(0,0,0,0)"
PICTURES = ("png", "svg")


def figure(
    name: str, height: int, label: str, *, wide: bool = False, drawn: dict[str, Any] | None = None
) -> list[Component]:
    """A chart's place. Its figure, without a template, goes to the store `{"type": "figure-data", "of": name}`.

    A `wide` one keeps its width on a phone, where it can be moved sideways. `drawn` is the figure itself, for parts of
    a page that are made anew as a whole.
    """
    empty = {"data": [], "layout": {"paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "xaxis": {"visible": False}}}
    empty["layout"]["yaxis"] = {"visible": False}  # type: ignore[index]
    graph = dcc.Graph(
        id={"type": "figure", "of": name},
        config={"displayModeBar": False, "responsive": True},
        style={"height": height},
        figure=empty,
    )
    css = "figure figure-wide" if wide else "figure"
    kept_free = {"--figure-height": f"{height}px"}
    return [
        dcc.Store(id={"type": "figure-data", "of": name}, data=drawn),
        html.Div(graph, role="img", className=css, style=kept_free, **attributes(aria_label=label)),
        html.P(["Save as ", *(_save(form) for form in PICTURES)], className="figure-save"),
    ]


def _save(form: str) -> Component:
    """A button that saves the chart before it; assets/pictures.js does it, without the server."""
    return html.Button(
        form.upper(),
        type="button",
        className="save-picture",
        title=f"Save this chart as {form.upper()}",
        **attributes(data_picture=form),
    )


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


def page_head(title: str, below: Component, downloads: str, *menus: Component) -> Component:
    """A page's title with a line below it, and beside it further menus and that of downloads, with that id."""
    return html.Div(
        [
            html.Div([dmc.Title(title, order=1, size="h2"), below]),
            html.Div([*menus, download_menu(downloads)], className="page-menus"),
        ],
        className="page-head",
    )


def page_line(name: str) -> Component:
    """The line below a page's title, which its callback fills in: pool and days, or of when it is."""
    return html.P("\u00a0", id=name, className="page-days")


def popover_button(children: Any, css: str = "bare-button") -> Component:
    """A real button that opens the popover around it, and tells whether it is open."""
    made: Component = dmc.PopoverTarget(
        children, boxWrapperProps={"component": "button", "type": "button", "className": css}
    )
    return made


def download_menu(name: str) -> Component:
    """A menu whose links the page's callback fills in."""
    made: Component = dmc.Popover(
        [
            popover_button([icon("download", 16), "Download"], "quiet-button download"),
            dmc.PopoverDropdown(html.Div(id=name, className="menu")),
        ],
        position="bottom-end",
        shadow="md",
        trapFocus=True,
        returnFocus=True,
    )
    return made


def explained(label: str, tip: str) -> list[Component | str]:
    """A label, and the mark that explains it if there is anything to explain."""
    return [label, " ", help_on(tip)] if tip else [label]


def panel(
    title: str,
    *parts: Component,
    tip: str = "",
    note: Component | str | None = None,
    control: Component | None = None,
) -> Component:
    """A part of a page under a title: `note` beside it says what it is about, `control` what can be changed in it."""
    about = html.P(note) if isinstance(note, str) else note
    title_line: Component = dmc.Title(explained(title, tip), order=2, size="h4")
    # a component without children is false
    head = [part for part in (title_line, about, control) if part is not None]
    return html.Section([html.Div(head, className="panel-head"), *parts], className="panel")


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
