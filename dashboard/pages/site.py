"""Site: what one site delivered, against its pledge, to whom; what it offered, when it was down, what was wasted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import (
    bucket_parts,
    cards,
    course_parts,
    entity_choice,
    filters,
    gpu_parts,
    notices,
    selection,
    site_figures,
    site_parts,
    trouble_parts,
)
from dashboard import ranking as ranked
from dashboard.breakdown import Breakdown, break_down
from dashboard.bucket_parts import Buckets
from dashboard.cube_source import CubeSource
from dashboard.entity_choice import Choice
from dashboard.entity_picker import picker, the_one
from dashboard.filters import View
from dashboard.kept_answers import AGE_S, keep
from dashboard.page_parts import booked_days, downloads, legend, over_time_figure, own_address
from dashboard.pages.page import Page
from dashboard.report_menu import report_menu
from dashboard.selection import Selection
from dashboard.shell_parts import figure, page_head, page_line, panel, segments
from dashboard.site_tables import GROUPS, MEASURES, OF, TABLES, at_site, group_of
from pipeline.active import Active, active
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.settings import Settings
from pipeline.site_sheet import SiteSheet, is_known, site_sheet
from pipeline.site_trouble import SiteTrouble, site_trouble
from pipeline.viewer import Viewer

PATH = "/site"
WHO = ("project", "user", "institution", "field_of_science")
TOTALS = ("cpu_h", "gpu_h", "wasted_h", "goodput_succeeded_h", "jobs", "gpu_model_coverage")
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
FIGURE = "Core hours over time at this site, with its downtimes; the ranking below holds the same numbers"
DOWNLOADS = {
    "groups": "Usage by group",
    "days": "Usage by day and group",
    "buckets": "Buckets",
    "pledges": "Pledges",
    "downtimes": "Downtimes",
    "capacity": "Capacity by day",
    "gpus": "GPU hours by model",
}
NOTHING: tuple[Any, ...] = ([], "", [], [], [], None, [], [], [], [], [], [], [], [], [])


@dataclass(frozen=True)
class Shown:
    """What the page shows of a site."""

    site: str
    selection: Selection
    zone: str
    group: str
    measure: str
    totals: Mapping[str, Any]
    before: Mapping[str, Any] | None
    breakdown: Breakdown
    ranking: list[dict[str, Any]]
    buckets: Buckets
    gpus: list[dict[str, Any]]
    whole_gpus: Mapping[str, Any]
    who: Mapping[str, Active]
    sheet: SiteSheet
    trouble: SiteTrouble


def layout(view: View) -> Component:
    """The picker, and panels of about the size that they will have."""
    group, measure = group_of(view), _measure(view)
    controls = [
        segments("measure", MEASURES, "cpu_h", measure, "What the chart shows"),
        segments("by", GROUPS, "project", group, "Who benefits, by what"),
    ]
    body = [
        html.Div(cards.skeletons(5), id="site-cards", className="cards"),
        html.Div(id="site-beginning"),
        panel(
            "Delivered",
            html.Div(dmc.Skeleton(height=28), id="site-legend", className="legend"),
            *figure("site", 300, FIGURE),
            html.Div(id="site-ranking", className="below-figure"),
            control=html.Div(controls, className="panel-controls"),
        ),
        panel("Pledge", html.Div(id="site-pledges"), tip="What was promised, beside what was delivered: pro rata."),
        panel("Downtimes", html.Div(id="site-downtimes"), note="Bands in the chart above."),
        panel("Offered, claimed, used", html.Div(id="site-capacity")),
        html.Div(id="site-trouble", className="panel-stack"),
        html.Div(
            [
                panel("What became of the time", html.Div(id="site-buckets")),
                html.Div(
                    [
                        panel("Payload and pilots", html.Div(id="site-pilots")),
                        panel("GPU hours by model", html.Div(id="site-gpus")),
                    ],
                    className="panel-stack",
                ),
            ],
            className="two-panels",
        ),
    ]
    return html.Main(
        [
            page_head("Site", page_line("site-days"), "site-downloads", report_menu("site")),
            html.Div(
                [picker(OF, view), html.P(id="site-about", className="dim entity-about")], className="entity-line"
            ),
            html.Div(id="site-notice"),
            html.Div(body, id="site-body", style=SHOWN if the_one(view, OF) else HIDDEN),
        ]
    )


def _measure(view: View) -> str:
    return view.option("measure", MEASURES, "cpu_h")


def ask(view: View, cube: Cube, viewer: Viewer) -> Shown | Choice:
    """Everything that the page shows of a view. Raises UsageError where the view has no meaning for this cube."""
    chosen, site = selection.select(view, cube.pools(viewer)), the_one(view, OF)
    if site is None:
        return entity_choice.choice(cube, viewer, view, chosen, OF)
    if not is_known(cube, viewer, chosen.pool, site):
        return entity_choice.choice(cube, viewer, view, chosen, OF, unknown=site)
    group, measure = group_of(view), _measure(view)
    earlier = chosen.query_before(TOTALS)
    sheet = site_sheet(cube, viewer, chosen.pool, site, chosen.period.first, chosen.period.last)
    before = cube.usage(earlier, viewer).to_pylist() if earlier else []
    return Shown(
        site=site,
        selection=chosen,
        zone=cube.published.zone,
        group=group,
        measure=measure,
        totals=cube.usage(chosen.query((), TOTALS), viewer).to_pylist()[0],
        before=before[0] if before else None,
        breakdown=break_down(cube, viewer, chosen, group, measure),
        ranking=cube.usage(chosen.query((group,), ranked.METRICS), viewer).to_pylist(),
        buckets=bucket_parts.buckets(cube, viewer, chosen, "project"),
        gpus=cube.usage(chosen.query(("gpu_model",), gpu_parts.METRICS), viewer).to_pylist(),
        whole_gpus=cube.usage(chosen.query((), gpu_parts.METRICS), viewer).to_pylist()[0],
        who={name: active(cube, viewer, chosen.query((), ()), name) for name in WHO},
        sheet=sheet,
        trouble=site_trouble(cube, viewer, at_site(cube, chosen, sheet, site), *_known_days(chosen)),
    )


def _known_days(chosen: Selection) -> tuple[date, date]:
    """The first and the last day of the pool's usage."""
    return chosen.pool.first_day or chosen.period.first, chosen.pool.last_day or chosen.period.last


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback draws the whole page, so that all its numbers are of one cube."""

    @app.callback(
        Output("site-notice", "children"),
        Output("site-body", "style"),
        Output("site-days", "children"),
        Output("site-about", "children"),
        Output("site-downloads", "children"),
        Output("site-cards", "children"),
        Output("site-beginning", "children"),
        Output("site-legend", "children"),
        Output({"type": "figure-data", "of": "site"}, "data"),
        Output("site-ranking", "children"),
        Output("site-pledges", "children"),
        Output("site-downtimes", "children"),
        Output("site-capacity", "children"),
        Output("site-buckets", "children"),
        Output("site-gpus", "children"),
        Output("site-pilots", "children"),
        Output("site-trouble", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view, now = filters.parse(search), datetime.now(UTC)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer), view.zone)
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", *NOTHING[1:]
        if isinstance(shown, Choice):
            return entity_choice.shown_choice(shown, PATH, view), HIDDEN, booked_days(shown.selection), *NOTHING[1:]
        return keep(([], SHOWN, booked_days(shown.selection), *_parts(shown, view, now)), AGE_S)


def _parts(shown: Shown, view: View, now: datetime) -> tuple[Any, ...]:
    chosen, sheet = shown.selection, shown.sheet
    period = chosen.period
    projects = own_address("/project", view, "project")
    link_of = projects if shown.group == "project" else own_address(PATH, view, shown.group, keep=OF)
    return (
        site_parts.about(sheet, shown.site),
        downloads(PATH, view, DOWNLOADS),
        site_parts.site_cards(shown.totals, shown.before, chosen.against, shown.who, sheet.pledges),
        trouble_parts.beginning(shown.trouble.beginning, shown.site, now),
        legend(shown.breakdown, MEASURES[shown.measure], PATH, view, shown.group),
        _figure(shown, view),
        ranked.ranking(shown.ranking, shown.group, GROUPS[shown.group], link_of),
        course_parts.pledge_parts(sheet.pledges, period.first, period.last, sheet.total("offered_cpu_h")),
        site_parts.downtime_table(sheet.downtimes, now),
        site_parts.capacity(sheet, period),
        bucket_parts.bucket_table(shown.buckets, "Most of it by", projects),
        gpu_parts.gpu_models(shown.gpus, shown.whole_gpus),
        [site_parts.pilots(shown.totals["cpu_h"], sheet), *trouble_parts.pilot_table(shown.trouble.pilots)],
        trouble_parts.troubles(shown.trouble),
    )


def _figure(shown: Shown, view: View) -> dict[str, Any]:
    found, period = shown.breakdown, shown.selection.period
    drawn = over_time_figure(found, shown.selection, shown.measure, PATH, view, shown.group)
    if shown.measure == "cpu_h" and shown.selection.where == ((OF, (shown.site,)),):
        own = [one for one in shown.sheet.pledges if one.of.of == OF]
        drawn = site_figures.with_due(drawn, own, found.bars, found.grain, period)
    return site_figures.with_downtimes(drawn, shown.sheet.downtimes, shown.zone, period.last)


PAGE = Page(PATH, "Site", "server", layout, register, TABLES)
