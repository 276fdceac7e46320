"""Parts of the page Project: cards, whose it is, the text for a grant report."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard import format as fmt
from dashboard.format import Number
from dashboard.labels import short, visible
from pipeline.active import Active
from pipeline.project_sheet import ProjectSheet
from pipeline.query import metric

CARDS = ("cpu_h", "gpu_h", "goodput_succeeded_h", "wasted_h", "jobs")
Totals = Mapping[str, Number]


def project_cards(
    now: Totals, before: Totals | None, against: str | None, who: Mapping[str, Active]
) -> list[Component]:
    """Hours, goodput, waste and jobs, each against the period before."""
    return [
        cards.card(metric(name), now[name], before[name] if before else None, against, _foot(name, now, who))
        for name in CARDS
    ]


def _foot(name: str, now: Totals, who: Mapping[str, Active]) -> str:
    if name == "jobs":
        return f"of {fmt.count(who['user'].count, 'user', 'users')} at {fmt.count(who['site'].count, 'site', 'sites')}"
    if name == "cpu_h":
        return f"CPU efficiency {fmt.percent(now['cpu_efficiency'])}" if now["cpu_efficiency"] is not None else ""
    if name == "gpu_h":
        known = now["gpu_model_coverage"]
        return f"model known of {fmt.percent(known, 0)}" if known is not None and now["gpu_h"] else ""
    hours, whole = now[name], now["cpu_h"]
    return f"{fmt.percent(hours / whole)} of core hours" if hours is not None and whole else ""


def about(sheet: ProjectSheet, project: str) -> list[Component | str]:
    """One line: PI, institution and field as registered, and other names that its jobs use."""
    said: list[str] = []
    for one in sheet.registrations:
        known = [text for text in (one.pi, one.institution, one.field_of_science) if text != "unmapped"]
        said += [" · ".join(visible(short(text, 80)) for text in known)] if known else []
    if not said:
        said.append("not registered: no metadata say whose it is")
    others = [name for name in sheet.names if name != project]
    if others:
        said.append("its jobs call it " + ", ".join(visible(short(name, 40)) for name in others[:5]))
    return [html.Span(part, className="name about-part") for part in said]


def largest_sites(rows: Sequence[Mapping[str, Number | str]]) -> list[str]:
    """Sites with core hours, the largest first; those that no record names are left out."""
    used = [row for row in rows if row["cpu_h"] and row["site"] != "unattributed"]
    return [str(row["site"]) for row in sorted(used, key=lambda row: (-float(row["cpu_h"] or 0), str(row["site"])))]
