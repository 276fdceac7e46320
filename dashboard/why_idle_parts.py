"""Parts of the page Project: its queue now, and why its idle jobs are not running, condition by condition."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.fact_table import Cell, Head, fact_table, pill, quiet
from dashboard.labels import short
from pipeline.matching import wording
from pipeline.matching.evaluation import Condition, Verdict
from pipeline.matching.why_idle import IdleGroup, WhyIdle

STATES = ("running", "transferring", "suspended", "idle", "held", "completed", "removed", "unknown")
NO_QUEUE = (
    "No job of this project is in a queue that was asked. `collect` asks those of sources of kind `schedds`; records "
    "of jobs that left the queue say nothing about it."
)
VERDICTS = {
    "never": ("missing", "cannot start"),
    "busy": ("partial", "waits for room"),
    "free": ("ok", "has room"),
    "no-slots": ("unknown", "not known"),
    "not-evaluated": ("unknown", "not known"),
}
CONDITION = "A clause of the jobs' Requirements, something they ask for, or what the slots' owners demand (START)."
FULFIL = "Slots that fulfil it, whatever the others say, as if nothing ran in them."
WITHOUT = "Slots that would match if this condition alone were given up."
LONGEST_SAID, LONGEST_CONDITION = 800, 300
Row = Mapping[str, Any]


def queue_line(rows: Sequence[Row], now: datetime) -> Component:
    """Jobs in the queue by state, and how old the picture is; rows hold status, jobs, cores_asked and seen_utc."""
    jobs: dict[str, int] = {}
    for row in rows:
        jobs[row["status"]] = jobs.get(row["status"], 0) + row["jobs"]
    if not jobs:
        return quiet(NO_QUEUE)
    oldest = min(row["seen_utc"] for row in rows)
    parts = [
        html.Span([html.Strong(f"{jobs[state]:,}"), f" {state}"], className="queue-state")
        for state in STATES
        if state in jobs
    ]
    return html.P([*parts, html.Span(f"as asked {fmt.ago(oldest, now)}", className="dim")], className="queue-line")


def groups(found: WhyIdle, now: datetime) -> list[Component]:
    """A block for each group of like idle jobs; the first is open."""
    if not found.groups:
        return []
    made = [_group(group, found, now, is_open=place == 0) for place, group in enumerate(found.groups)]
    left = found.groups_in_all - len(found.groups)
    if left:
        rest = found.jobs_in_all - sum(group.jobs for group in found.groups)
        made.append(
            html.P(
                f"And {rest:,} jobs in {left:,} smaller groups; `htc-ledger why-idle` asks about one job.",
                className="dim",
            )
        )
    if found.slots_seen_utc is not None:
        seen = fmt.ago(found.slots_seen_utc, now)
        text = f"Against {found.slots:,} slots, last seen {seen}. Backfill slots are not looked at."
        made.append(html.P(text, className="dim"))
    return made


def _group(group: IdleGroup, whole: WhyIdle, now: datetime, *, is_open: bool) -> Component:
    words = wording.said(group, whole)
    state, label = VERDICTS[words.kind]
    head = html.Summary(
        [
            pill(state, label),
            html.Strong(fmt.count(group.jobs, "idle job", "idle jobs")),
            html.Span(["of ", html.Span(short(group.user, 40), className="name")]),
            html.Span(_asked(group), className="dim"),
        ],
        className="idle-head",
    )
    said = [html.P(short(words.answer, LONGEST_SAID), className="idle-answer")]
    said += [html.P(short(words.advice, LONGEST_SAID))] if words.advice else []
    said += [html.P([wording.wait(group.wait), " ", wording.standing(group.standing)])]
    since = f"The first of them became idle {fmt.ago(group.idle_since_utc, now)}. " if group.idle_since_utc else ""
    said.append(
        html.P([since, "One of them: ", html.Span(short(group.example, 80), className="name")], className="dim")
    )
    table = [] if group.verdict is None else [condition_table(group.verdict)]
    return html.Details([head, *said, *table], open=is_open, className="idle-group")


def _asked(group: IdleGroup) -> str:
    cores, memory, gpus = (group.requests[f"request_{name}"] for name in ("cpus_milli", "memory_mib", "gpus"))
    said = (
        []
        if cores is None
        else [fmt.count(cores // 1000, "core", "cores") if cores % 1000 == 0 else f"{cores / 1000:g} cores"]
    )
    said += [] if memory is None else [f"{memory / 1024:,.1f}{fmt.GAP}GiB"]
    said += [fmt.count(gpus, "GPU", "GPUs")] if gpus else []
    return " · ".join(said)


def condition_table(verdict: Verdict) -> Component:
    """A row a condition, those that let the fewest slots pass first."""
    heads = [
        Head("Condition", CONDITION, wide=True),
        Head("Slots fulfil it", FULFIL, number=True),
        Head("Match without it", WITHOUT, number=True),
    ]
    ordered = sorted(verdict.conditions, key=lambda one: one.slots)
    rows = [_row(one, verdict) for one in ordered]
    if any(one.not_collected for one in ordered):
        heads.append(Head("Not known", "Attributes that are not collected; never counted as not fulfilled."))
        rows = [[*row, _not_known(one)] for row, one in zip(rows, ordered, strict=True)]
    return fact_table(heads, rows, "Conditions of these jobs, and slots that fulfil them")


def _row(one: Condition, verdict: Verdict) -> list[Cell]:
    more = one.slots_without - verdict.matching_slots
    texts: list[Component | str] = [
        html.Code(short(one.text if one.kind == "clause" else wording.named(one), LONGEST_CONDITION))
    ]
    texts += [html.Code(short(text, LONGEST_CONDITION), className="dim idle-clause") for text in one.clauses]
    if one.nowhere:
        texts.append(html.Span(f"no slot has {short(', '.join(one.nowhere), 120)}", className="dim idle-clause"))
    return [
        html.Div(texts),
        html.Span(f"{one.slots:,} of {verdict.slots:,}", className="idle-none" if not one.slots else ""),
        f"{one.slots_without:,}" + (f" (+{more:,})" if more > 0 else ""),
    ]


def _not_known(one: Condition) -> Cell:
    return html.Span(short(", ".join(one.not_collected), 120), className="name") if one.not_collected else ""
