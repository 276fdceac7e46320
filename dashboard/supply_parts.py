"""Parts of the page Pool now: idle demand beside idle supply by size, glideins by site, negotiation cycles."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.fact_table import Cell, Head, fact_table, pill, quiet
from dashboard.format import GAP
from dashboard.labels import short, visible
from dashboard.pool_figures import site_label
from pipeline.idle_fit import Demand, Fit, Size

Rows = Sequence[Mapping[str, Any]]
MOST_SIZES = 12
MOST_SITES = 25
SLOW_CYCLE_S = 300
FITS = "Jobs of this size for which free slots have room, if no others came first. Sizes are not to be added up."
EVER = "Slots that could take one if nothing ran in them: by cores, memory and GPUs alone."
CYCLES = "Each ad of a negotiator tells of its latest cycle: those between two looks of the collector are not seen."


def demand_table(found: Demand, now: datetime, *, asked: bool, seen: bool) -> Component:
    """Idle jobs by size, those with most jobs first. `asked`: whether any queue was; `seen`: whether any slot was."""
    if not asked:
        return quiet("No queue was ever asked.")
    if not found.jobs:
        return quiet("No job is idle.")
    heads = [
        Head("Size", "What a job asks for at the most: memory is rounded up to a power of two.", name=True),
        Head("Idle jobs", number=True),
        Head("Oldest", "When the oldest of them was submitted.", code=True),
        Head("Room now for", FITS, number=True),
        Head("Free slots", "Free slots with room for at least one.", number=True),
        Head("Slots large enough", EVER, number=True),
        Head("What it means"),
    ]
    rows = [_fit(fit, now, seen=seen) for fit in found.fits[:MOST_SIZES]]
    return html.Div([fact_table(heads, rows, "Idle jobs by size, beside free slots"), *_left_out(found)])


def _fit(fit: Fit, now: datetime, *, seen: bool) -> list[Cell]:
    unknown = fmt.UNKNOWN
    return [
        size_text(fit.size),
        f"{fit.jobs:,}",
        fmt.ago(fit.oldest_submit_utc, now),
        f"{fit.fit_now:,}" if seen else unknown,
        f"{fit.slots_now:,}" if seen else unknown,
        f"{fit.slots_ever:,}" if seen else unknown,
        _verdict(fit) if seen else pill("unknown", "no slot seen"),
    ]


def _verdict(fit: Fit) -> Component:
    """Whether size explains that they wait."""
    if not fit.slots_ever:
        return pill("failing", "no slot is that large")
    if not fit.slots_now:
        return pill("partial", "all such slots are taken")
    return pill("ok", "there is room")


def size_text(size: Size) -> str:
    """`4 cores · 8 GiB · 1 GPU`, with spaces that do not break."""
    said = [f"{size.cores:,}{GAP}core{'' if size.cores == 1 else 's'}", f"{size.memory_gib:,}{GAP}GiB"]
    if size.gpus:
        said.append(f"{size.gpus:,}{GAP}GPU{'' if size.gpus == 1 else 's'}")
    return " · ".join(said)


def _left_out(found: Demand) -> list[Component]:
    said = []
    if len(found.fits) > MOST_SIZES:
        more = sum(fit.jobs for fit in found.fits[MOST_SIZES:])
        said.append(f"{more:,} more jobs are of {len(found.fits) - MOST_SIZES:,} other sizes; the download has all.")
    if found.unknown:
        said.append(f"Of {found.unknown:,} jobs the size is not known: they ask by an expression.")
    return [html.P(" ".join(said), className="dim")] if said else []


def glidein_table(rows: Rows) -> Component:
    """Glideins of each site now, by CE: rows of `Cube.glideins`. The pool's own startds are the last row."""
    if not rows:
        return quiet("No slot was ever seen: a source of kind pool asks for them.")
    order = sorted(rows, key=lambda row: (row["site"] == "unattributed", -row["startds"], row["site"]))
    heads = [
        Head("Site", name=True),
        Head("Through", "The CE that started them, as the glidein says.", name=True),
        Head("Glideins", "Startds that report to the pool.", number=True),
        Head("Hosts", number=True),
        Head("Cores", number=True),
        Head("Empty", "Glideins in which nothing runs.", number=True),
    ]
    shown: list[list[Cell]] = [
        [
            html.Span(short(site_label(row["site"]), 60), className="name"),
            html.Span(visible(short(row["ce"], 60)) if row["ce"] else "not said", className="name"),
            f"{row['startds']:,}",
            f"{row['machines']:,}",
            fmt.number(row["cores"], 0),
            f"{row['empty']:,}",
        ]
        for row in order[:MOST_SITES]
    ]
    table = fact_table(heads, shown, "Glideins by site")
    if len(order) <= MOST_SITES:
        return table
    return html.Div([table, html.P(f"The {MOST_SITES} largest of {len(order):,}.", className="dim")])


def negotiation_table(rows: Rows, now: datetime) -> Component:
    """The latest cycle of each negotiator, and how long its cycles of the last day took: rows of `Cube.negotiation`."""
    if not rows:
        return quiet("No negotiator's ad was ever seen: a source of kind pool asks for it.")
    cycles: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        cycles.setdefault(row["negotiator"], []).append(row)
    heads = [
        Head("Negotiator", name=True),
        Head("Latest cycle", code=True),
        Head("Took", number=True),
        Head("Matches", number=True),
        Head("Rejections", "Requests for which no slot was found.", number=True),
        Head("Idle jobs", "As the negotiator saw them before the cycle.", number=True),
        Head("Free slots", "Slots that it could match then.", number=True),
        Head("Last day", CYCLES, number=True),
    ]
    return fact_table(heads, [_cycle(name, found, now) for name, found in cycles.items()], "Negotiation")


def _cycle(name: str, found: Rows, now: datetime) -> list[Cell]:
    latest = found[0]
    took = [row["cycle_s"] for row in found if row["cycle_s"] is not None]
    over = f"{len(found):,} seen · median {median(took):,.0f}{GAP}s · longest {max(took):,}{GAP}s" if took else "—"
    slow = latest["cycle_s"] is not None and latest["cycle_s"] > SLOW_CYCLE_S
    seconds = fmt.UNKNOWN if latest["cycle_s"] is None else f"{latest['cycle_s']:,}{GAP}s"
    return [
        html.Span(short(name, 60), className="name"),
        fmt.ago(latest["cycle_end_utc"], now),
        pill("partial", seconds) if slow else seconds,
        *(fmt.number(latest[what], 0) for what in ("matches", "rejections", "idle_jobs", "candidate_slots")),
        over,
    ]
