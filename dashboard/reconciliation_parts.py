"""Parts of the page Reconciliation: the statement, residuals by cause, the largest, and a bridge's steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.bridge_figures import Bar
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.labels import short
from dashboard.pages.receipt import address
from pipeline.bridge.walk import Witness
from pipeline.receipt.amounts import core_h, seconds
from pipeline.receipt.residual_causes import RESIDUAL_CAUSES

Rows = Sequence[Mapping[str, Any]]


def statement(sums: Mapping[str, Any]) -> Component:
    """Attempts + residual = wall time, of all jobs that ended in these days."""
    sign = "+" if sums["residual_s"] >= 0 else fmt.MINUS
    return html.Div(
        [
            html.P(
                [
                    html.B(f"{sums['attempts_wall_s']:,} s"),
                    " of attempts ",
                    html.B(f"{sign} {abs(sums['residual_s']):,} s"),
                    " of residual = ",
                    html.B(f"{sums['wall_s']:,} s"),
                    " of wall time",
                ],
                className="statement",
            ),
            html.P(
                f"{fmt.count(sums['jobs'], 'job', 'jobs')} that ended in these days: what their final ads say, and "
                "what their attempts add up to. It holds for each job; before a cube is published a check proves it.",
                className="dim",
            ),
        ]
    )


def causes(rows: Rows) -> Component:
    """Residuals by cause."""
    if not rows:
        return quiet("The attempts of every job add up to its wall time.")
    heads = [
        Head("Cause", wide=True),
        Head("Jobs", number=True),
        Head("Wall time", "Positive: the jobs used it and no attempt explains it. Negative: attempts say more.", True),
        Head("Core h", number=True),
    ]
    shown: list[list[Cell]] = [
        [
            RESIDUAL_CAUSES[row["cause"]],
            f"{row['jobs']:,}",
            f"{seconds(row['residual_s'])}{fmt.GAP}s",
            core_h(row["mcore_s"]),
        ]
        for row in rows
    ]
    return fact_table(heads, shown, "Residuals by cause")


def largest(rows: Rows, limit: int, zone: str | None = None) -> Component:
    """The jobs with the largest residuals, each with the way to its receipt, with days of that zone."""
    if not rows:
        return quiet("No job has a residual.")
    heads = [
        Head("Job", code=True),
        Head("Ended", code=True),
        Head("Project"),
        Head("Site"),
        Head("Attempts", "Wall time of its attempts, seconds.", True),
        Head("Residual", "Seconds.", True),
        Head("Wall time", "What its final ad says, seconds.", True),
        Head("Cause"),
    ]
    shown: list[list[Cell]] = [
        [
            job_link(row["job"], row["pool"], zone),
            row["end_day"],
            html.Span(short(row["project"], 40), className="name"),
            html.Span(short(row["site"], 40), className="name"),
            seconds(row["attempts_wall_s"]),
            seconds(row["residual_s"]),
            seconds(row["job_wall_s"]),
            RESIDUAL_CAUSES[row["cause"]],
        ]
        for row in rows[:limit]
    ]
    more = [html.P(f"The {limit} largest; the download has more.", className="dim")] if len(rows) > limit else []
    return html.Div([fact_table(heads, shown, "The largest residuals"), *more])


def bridge_table(bars: Sequence[Bar], unexplained: int, zone: str | None = None) -> Component:
    """Each total and step, why, and the jobs with the largest part in it."""
    heads = [
        Head("From … to"),
        Head("Core h", number=True),
        Head("Jobs", number=True),
        Head("Why", wide=True),
        Head("Largest"),
    ]
    rows: list[list[Cell]] = [_row(bar, zone) for bar in bars]
    rows.append([html.Span("Not explained"), core_h(unexplained), "", "Steps add up to the difference exactly.", ""])
    return fact_table(heads, rows, "Steps of the bridge")


def _row(bar: Bar, zone: str | None) -> list[Cell]:
    if bar.step is None:
        return [html.B(bar.label), html.B(core_h(bar.mcore_s)), "", "", ""]
    witnesses: list[Component | str] = [_witness(one, zone) for one in bar.step.witnesses]
    return [bar.label, core_h(bar.mcore_s), f"{bar.step.jobs:,}", bar.step.cause.text, html.Div(witnesses)]


def _witness(one: Witness, zone: str | None) -> Component:
    if one.name.startswith("reject "):
        return html.P(one.name, className="dim")
    return html.P([job_link(one.name, one.pool, zone), f" {core_h(one.mcore_s)}"])


def job_link(job: str, pool: str, zone: str | None = None) -> Component:
    """The way to a job's receipt."""
    return dcc.Link(short(job, 60), href=address(job, pool, zone), className="job-link name")
