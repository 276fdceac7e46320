"""The further parts of the page Efficiency: one panel or two each, with a sentence that answers first."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard import losses_shown as shown_of
from dashboard.attributes import attributes
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.labels import short
from dashboard.loss_figures import amount, change_figure, sizes_figure
from dashboard.losses_shown import (
    Change,
    Evictions,
    Part,
    Requests,
    Row,
    Rows,
    Waiting,
    Workflows,
    changed_value,
    middle,
)
from dashboard.ranking import LinkOf, named, share_bar
from dashboard.reconciliation_parts import job_link
from dashboard.selection import Selection
from dashboard.shell_parts import figure, panel, segments
from pipeline.buckets import bucket
from pipeline.losses.questions import WAIT_CUTS
from pipeline.losses.sizes import size
from pipeline.metrics import Metric
from pipeline.query import metric

MOST_ROWS = 12
UNIT = f"{fmt.GAP}core{fmt.GAP}h"
OF_JOBS = "Of jobs that left the queue on these days, with all of their hours, whenever they were used."
OF_RUNS = "Of runs that ended on these days."
WASTED = "Core hours that brought nothing: idle, moved files, failed, held, removed, evicted, lost."
MOSTLY = "The bucket that most of it fell on, going by the largest of each job."
WORST = "The job of it that wasted most: its receipt."
CHANGED = {
    "good": Metric("good", "Succeeded", "%", "Core hours of runs that succeeded, per core hours.", "", ""),
    "wasted": Metric("wasted", "Wasted", "%", "Wasted core hours, per core hours.", "", ""),
}


def part(found: Part, chosen: Selection, link_of: Mapping[str, LinkOf]) -> list[Component]:
    """The panels of a part; `link_of`: dimension -> the page narrowed to a value of it."""
    match found:
        case Workflows():
            return [_workflows(found, chosen, link_of)]
        case Requests():
            return _requests(found, chosen)
        case Evictions():
            return _evictions(found, link_of)
        case Waiting():
            return [_waiting(found, link_of)]
        case Change():
            return [_change(found, chosen)]
    return []


def _job(row: Row, chosen: Selection) -> Component | str:
    if row["cluster"] is None or row["proc"] is None:
        return "not known"
    return job_link(f"{row['of_ap']}#{row['cluster']}.{row['proc']}", chosen.pool.name, chosen.pool.zone)


def _workflows(found: Workflows, chosen: Selection, link_of: Mapping[str, LinkOf]) -> Component:
    is_workflow = found.who == "workflows"
    control = segments("who", shown_of.WHO, "workflows", found.who, "Workflows or users")
    title = "Workflows that wasted most" if is_workflow else "Users who wasted most"
    if not found.rows:
        return panel(title, quiet("No job left the queue in this selection."), control=control)
    heads = [Head("Workflow", "Its batch's name, or else its executable's.", name=True)] if is_workflow else []
    heads += [
        Head("User", name=True),
        Head("Project", name=True),
        Head("Jobs", number=True),
        Head("Wasted", f"{WASTED} In core hours.", number=True),
        Head("Of its hours", number=True),
        Head("Mostly", MOSTLY),
        Head("Worst job", WORST),
    ]
    rows = [
        [
            *([html.Span(short(row["workflow"], 40), className="name")] if is_workflow else []),
            named(row["user"], link_of["user"](row["user"]), 34),
            named(row["project"], link_of["project"](row["project"]), 30),
            f"{row['jobs']:,}",
            fmt.number(row["wasted_h"]),
            share_bar(row["wasted_share"]),
            _bucket(row["wasted_on"]),
            _job(row, chosen),
        ]
        for row in found.rows[:MOST_ROWS]
    ]
    return panel(
        title,
        html.P(_worst_sentence(found.rows), className="course-sentence"),
        fact_table(heads, rows, title),
        *_rest(len(found.rows)),
        tip=OF_JOBS,
        control=control,
    )


def _bucket(name: str | None) -> Cell:
    return fmt.UNKNOWN if name is None else bucket(name).label


def _worst_sentence(rows: Rows) -> str:
    total = sum(row["wasted_h"] or 0 for row in rows)
    if not total:
        return "Nothing that is known was wasted."
    top = sum(row["wasted_h"] or 0 for row in rows[:3])
    first = rows[0]
    mostly = f" Most of the first: {bucket(first['wasted_on']).label.lower()}." if first["wasted_on"] else ""
    few = min(3, len(rows))
    return (
        f"The first {few} of {len(rows):,} wasted {fmt.percent(top / total, 0)} of all {fmt.number(total)}{UNIT} that "
        f"were wasted.{mostly}"
    )


def _requests(found: Requests, chosen: Selection) -> list[Component]:
    of = size(found.size)
    control = segments("size", shown_of.SIZE_LABELS, "memory", found.size, "What was asked for")
    drawn = sizes_figure(found.bins, of)
    if drawn is None:
        said = f"No job in this selection tells both what {of.label.lower()} it asked for and what it used."
        return [panel("Asked for and used", quiet(said), control=control)]
    label = f"Core hours of jobs by {of.label.lower()} asked for and used; the table below names the largest"
    return [
        panel(
            "Asked for and used",
            html.P(_sizes_sentence(found), className="course-sentence"),
            *figure("sizes", 340, label, drawn=drawn),
            html.P("On the dashed line a job used what it asked for; below it is what was not used.", className="dim"),
            tip=f"{of.doc} {OF_JOBS}",
            control=control,
        ),
        panel("Largest unused requests", _outliers(found, chosen), tip="What was not used, times the hours."),
    ]


def _sizes_sentence(found: Requests) -> str:
    known = [row for row in found.bins if row["asked_bin"] is not None and row["used_bin"] is not None]
    jobs, all_jobs = sum(row["jobs"] for row in known), sum(row["jobs"] for row in found.bins)
    # a bin is half a doubling: two below the diagonal is less than half
    hours = sum(row["cpu_h"] or 0 for row in known)
    under = sum(row["cpu_h"] or 0 for row in known if row["used_bin"] <= row["asked_bin"] - 3)
    over = sum(row["cpu_h"] or 0 for row in known if row["used_bin"] > row["asked_bin"])
    if not hours:
        return f"{jobs:,} of {all_jobs:,} jobs tell it."
    said = f"{fmt.percent(under / hours, 0)} of core hours are of jobs that used less than half of what they asked for"
    said += f", {fmt.percent(over / hours, 0)} of jobs that used more than they asked for" if over else ""
    return f"{said}; {jobs:,} of {all_jobs:,} jobs tell it."


def _outliers(found: Requests, chosen: Selection) -> Component:
    of = size(found.size)
    if not found.outliers:
        return quiet("No job used less than it asked for.")
    heads = [
        Head("Job", "Its receipt."),
        Head("Workflow", name=True),
        Head("User", name=True),
        Head(f"Asked for, {of.unit}", number=True),
        Head("Used", number=True),
        Head("Hours", "Wall time of all of its runs.", number=True),
        Head(f"Unused, {'core h' if of.unit == 'cores' else f'{of.unit} h'}", number=True),
    ]
    rows = [
        [
            _job(row, chosen),
            html.Span(short(row["workflow"], 40), className="name"),
            html.Span(short(row["user"], 34), className="name"),
            amount(row["asked"]),
            amount(row["used"]),
            fmt.number(row["wall_h"]),
            fmt.number(row["unused_h"]),
        ]
        for row in found.outliers[:MOST_ROWS]
    ]
    return fact_table(heads, rows, "Largest unused requests")


def _evictions(found: Evictions, link_of: Mapping[str, LinkOf]) -> list[Component]:
    whole = found.whole
    if not whole["runs"]:
        return [panel("Evictions", quiet("No run was evicted or lost on these days."), tip=OF_RUNS)]
    said = (
        f"{whole['evicted']:,} runs were evicted and {whole['lost']:,} lost contact: "
        f"{fmt.number(whole['lost_h'])}{UNIT} were lost with them, {fmt.number(whole['saved_h'])} a checkpoint saved."
    )
    sites = [named(row["site"], link_of["site"](row["site"])) for row in found.sites]
    hosts = [
        html.Span(
            [short(row["host"], 60), html.Span(f" · {short(row['site'], 40)}", className="dim")], className="name"
        )
        for row in found.hosts
    ]
    reasons = [html.Span(short(row["reason"] or "no reason was told", 120), className="name") for row in found.reasons]
    return [
        panel(
            "Evictions and what they cost",
            html.P(said, className="course-sentence", **attributes(data_lost=repr(whole["lost_h"]))),
            html.Div(_cost_table("Site", sites, found.sites, whole), id="efficiency-evicting-sites"),
            tip=OF_RUNS,
        ),
        panel(
            "Why",
            html.Div(_cost_table("Reason", reasons, found.reasons, whole), id="efficiency-eviction-reasons"),
            tip="The newest text of each kind; texts that differ in numbers and names alone are one kind.",
        ),
        panel("Hosts", html.Div(_cost_table("Host", hosts, found.hosts, whole), id="efficiency-evicting-hosts")),
    ]


def _cost_table(label: str, names: Sequence[Cell], rows: Rows, whole: Row) -> Component:
    heads = [
        Head(label, name=label != "Reason", wide=label == "Reason"),
        Head("Evicted", "Runs that were vacated.", number=True),
        Head("Lost contact", "Runs that the shadow lost.", number=True),
        Head("Lost", "Core hours that no checkpoint saved.", number=True),
        Head("Share", number=True),
        Head("Saved", "Core hours that a checkpoint saved.", number=True),
    ]
    cells: list[list[Cell]] = [
        [
            name,
            f"{row['evicted']:,}",
            f"{row['lost']:,}",
            fmt.number(row["lost_h"]),
            share_bar(row["lost_h"] / whole["lost_h"] if row["lost_h"] is not None and whole["lost_h"] else None),
            fmt.number(row["saved_h"]),
        ]
        for name, row in list(zip(names, rows, strict=True))[:MOST_ROWS]
    ]
    return html.Div([fact_table(heads, cells, f"Evictions by {label.lower()}"), *_rest(len(rows))])


def _waiting(found: Waiting, link_of: Mapping[str, LinkOf]) -> Component:
    whole, label = found.whole, shown_of.WAITING[found.group]
    tip = f"From submission to the first start. {OF_JOBS}"
    if not whole["started"]:
        return panel("Time to start", quiet("No job of this selection tells when it started."), tip=tip)
    said = (
        f"Half of {whole['started']:,} jobs started within {_hours(whole['p50'])}, 95 % within {_hours(whole['p95'])}; "
    )
    said += f"the longest wait was {_hours(whole['longest_h'])}."
    if whole["never_started"]:
        said += f" {fmt.count(whole['never_started'], 'job', 'jobs')} left the queue without having started."
    heads = [Head(label, name=True), Head("Jobs", "Those that started.", number=True)]
    heads += [Head(f"{cut} %", f"{cut} % of its jobs waited no longer.", number=True) for cut in WAIT_CUTS]
    heads += [Head("Longest", number=True), Head("Never started", number=True)]
    ordered = sorted(found.rows, key=lambda row: (-(row["p95"] or 0), row[found.group]))
    rows: list[list[Cell]] = [
        [
            named(row[found.group], link_of[found.group](row[found.group])),
            f"{row['started']:,}",
            *(_hours(row[f"p{cut}"]) for cut in WAIT_CUTS),
            _hours(row["longest_h"]),
            f"{row['never_started']:,}",
        ]
        for row in ordered[:MOST_ROWS]
    ]
    return panel(
        "Time to start",
        html.P(said, className="course-sentence"),
        html.Div(fact_table(heads, rows, "Time to start"), id="efficiency-waits"),
        *_rest(len(ordered)),
        tip=tip,
        control=html.Div(
            segments("wait", shown_of.WAITING, "project", found.group, "What jobs are grouped by"),
            className="panel-controls",
        ),
    )


def _hours(value: float | None) -> str:
    """A wait in the unit that it is of."""
    if value is None:
        return fmt.UNKNOWN
    if value < 1:
        return f"{fmt.number(value * 60, 0)}{fmt.GAP}min"
    return f"{fmt.number(value)}{fmt.GAP}h" if value < 72 else f"{fmt.number(value / 24)}{fmt.GAP}days"


def _change(found: Change, chosen: Selection) -> Component:
    title, tip = "Before and after a change", "Booked as used: every run on its own days."
    controls = html.Div(
        [
            segments("changed", shown_of.CHANGED, "cpu_efficiency", found.by, "What is compared"),
            *([_day_picker(found, chosen)] if found.since else []),
        ],
        className="panel-controls",
    )
    if found.since is None:
        return panel(title, quiet("A change needs two days: choose a longer time range."), control=controls, tip=tip)
    known = CHANGED[found.by] if found.by in CHANGED else metric(found.by)
    before, after = changed_value(found.before, found.by), changed_value(found.after, found.by)
    drawn = change_figure(_by_day(found, chosen), found.since, before, after, known)
    return panel(
        title,
        html.P(_change_sentence(known, found.since, before, after), className="course-sentence"),
        *figure("change", 280, f"{known.label} by day, with a mark on the day of the change", drawn=drawn),
        html.Div(_change_table(found), id="efficiency-change", className="below-figure"),
        control=controls,
        tip=tip,
    )


def _day_picker(found: Change, chosen: Selection) -> Component:
    """The day of the change; a day in the middle is the default, and not in the address."""
    made: Component = dmc.DatePickerInput(
        id={"type": "option", "key": "since", "default": str(middle(chosen))},
        value=str(found.since),
        minDate=str(chosen.period.first + timedelta(days=1)),
        maxDate=str(chosen.period.last),
        valueFormat="D MMM YYYY",
        size="xs",
        weekendDays=[],
        className="since",
        **attributes(aria_label="Day of the change"),
    )
    return made


def _by_day(found: Change, chosen: Selection) -> list[tuple[date, float | None]]:
    rows = {date.fromisoformat(row["day"]): row for row in found.days}
    first = max(chosen.period.first, min(rows, default=chosen.period.first))
    days = [first + timedelta(days=number) for number in range((chosen.period.last - first).days + 1)]
    return [(day, changed_value(rows.get(day), found.by)) for day in days]


def _change_sentence(known: Metric, since: date, before: float | None, after: float | None) -> str:
    said = f"{known.label} was {fmt.percent(before)} before {fmt.day(since)} and {fmt.percent(after)} since"
    if before is None or after is None:
        return f"{said}: one side is not known."
    points = (after - before) * 100
    return f"{said}: {'+' if points > 0 else ''}{fmt.number(points)}{fmt.GAP}points."


def _change_table(found: Change) -> Component:
    heads = [Head("", name=True), Head("Core hours", number=True), Head("Attempts", number=True)]
    heads += [Head(label, number=True) for label in shown_of.CHANGED.values()]
    rows: list[list[Cell]] = [
        [
            name,
            fmt.number(row["cpu_h"] if row else None),
            f"{row['attempts']:,}" if row else "0",
            *(fmt.percent(changed_value(row, by)) for by in shown_of.CHANGED),
        ]
        for name, row in (("Before", found.before), ("Since", found.after))
    ]
    return fact_table(heads, rows, "Before and since")


def _rest(rows: int) -> list[Any]:
    return (
        [] if rows <= MOST_ROWS else [html.P(f"And {rows - MOST_ROWS:,} more; the download has them.", className="dim")]
    )
