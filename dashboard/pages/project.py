"""Project: what a group used, against its allocation and the time before; who, where, what was wasted; a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
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
    project_more,
    project_parts,
    selection,
)
from dashboard import ranking as ranked
from dashboard.breakdown import Breakdown, break_down
from dashboard.bucket_parts import Buckets
from dashboard.copying import copyable
from dashboard.cube_source import CubeSource
from dashboard.entity_choice import Choice, usage_of
from dashboard.entity_picker import picker, the_one
from dashboard.filters import View
from dashboard.grant_text import Report, grant_text
from dashboard.kept_answers import AGE_S, keep
from dashboard.page_parts import booked_days, downloads, legend, narrowing, over_time_figure, own_address
from dashboard.pages.page import Page
from dashboard.report_menu import report_menu
from dashboard.selection import Selection
from dashboard.shell_parts import figure, page_head, page_line, panel, segments
from pipeline.active import Active, active
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.project_sheet import ProjectSheet, is_known, project_sheet
from pipeline.settings import Settings
from pipeline.viewer import Viewer

PATH, OF = "/project", "project"
GROUPS = {"user": "User", "site": "Site"}
MEASURES = {"cpu_h": "Core hours", "gpu_h": "GPU hours"}
TOTALS = ("cpu_h", "gpu_h", "goodput_succeeded_h", "wasted_h", "jobs", "cpu_efficiency", "gpu_model_coverage")
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
FIGURE = "Core hours over time of this project; the rankings below hold the same numbers"
DOWNLOADS = {
    "users": "Users",
    "sites": "Sites",
    "days": "Usage by day, user and site",
    "buckets": "Buckets",
    "allocations": "Allocations",
    "gpus": "GPU hours by model",
    "advice": "Advice",
    "idle": "Why idle jobs are not running",
}
NOTHING: tuple[Any, ...] = ("", [], [], [], None, [], [], [], [], [], [], [])


@dataclass(frozen=True)
class Shown:
    """What the page shows of a project."""

    project: str
    selection: Selection
    zone: str
    group: str
    measure: str
    totals: Mapping[str, Any]
    before: Mapping[str, Any] | None
    breakdown: Breakdown
    users: list[dict[str, Any]]
    sites: list[dict[str, Any]]
    buckets: Buckets
    gpus: list[dict[str, Any]]
    whole_gpus: Mapping[str, Any]
    who: Mapping[str, Active]
    sheet: ProjectSheet
    completeness: str


def layout(view: View) -> Component:
    """The picker, and panels of about the size that they will have."""
    controls = [
        segments("measure", MEASURES, "cpu_h", _measure(view), "What the chart shows"),
        segments("by", GROUPS, "user", _group(view), "What the chart is cut by"),
    ]
    body = [
        html.Div(cards.skeletons(5), id="project-cards", className="cards"),
        panel(
            "Allocations and awards",
            html.Div(id="project-allocations"),
            html.Div(id="project-awards", className="below-figure"),
            tip="What was granted, and what of it is left; core hours as used, on the days of the grant.",
        ),
        panel(
            "Advice worth the most hours",
            html.Div(dmc.Skeleton(height=180), id="project-advice"),
            tip="Of runs that ended on these days: what they asked for against what they used, and how they were cut.",
        ),
        panel(
            "Queue now, and why it is not running",
            html.Div(dmc.Skeleton(height=60), id="project-idle"),
            tip="Each condition of idle jobs against the slots there are, both as last collected; the days above do "
            "not act on it.",
        ),
        panel(
            "Over time",
            html.Div(dmc.Skeleton(height=28), id="project-legend", className="legend"),
            *figure("project", 300, FIGURE),
            control=html.Div(controls, className="panel-controls"),
        ),
        html.Div(
            [
                panel("Sites that ran it", html.Div(id="project-sites")),
                html.Div(
                    [
                        panel("Users", html.Div(id="project-users")),
                        panel("GPU hours by model", html.Div(id="project-gpus")),
                    ],
                    className="panel-stack",
                ),
            ],
            className="two-panels",
        ),
        html.Div(
            [
                panel("Largest workflows", html.Div(id="project-workflows")),
                panel("Memory and disk: asked for against used", html.Div(id="project-fits")),
            ],
            className="two-panels",
        ),
        panel("What became of the time", html.Div(id="project-buckets")),
        panel("Text for a report", html.Div(id="project-report"), note="Plain text, of the days and filters above."),
    ]
    return html.Main(
        [
            page_head("Project", page_line("project-days"), "project-downloads", report_menu("project")),
            html.Div([picker(OF, view), html.P(id="project-about", className="dim")], className="entity-line"),
            html.Div(id="project-notice"),
            html.Div(body, id="project-body", style=SHOWN if the_one(view, OF) else HIDDEN),
        ]
    )


def _group(view: View) -> str:
    return view.option("by", GROUPS, "user")


def _measure(view: View) -> str:
    return view.option("measure", MEASURES, "cpu_h")


def ask(view: View, cube: Cube, viewer: Viewer, now: datetime, stale_after_h: int) -> Shown | Choice:
    """Everything that the page shows of a view. Raises UsageError where the view has no meaning for this cube."""
    chosen, project = selection.select(view, cube.pools(viewer)), the_one(view, OF)
    if project is None:
        return entity_choice.choice(cube, viewer, view, chosen, OF)
    if not is_known(cube, viewer, chosen.pool, project):
        return entity_choice.choice(cube, viewer, view, chosen, OF, unknown=project)
    group, measure, days = _group(view), _measure(view), (chosen.period.first, chosen.period.last)
    earlier = chosen.query_before(TOTALS)
    before = cube.usage(earlier, viewer).to_pylist() if earlier else []
    return Shown(
        project=project,
        selection=chosen,
        zone=cube.published.zone,
        group=group,
        measure=measure,
        totals=cube.usage(chosen.query((), TOTALS), viewer).to_pylist()[0],
        before=before[0] if before else None,
        breakdown=break_down(cube, viewer, chosen, group, measure),
        users=cube.usage(chosen.query(("user",), ranked.METRICS), viewer).to_pylist(),
        sites=cube.usage(chosen.query(("site",), ranked.METRICS), viewer).to_pylist(),
        buckets=bucket_parts.buckets(cube, viewer, chosen, "site"),
        gpus=cube.usage(chosen.query(("gpu_model",), gpu_parts.METRICS), viewer).to_pylist(),
        whole_gpus=cube.usage(chosen.query((), gpu_parts.METRICS), viewer).to_pylist()[0],
        who={name: active(cube, viewer, chosen.query((), ()), name) for name in ("user", "site")},
        sheet=project_sheet(cube, viewer, chosen.pool, project, *days),
        completeness=cube.state((chosen.pool.name,), viewer, now, stale_after_h, *days).sentence,
    )


def register(app: Dash, source: CubeSource, settings: Settings) -> None:
    """One callback draws the page, so that all its numbers are of one cube; what takes longer comes after it."""
    project_more.register(app, source)

    @app.callback(
        Output("project-notice", "children"),
        Output("project-body", "style"),
        Output("project-days", "children"),
        Output("project-about", "children"),
        Output("project-downloads", "children"),
        Output("project-cards", "children"),
        Output("project-legend", "children"),
        Output({"type": "figure-data", "of": "project"}, "data"),
        Output("project-allocations", "children"),
        Output("project-awards", "children"),
        Output("project-users", "children"),
        Output("project-sites", "children"),
        Output("project-buckets", "children"),
        Output("project-gpus", "children"),
        Output("project-report", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view, now = filters.parse(search), datetime.now(UTC)
        try:
            shown = await source.ask(
                lambda cube, viewer: ask(view, cube, viewer, now, settings.stale_after_h), view.zone
            )
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", *NOTHING
        if isinstance(shown, Choice):
            return entity_choice.shown_choice(shown, PATH, view), HIDDEN, booked_days(shown.selection), *NOTHING
        return keep(([], SHOWN, booked_days(shown.selection), *_parts(shown, view)), AGE_S)


def _parts(shown: Shown, view: View) -> tuple[Any, ...]:
    chosen, sheet = shown.selection, shown.sheet
    period, sites = chosen.period, own_address("/site", view, "site")
    return (
        project_parts.about(sheet, shown.project),
        downloads(PATH, view, DOWNLOADS),
        project_parts.project_cards(shown.totals, shown.before, chosen.against, shown.who),
        legend(shown.breakdown, MEASURES[shown.measure], PATH, view, shown.group),
        over_time_figure(shown.breakdown, chosen, shown.measure, PATH, view, shown.group),
        course_parts.allocation_parts(sheet.allocations, period.first, period.last),
        course_parts.award_table(sheet.awards),
        ranked.ranking(shown.users, "user", "User", narrowing(PATH, view, "user"), narrow=True),
        ranked.ranking(shown.sites, "site", "Site", sites, narrow=True),
        bucket_parts.bucket_table(shown.buckets, "Most of it at", sites),
        gpu_parts.gpu_models(shown.gpus, shown.whole_gpus),
        copyable(grant_text(_report(shown)), "project-text"),
    )


def _report(shown: Shown) -> Report:
    chosen = shown.selection
    return Report(
        project=shown.project,
        pool=chosen.pool.name,
        simulated=chosen.pool.simulated,
        period=chosen.period,
        zone=shown.zone,
        booking=chosen.booking,
        totals=shown.totals,
        users=shown.who["user"],
        sites=project_parts.largest_sites(shown.sites),
        registrations=shown.sheet.registrations,
        allocations=shown.sheet.allocations,
        awards=shown.sheet.awards,
        completeness=shown.completeness,
    )


def allocations_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Each allocation with what an even use and the project's came to by each day."""
    chosen, project = entity_choice.required(view, cube, viewer, OF)
    days = (chosen.period.first, chosen.period.last)
    return entity_choice.courses_table(project_sheet(cube, viewer, chosen.pool, project, *days).allocations)


PAGE = Page(
    PATH,
    "Project",
    "stack",
    layout,
    register,
    {
        "users": usage_of(OF, "user", metrics=ranked.METRICS),
        "sites": usage_of(OF, "site", metrics=ranked.METRICS),
        "days": usage_of(OF, "day", "user", "site", metrics=tuple(MEASURES)),
        "buckets": usage_of(OF, "bucket", "site", metrics=("cpu_h", "gpu_h")),
        "allocations": allocations_table,
        "gpus": usage_of(OF, "gpu_model", metrics=gpu_parts.METRICS),
        "advice": project_more.advice_table,
        "idle": project_more.idle_table,
    },
)
