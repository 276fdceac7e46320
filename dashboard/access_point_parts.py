"""Parts of the page Access point: cards, jobs in and out, kinds of jobs, the queue, transfers, its collection."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import cards, pool_parts
from dashboard import format as fmt
from dashboard.access_point_figures import COLOURS, SUBMITTED, WORDS, Flow
from dashboard.attributes import attributes
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.health_parts import incomplete_table, sources_table
from dashboard.queue_grid import Entry, drawn_status
from pipeline.access_point import KINDS
from pipeline.access_point_sheet import TRANSFERS, AccessPointSheet
from pipeline.active import Active
from pipeline.buckets import bucket
from pipeline.status.sources import SourceStatus

SUBMITTED_TIP = (
    "Jobs of every kind that a final ad, a run or the queue names, on the day of their submission. A job that left no "
    "record of any of these is not in it. Not known under filters on projects, sites or users."
)
LEFT_TIP = "Jobs of every kind with a final ad, on the day of their end; removed ones are counted apart."
_VERSION = re.compile(r"\d+\.\d+\.\d+", re.ASCII)
COMPLETED = ("succeeded", "failed", "signal", "unknown")


def flow_cards(sheet: AccessPointSheet, who: Mapping[str, Active]) -> list[Component]:
    """Jobs submitted, and completed with their end; running, idle and held now come after them."""
    completed, removed = sheet.left(*COMPLETED), sheet.left("removed")
    good = f"{fmt.percent(sheet.left('succeeded') / completed)} succeeded · " if completed else ""
    people = " · ".join(fmt.count(who[name].count, name, f"{name}s") for name in ("user", "project"))
    count = sheet.submitted
    per_day = f"{fmt.number(count / len(sheet.days), 1)} a day · " if count is not None and sheet.days else ""
    return [
        cards.plain_card("submitted", "Submitted", _count(count), count, foot=per_day + people, tip=SUBMITTED_TIP),
        cards.plain_card(
            "completed", "Completed", _count(completed), completed, foot=f"{good}{removed:,} removed", tip=LEFT_TIP
        ),
    ]


def queue_total(sheet: AccessPointSheet, *, asked: bool) -> Entry | None:
    """Payload jobs of its queue; None where it was never asked, which is not an empty queue."""
    if not asked:
        return None
    total = Entry("all")
    for row in sheet.queue:
        if row["venue"] == "pool":
            total.add(row)
    return total


def queue_was_asked(sheet: AccessPointSheet, sources: Sequence[SourceStatus]) -> int | None:
    """When its queue was last asked: its jobs say so, or, where it was empty, its source. None: never."""
    polled = [one.ok_utc for one in sources if one.stream == "queue" and one.ok_utc is not None]
    return sheet.asked_utc if sheet.asked_utc is not None else max(polled, default=None)


def legend(found: Flow) -> list[Component]:
    """What the colours mean, and how many there were."""
    entries: list[tuple[str, str, int | None]]
    entries = [("Submitted", SUBMITTED, _sum(found.submitted))] if _sum(found.submitted) is not None else []
    entries += [(WORDS[name], COLOURS[name], sum(counts)) for name, counts in found.left.items()]
    return [
        html.Span(
            [
                html.Span(className="swatch", style={"backgroundColor": colour}, **attributes(aria_hidden="true")),
                html.Span(f"{word}: {_count(count)}"),
            ],
            className="legend-entry",
        )
        for word, colour, count in entries
    ]


def kind_table(sheet: AccessPointSheet) -> Component:
    """Jobs that left the queue by kind: for the pool, DAGMan, local and scheduler universe."""
    if not sheet.kinds:
        return quiet("No job left its queue on these days.")
    heads = [
        Head("Kind", name=True),
        Head("Jobs", LEFT_TIP, number=True),
        Head("Succeeded", number=True),
        Head("Removed", number=True),
        Head(
            "Wall hours", "Of all their runs, whatever the day; of DAGMan the time that a workflow took.", number=True
        ),
    ]
    rows: list[list[Cell]] = [
        [
            KINDS.get(row["kind"], str(row["kind"])),
            _count(row["jobs"]),
            _share(row["succeeded"], row["jobs"]),
            _count(row["removed"]),
            fmt.number(row["wall_h"]),
        ]
        for row in sheet.kinds
    ]
    return fact_table(heads, rows, "Jobs by kind")


def outcome_table(sheet: AccessPointSheet) -> Component:
    """How attempts in the pool ended: many, of few hours, or few, of many."""
    if not sheet.outcomes:
        return quiet("No attempt of its jobs is known on these days.")
    heads = [
        Head("Attempts ended", name=True),
        Head("Attempts", "Those on these days, in the pool.", number=True),
        Head("Core hours", number=True),
        Head("Share", "Of the core hours of all.", number=True),
    ]
    whole = sum(row["cpu_h"] or 0 for row in sheet.outcomes)
    rows: list[list[Cell]] = [
        [row["outcome"], _count(row["attempts"]), fmt.number(row["cpu_h"]), _share(row["cpu_h"], whole)]
        for row in sheet.outcomes
    ]
    return fact_table(heads, rows, "How attempts ended")


def queue_parts(sheet: AccessPointSheet, asked_utc: int | None, now: datetime) -> list[Component]:
    """Its queue by kind and state, and why jobs are held."""
    if asked_utc is None:
        return [quiet("Its queue was never asked: a source of kind schedds asks for it.")]
    said = html.P(f"As of {fmt.moment(asked_utc)}, {fmt.ago(asked_utc, now)}.", className="dim")
    if not sheet.queue:
        return [quiet("No job was in its queue."), said]
    heads = [
        Head("In the queue", name=True),
        *(Head(word, number=True) for word in ("Running", "Idle", "Held", "Leaving")),
    ]
    places = {"pool": "For the pool", "access_point": "On the access point: DAGMan, local", "pilot": "Pilots"}
    rows: list[list[Cell]] = []
    for venue in dict.fromkeys(row["venue"] for row in sheet.queue):
        counts = dict.fromkeys(("running", "idle", "held", "others"), 0)
        for row in sheet.queue:
            if row["venue"] == venue:
                counts[drawn_status(row["status"])] += row["jobs"]
        rows.append([places.get(venue, venue), *(_count(count) for count in counts.values())])
    held = html.Div(pool_parts.holds_table(sheet.queue, asked=True), className="below-figure")
    return [fact_table(heads, rows, "Its queue"), held, said]


def transfer_parts(sheet: AccessPointSheet) -> list[Component]:
    """What waits in the transfer queue now, and what waiting and staging took on the days."""
    made: list[Component] = [html.P(_waiting(sheet.schedd), className="course-sentence")]
    if not sheet.transfers:
        return [*made, quiet("No attempt of these days tells of its transfers.")]
    heads = [
        Head("Of attempts on these days", name=True),
        Head("Wall hours", "Of attempts that tell when their transfers waited, began and ended.", number=True),
        Head("Core hours", "Those hours times the cores that were held meanwhile.", number=True),
    ]
    rows: list[list[Cell]] = [
        [bucket(name).label, fmt.number(sheet.transfers[name]["wall_h"]), fmt.number(sheet.transfers[name]["cpu_h"])]
        for name in TRANSFERS
        if name in sheet.transfers
    ]
    return [*made, fact_table(heads, rows, "Time that transfers took")]


def schedd_line(schedd: Mapping[str, Any] | None, now: datetime) -> list[Component | str]:
    """One line about the daemon: version, how busy, and as of when."""
    if schedd is None:
        return ["no ad of its schedd is known: a source of kind pool asks for it"]
    version = _VERSION.search(schedd["condor_version"] or "")
    busy, most = schedd["duty_cycle_milli"], schedd["max_running"]
    said = [
        f"HTCondor {version[0]}" if version else "",
        f"busy {fmt.percent(busy / 1000)}" if busy is not None else "",
        f"runs at most {most:,} jobs" if most is not None else "",
        f"its ad {fmt.ago(schedd['seen_utc'], now)}",
    ]
    return [html.Span(" · ".join(part for part in said if part), className="name")]


def collection_parts(
    sheet: AccessPointSheet, sources: Sequence[SourceStatus], address: str, now: datetime
) -> list[Component]:
    """How its records are read: each source, what of these days is not complete, what was not counted."""
    rejected = sum(row["records"] for row in sheet.rejects)
    counts = [
        f"Of all days: {fmt.count(rejected, 'record', 'records')} rejected",
        f"{fmt.count(sheet.missing, 'job', 'jobs')} gone without a final ad",
    ]
    line = html.P(
        [" · ".join(counts), ". ", dcc.Link("Data health", href=address, className="job-link")], className="dim"
    )
    polled = (
        sources_table(sources, now)
        if sources
        else quiet("Nothing polls it: what is known of it was read from files by htc-ledger ingest.")
    )
    days = html.Div(incomplete_table(sheet.incomplete), className="below-figure")
    return [polled, days if sheet.streams else quiet("No stream of its records was ever read."), line]


def _waiting(schedd: Mapping[str, Any] | None) -> list[Component | str]:
    if schedd is None or schedd["uploads_waiting"] is None or schedd["downloads_waiting"] is None:
        return ["What waits in its transfer queue now is not known: the ads of a source of kind pool say it."]
    inputs, outputs = schedd["uploads_waiting"], schedd["downloads_waiting"]
    said: list[Component | str] = [
        html.B(fmt.count(inputs, "job", "jobs")),
        " waited to send input, ",
        html.B(fmt.count(outputs, "job", "jobs")),
        f" to fetch output, as its schedd said at {fmt.moment(schedd['seen_utc'])}.",
    ]
    return said


def _count(count: int | None) -> str:
    return fmt.number(count, 0)


def _share(part: float | None, whole: float | None) -> str:
    return fmt.percent(part / whole) if part is not None and whole else fmt.UNKNOWN


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
