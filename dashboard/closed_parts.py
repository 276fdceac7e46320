"""Parts of the page Closed months: versions, the journal, what changed since, and the commands that say the same."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.fact_table import Cell, Head, fact_table, pill, quiet
from dashboard.filters import View
from dashboard.labels import short, visible
from pipeline.closing.causes import CAUSES
from pipeline.closing.journal import Act
from pipeline.closing.questions import Changes
from pipeline.closing.states import ClosedState

MOST_ROWS = 60
STATES = {"closed": "complete", "replaced": "unknown", "reopened": "partial", "damaged": "failing"}
DOCS = {cause.name: cause.doc for cause in CAUSES}
MCORE_S_PER_H = 3_600_000
LONGEST_REASON = 300
UNIT = f"{fmt.GAP}core{fmt.GAP}h"
Pieces = list[Component | str]


def written(one: ClosedState) -> str:
    """A version as commands write it: `2026-10:1`."""
    return f"{one.month}:{one.version}"


def version_table(versions: Sequence[ClosedState], chosen: str | None, link_of: Callable[[str], str]) -> Component:
    """A row a version, the newest month first; each leads to what changed since."""
    heads = [
        Head("Month", code=True),
        Head("Version", number=True),
        Head("State"),
        Head("Closed", code=True),
        Head("By"),
        Head("Why", wide=True),
        Head("Hash of its totals", "SHA-256 of the month's sums: the same for ever.", code=True),
    ]
    shown: list[list[Cell]] = [
        [
            html.B(one.month) if written(one) == chosen else _link(one, link_of),
            f"{one.version}",
            pill(STATES[one.state], one.state),
            moment(one.closed_utc),
            html.Span(visible(short(one.by, 40)) if one.by else fmt.UNKNOWN, className="name"),
            _why(one),
            _hash(one.totals_sha256),
        ]
        for one in versions
    ]
    return fact_table(heads, shown, "Closed months")


def journal_table(acts: Sequence[Act]) -> Component:
    """Every act, the newest first."""
    if not acts:
        return quiet("Nothing was ever written into it.")
    heads = [
        Head("When", code=True),
        Head("Act"),
        Head("Month", code=True),
        Head("By"),
        Head("Why", wide=True),
        Head(
            "After line",
            "Hash of the line before: a line that was changed, added or cut would break the chain.",
            code=True,
        ),
    ]
    shown: list[list[Cell]] = [
        [
            moment(act.utc),
            act.act,
            f"{act.month}:{act.version}",
            html.Span(visible(short(act.by, 40)), className="name"),
            html.Span(_reason(act.reason), className="name"),
            _hash(act.before),
        ]
        for act in acts[:MOST_ROWS]
    ]
    more = f"The newest {MOST_ROWS} of {len(acts):,}; the download has all." if len(acts) > MOST_ROWS else ""
    return html.Div([fact_table(heads, shown, "Journal of closed months"), html.P(more, className="dim")])


def verdict(found: Changes, booked: str) -> Component:
    """What the month was, what it is now, and the difference."""
    before, after = (amount / MCORE_S_PER_H for amount in found.difference.totals["mcore_s"])
    return html.P(
        [
            f"{found.difference.before[:1].upper()}{found.difference.before[1:]}, booked {booked}: ",
            html.B(f"{fmt.number(before, 3)}{UNIT}"),
            "; now: ",
            html.B(f"{fmt.number(after, 3)}{UNIT}"),
            "; difference: ",
            html.B(f"{signed(after - before)}{UNIT}"),
            ", the sum of the causes below." if found.difference.rows.num_rows else ". Nothing changed.",
        ],
        className="course-sentence",
        id="closed-sum",
    )


def cause_table(found: Changes) -> Component:
    """A row a cause: how much of the difference it makes, and what it means."""
    heads = [
        Head("Cause"),
        Head("Core h", "More (or less) now than when it was closed.", number=True),
        Head("What happened", wide=True),
    ]
    order = [cause.name for cause in CAUSES if cause.name in found.by_cause]
    shown: list[list[Cell]] = [
        [html.B(name), signed(found.by_cause[name] / MCORE_S_PER_H), DOCS[name].replace("`", "")] for name in order
    ]
    return fact_table(heads, shown, "Changes by cause")


def change_table(rows: Sequence[Mapping[str, Any]], by: str, label: str) -> Component:
    """A row a group and cause, the largest change first."""
    if not rows:
        return quiet("Every number of this month is what it was when it was closed.")
    heads = [
        Head(label),
        Head("Cause"),
        Head("Jobs", number=True),
        Head("Core h, closed", number=True),
        Head("Core h, now", number=True),
        Head("Difference", number=True),
        Head("GPU h, difference", number=True),
    ]
    ordered = sorted(rows, key=lambda row: (-abs(row["mcore_s_difference"]), row[by], row["cause"]))
    shown: list[list[Cell]] = [
        [
            html.Span(short(row[by], 60), className="name"),
            row["cause"],
            f"{row['jobs']:,}",
            fmt.number(row["core_h_before"], 3),
            fmt.number(row["core_h_after"], 3),
            html.B(signed(row["core_h_difference"])),
            signed(row["gpu_h_difference"]) if row["gpu_h_difference"] else "",
        ]
        for row in ordered[:MOST_ROWS]
    ]
    more = f"The {MOST_ROWS} largest of {len(ordered):,}; the download has all." if len(ordered) > MOST_ROWS else ""
    return html.Div(
        [fact_table(heads, shown, "What changed since the month was closed"), html.P(more, className="dim")]
    )


def commands(one: str, by: str, view: View, pool: str) -> Component:
    """The commands that say the same on a terminal; names are quoted for a shell, and shown so that nothing hides."""
    month, _, version = one.partition(":")
    where = [f"pool={pool}", *(f"{name}={value}" for name, values in view.where for value in values)]
    conditions = " ".join(f"--where {shlex.quote(condition)}" for condition in where)
    booked = f" --booking {view.booking}" if view.booking != "used" else ""
    lines = [
        f"htc-ledger diff {month} --version {version} --by {by} {conditions}{booked}",
        f"htc-ledger usage --as-closed {one} --by {by} {conditions}{booked}",
        "htc-ledger closed",
    ]
    text = "\n".join(visible(short(line, 1_000)) for line in lines)
    made: Component = dmc.Code(text, block=True, className="notice-code")
    return made


def moment(utc: str) -> str:
    """`2026-11-20 14:05` of a moment in ISO 8601, UTC; a dash where it is not known."""
    return utc[:16].replace("T", " ") or fmt.UNKNOWN


def signed(hours: float) -> str:
    """With a plus if it is more."""
    text = fmt.number(hours, 3)
    return f"+{text}" if hours > 0 else text


def _link(one: ClosedState, link_of: Callable[[str], str]) -> Component:
    return dcc.Link(
        one.month, href=link_of(written(one)), className="job-link", title=f"What changed since {written(one)}"
    )


def _why(one: ClosedState) -> Component:
    trouble: Pieces = [html.P(visible(short(text, 300)), className="todo") for text in one.trouble]
    return html.Div([html.Span(_reason(one.reason), className="name"), *trouble])


def _reason(text: str) -> str:
    return visible(short(text, LONGEST_REASON)) if text else "no reason was given"


def _hash(text: str) -> Component:
    return html.Code(text[:16] or fmt.UNKNOWN, title=text)
