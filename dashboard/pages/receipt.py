"""Receipt: how one job's hours came about, with the record behind each line."""

from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import cards as card_parts
from dashboard import filters, notices, receipt_parts, receipt_tables
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.labels import short
from dashboard.page_parts import downloads
from dashboard.pages.page import Page
from dashboard.shell_parts import page_head, panel
from pipeline.cube import Cube
from pipeline.errors import LedgerError, UsageError
from pipeline.receipt.naming import parse
from pipeline.receipt.parts import Receipt
from pipeline.settings import Settings
from pipeline.viewer import Viewer

PATH = "/receipt"
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
DOWNLOADS = {"attempts": "Attempts", "charges": "Charges by day", "records": "Records"}
NOTHING: tuple[Any, ...] = ([], [], [], [], [], [], [], [])
WHICH = (
    "Write AP#CLUSTER.PROC, for example ap1.example.org#1234.0, or a GlobalJobId; Reconciliation lists jobs to look at."
)


def address(job: str, pool: str | None = None, zone: str | None = None) -> str:
    """Where the receipt of that job is, with days of that time zone."""
    return PATH + filters.to_search(filters.with_option(View(pool=pool, zone=zone or None), "job", job))


def job_of(view: View) -> str:
    """The job that the address names; empty if none."""
    return dict(view.options).get("job", "").strip()


def layout(view: View) -> Component:
    """The search box, and panels of about the size that they will have."""
    job = job_of(view)
    body = [
        html.Div(dmc.Skeleton(height=90), id="receipt-facts"),
        html.Div(id="receipt-notes"),
        html.Div(card_parts.skeletons(4), id="receipt-cards", className="cards cards-4"),
        panel("Attempts", html.Div(dmc.Skeleton(height=120), id="receipt-attempts"), note="Each start on a slot."),
        panel("Charges", html.Div(id="receipt-charges"), note="What was counted on which day."),
        panel("Totals", html.Div(id="receipt-totals"), note="Why used and ended differ."),
        panel("Records", html.Div(id="receipt-records"), note="What the ledger read, and what of it counts."),
    ]
    return html.Main(
        [
            page_head(
                "Receipt",
                html.P(short(job, 80) if job else "\u00a0", id="receipt-name", className="page-days name"),
                "receipt-downloads",
            ),
            _search(view, job),
            html.Div(id="receipt-notice"),
            html.Div(body, id="receipt-body", style=SHOWN if job else HIDDEN),
        ]
    )


def _search(view: View, job: str) -> Component:
    """A plain form: the browser makes the address of it."""
    kept = {"pool": view.pool, "zone": view.zone}
    hidden = [dcc.Input(type="hidden", name=name, value=value) for name, value in kept.items() if value is not None]
    return html.Form(
        [
            html.Label(
                [
                    html.Span("Job"),
                    dcc.Input(
                        id="receipt-job",
                        name="job",
                        type="text",
                        value=job,
                        placeholder="AP#CLUSTER.PROC",
                        maxLength=filters.LONGEST_OPTION,
                        className="receipt-input",
                        autoComplete="off",
                    ),
                ],
                className="receipt-label",
            ),
            *hidden,
            html.Button("Show", type="submit", className="receipt-show"),
        ],
        action=PATH,
        method="get",
        className="receipt-search",
        role="search",
    )


def ask(view: View, cube: Cube, viewer: Viewer) -> Receipt:
    """The receipt that the address asks for. Raises UsageError for a job that the viewer sees none of."""
    job = job_of(view)
    if not job:
        raise UsageError("no job is named", WHICH)
    return cube.receipt(parse(job, view.pool), viewer)


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback draws the whole receipt."""

    @app.callback(
        Output("receipt-notice", "children"),
        Output("receipt-body", "style"),
        Output("receipt-facts", "children"),
        Output("receipt-notes", "children"),
        Output("receipt-cards", "children"),
        Output("receipt-attempts", "children"),
        Output("receipt-charges", "children"),
        Output("receipt-totals", "children"),
        Output("receipt-records", "children"),
        Output("receipt-downloads", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view = filters.parse(search)
        if not job_of(view):
            return notices.instead("receipt", "Which job?", WHICH), HIDDEN, *NOTHING
        try:
            receipt = await source.ask(lambda cube, viewer: ask(view, cube, viewer), view.zone)
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, *NOTHING
        return (
            [],
            SHOWN,
            receipt_parts.facts(receipt),
            receipt_parts.notes(receipt.notes),
            receipt_parts.cards(receipt),
            receipt_parts.attempts(receipt.runs),
            [receipt_parts.charges(receipt), html.P(f"Days begin at midnight {receipt.zone}.", className="dim")],
            receipt_parts.totals(receipt),
            receipt_parts.records(receipt.records),
            downloads(PATH, view, DOWNLOADS),
        )


def attempts_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """The job's attempts."""
    return receipt_tables.runs(ask(view, cube, viewer))


def charges_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """What was charged on which day."""
    return receipt_tables.charges(ask(view, cube, viewer))


def records_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """The job's records, with the reason why each counts or not."""
    return receipt_tables.records(ask(view, cube, viewer))


PAGE = Page(
    PATH,
    "Receipt",
    "receipt",
    layout,
    register,
    {"attempts": attempts_table, "charges": charges_table, "records": records_table},
    filtered=False,
)
