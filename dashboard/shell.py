"""What stands around every page: header, navigation, filter bar, the line about the state of the data, the page.

The address decides what is shown: its path chooses the page, its query string is the `View` (see `filters`).
"""

from typing import Any

import dash_mantine_components as dmc
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import filter_bar, state_badge
from dashboard.filters import View, parse, to_search
from dashboard.notices import icon, instead
from dashboard.pages import PAGES, Page, page_at
from dashboard.theme import TEMPLATES, THEME

PRODUCT = "HTC Ledger"


def layout() -> Component:
    """The whole document before anything is known: skeletons where numbers will be."""
    return dmc.MantineProvider(
        theme=THEME,
        defaultColorScheme="auto",
        children=[
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="templates", data=TEMPLATES),
            dcc.Store(id="page-title"),
            html.A("Skip to the page", href="#page", className="skip-link"),
            dmc.AppShell(
                [_header(), _navigation(), _main()],
                id="shell",
                header={"height": 60},
                navbar={"width": 216, "breakpoint": "sm", "collapsed": {"mobile": True}},
                padding=0,
            ),
        ],
    )


def register(app: Dash) -> None:
    """Page switch, navigation and document title."""

    @app.callback(
        Output("page", "children"),
        Output("page-title", "data"),
        Output("filters", "hidden"),
        Input("url", "pathname"),
        State("url", "search"),
    )
    async def open_page(path: str | None, search: str | None) -> tuple[Component, str, bool]:
        page = page_at(path or "/")
        if page is None:
            return _no_such_page(), f"Not found · {PRODUCT}", True
        return page.layout(parse(search)), f"{page.title} · {PRODUCT}", not page.filtered

    @app.callback(Output("navigation", "children"), Input("url", "pathname"), Input("url", "search"))
    async def navigation(path: str | None, search: str | None) -> list[Component]:
        return links(page_at(path or "/"), parse(search))

    app.clientside_callback(
        ClientsideFunction("ledger", "navbar"), Output("shell", "navbar"), Input("burger", "opened"), State("shell", "navbar")
    )
    app.clientside_callback(ClientsideFunction("ledger", "closed"), Output("burger", "opened"), Input("url", "pathname"))
    app.clientside_callback(ClientsideFunction("ledger", "title"), Input("page-title", "data"))
    app.clientside_callback(
        ClientsideFunction("ledger", "painted"),
        Output({"type": "figure", "of": MATCH}, "figure"),
        Input({"type": "figure-data", "of": MATCH}, "data"),
        Input("scheme", "computedColorScheme"),
        State("templates", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("ledger", "followed"),
        Input({"type": "figure", "of": MATCH}, "clickData"),
        State({"type": "figure", "of": MATCH}, "figure"),
    )


def links(current: Page | None, view: View) -> list[Component]:
    """The navigation. Filters go along from page to page; settings of one page do not."""
    search = to_search(View(view.pool, view.preset, view.first, view.last, view.project, view.site, view.user, view.booking))
    return [
        dmc.NavLink(
            label=page.title,
            href=page.path + search,
            active=page is current,
            leftSection=icon(page.icon, 20),
            className="nav-link",
            **({"aria-current": "page"} if page is current else {}),
        )
        for page in PAGES
    ]


def _header() -> Component:
    return dmc.AppShellHeader(
        html.Div(
            [
                dmc.Burger(id="burger", opened=False, hiddenFrom="sm", size="sm", **{"aria-label": "Open the navigation"}),
                dcc.Link(
                    [html.Span(className="brand-mark", **{"aria-hidden": "true"}), html.Span(PRODUCT, className="brand-name")],
                    href="/",
                    className="brand",
                    title=PRODUCT,
                ),
                html.Div(className="header-gap"),
                filter_bar.pool_picker(),
                state_badge.badge(),
                dmc.ColorSchemeToggle(
                    id="scheme",
                    lightIcon=icon("sun"),
                    darkIcon=icon("moon"),
                    variant="subtle",
                    color="gray",
                    size="lg",
                    **{"aria-label": "Switch between light and dark"},
                ),
            ],
            className="header",
        )
    )


def _navigation() -> Component:
    return dmc.AppShellNavbar(
        html.Nav(links(None, View()), id="navigation", className="navigation", **{"aria-label": "Pages"})
    )


def _main() -> Component:
    return dmc.AppShellMain(
        [
            html.Div(id="ribbons", className="ribbons"),
            filter_bar.bar(),
            html.Div(id="page", className="page", tabIndex=-1),
        ],
        className="main",
    )


def _no_such_page() -> Component:
    return instead(
        "alert-triangle",
        "There is no such page",
        "The address may be mistyped.",
        dcc.Link(f"Go to {PAGES[0].title}", href=PAGES[0].path, className="notice-link"),
    )
