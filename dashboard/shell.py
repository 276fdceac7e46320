"""What stands around every page: header, navigation, filter bar, the line about the state of the data, the page.

The address decides what is shown: its path chooses the page, its query string is the `View` (see `filters`).
"""

import dash_mantine_components as dmc
from dash import MATCH, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import filter_bar, landing, state_badge
from dashboard.attributes import attributes, in_browser
from dashboard.filters import View, on_another_page, parse, to_search
from dashboard.kept_answers import keep
from dashboard.notices import icon, instead
from dashboard.pages import PAGES, Page, page_at
from dashboard.theme import TEMPLATES, THEME
from dashboard.viewers import current_viewer
from pipeline.viewer import LOCAL, Viewer

PRODUCT = "HTC Ledger"


def layout() -> Component:
    """The whole document before anything is known: skeletons where numbers will be."""
    made: Component = dmc.MantineProvider(
        theme=THEME,
        defaultColorScheme="auto",
        children=[
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="templates", data=TEMPLATES),
            dcc.Store(id="page-title"),
            landing.store(),
            html.A("Skip to the page", href="#page", className="skip-link"),
            dmc.AppShell(
                [_header(), _navigation(), _main()],
                id="shell",
                header={"height": 60},
                navbar={"width": 216, "breakpoint": "md", "collapsed": {"mobile": True}},
                padding=0,
            ),
        ],
    )
    return made


def register(app: Dash) -> None:
    """Page switch, navigation and document title."""

    @app.callback(
        Output("page", "children"),
        Output("page-title", "data"),
        Output("filters", "hidden"),
        Output("filters", "className"),
        Input("url", "pathname"),
        State("url", "search"),
    )
    async def open_page(path: str | None, search: str | None) -> tuple[Component, str, bool, str]:
        page = page_at(path or "/")
        if page is None:
            return _no_such_page(), f"Not found · {PRODUCT}", True, "filters"
        if (path or "/") == "/":
            return landing.waiting(), PRODUCT, True, "filters"
        bar = ["filters", *([] if page.dated else ["filters-undated"]), *(["filters-own"] if page.in_own_zone else [])]
        return keep((page.layout(parse(search)), f"{page.title} · {PRODUCT}", not page.filtered, " ".join(bar)))

    @app.callback(Output("navigation", "children"), Input("url", "pathname"), Input("url", "search"))
    async def navigation(path: str | None, search: str | None) -> list[Component]:
        return keep([*links(page_at(path or "/"), parse(search)), *_account(current_viewer())])

    landing.register(app)
    in_browser(
        app,
        "navbar",
        Output("shell", "navbar"),
        Input("burger", "opened"),
        State("shell", "navbar"),
    )
    in_browser(app, "closed", Output("burger", "opened"), Input("url", "pathname"))
    in_browser(app, "title", Input("page-title", "data"))
    in_browser(
        app,
        "painted",
        Output({"type": "figure", "of": MATCH}, "figure"),
        Input({"type": "figure-data", "of": MATCH}, "data"),
        Input("scheme", "computedColorScheme"),
        State("templates", "data"),
    )
    in_browser(
        app,
        "followed",
        Input({"type": "figure", "of": MATCH}, "clickData"),
        State({"type": "figure", "of": MATCH}, "figure"),
    )


def links(current: Page | None, view: View) -> list[Component]:
    """The navigation. Filters go along from page to page; settings of one page do not."""
    search = to_search(on_another_page(view))
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


def _account(viewer: Viewer) -> list[Component]:
    """Who one is, and the way out; nothing where there is no login."""
    return [] if viewer == LOCAL else [html.A("Account", href="/account", className="landing-link")]


def _header() -> Component:
    made: Component = dmc.AppShellHeader(
        html.Div(
            [
                dmc.Burger(
                    id="burger",
                    opened=False,
                    hiddenFrom="md",
                    size="sm",
                    **attributes(aria_label="Open the navigation"),
                ),
                dcc.Link(
                    [
                        html.Span(className="brand-mark", **attributes(aria_hidden="true")),
                        html.Span(PRODUCT, className="brand-name"),
                    ],
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
                    **attributes(aria_label="Switch between light and dark"),
                ),
            ],
            className="header",
        )
    )
    return made


def _navigation() -> Component:
    made: Component = dmc.AppShellNavbar(
        [
            html.Nav(links(None, View()), id="navigation", className="navigation", **attributes(aria_label="Pages")),
            landing.link(),
        ]
    )
    return made


def _main() -> Component:
    made: Component = dmc.AppShellMain(
        [
            html.Div(html.Span(className="ribbons-waiting"), id="ribbons", className="ribbons"),
            filter_bar.bar(),
            html.Div(id="page", className="page", tabIndex=-1),
        ],
        className="main",
    )
    return made


def _no_such_page() -> Component:
    return instead(
        "alert-triangle",
        "There is no such page",
        "The address may be mistyped.",
        dcc.Link(f"Go to {PAGES[0].title}", href=PAGES[0].path, className="notice-link"),
    )
