"""Parts of the page Pool now: cards, GPUs by model, reasons of holds, pilots beside payload."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.colours import NOT_KNOWN_NAMES
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.labels import short, visible
from dashboard.notices import icon
from dashboard.pool_figures import STATES, drawn_state, site_label
from dashboard.queue_grid import PROVISIONAL, Entry
from dashboard.shell_parts import explained

Rows = Sequence[Mapping[str, Any]]
OLD_AFTER_S = 3600
MOST_ROWS = 50
LONGEST_REASON = 400


def queue_cards(total: Entry | None) -> list[Component]:
    """Running, idle and held jobs. A pool whose queue was never asked has dashes."""
    if total is None:
        return [_card("Running jobs", None, ""), _card("Idle jobs", None, ""), _card("Held jobs", None, "")]
    running = _sizes(total.value("cores_held"), total.value("gpus_held"))
    idle = _sizes(total.value("cores_idle"), total.value("gpus_idle"))
    return [
        _card("Running jobs", total.value("running"), f"hold {running}" if running else "", "They hold a slot."),
        _card("Idle jobs", total.value("idle"), f"wait for {idle}" if idle else ""),
        _card("Held jobs", total.value("held"), "reasons below" if total.value("held") else "none"),
    ]


def _sizes(cores: float | None, gpus: float | None) -> str:
    """`12 cores · 1 GPU`; empty where nothing is known."""
    said = [] if cores is None else [f"{fmt.number(cores, 0)} core{'' if cores == 1 else 's'}"]
    return " · ".join([*said, *([f"{fmt.number(gpus, 0)} GPU{'' if gpus == 1 else 's'}"] if gpus else [])])


def capacity_cards(cores: Rows, gpus: Rows) -> list[Component]:
    """Cores and GPUs offered, and how much of them is claimed. Backfill is not in them: it offers the same again."""
    return [
        _offered("Cores", [(row["state"], row["cores"]) for row in cores if not row["is_backfill"]]),
        _offered(
            "GPUs", [(row["state"], row["gpus"]) for row in gpus if not row["is_backfill"]], none_is_zero=bool(cores)
        ),
    ]


def _offered(what: str, parts: list[tuple[str, float | None]], *, none_is_zero: bool = False) -> Component:
    known = [(drawn_state(state), amount) for state, amount in parts if amount is not None]
    if not known:
        return _card(f"{what} offered", 0 if none_is_zero else None, "")
    total = sum(amount for _, amount in known)
    claimed = sum(amount for state, amount in known if state == "claimed")
    share = fmt.percent(claimed / total, 0) if total else fmt.UNKNOWN
    tip = "Of partitionable and static slots; their parts are never added, backfill slots neither."
    return _card(f"{what} offered", total, f"{fmt.number(claimed, 0)} claimed ({share})", tip)


def _card(label: str, value: float | None, foot: str, tip: str = "") -> Component:
    name = label.lower().replace(" ", "-")
    return html.Article(
        [
            html.H2(explained(label, tip), className="card-label"),
            html.P(
                html.Span(fmt.compact(value, 0), className="card-value"),
                className="card-number",
                **attributes(data_metric=name, data_value="" if value is None else repr(value)),
            ),
            html.P(foot or "\u00a0", className="card-foot"),
        ],
        className="card",
    )


def old_line(asked_utc: int | None, seen_utc: int | None, now: datetime) -> Component | None:
    """A line across the page where what it shows is not of now; None where it is."""
    old = [
        f"{what} {fmt.ago(moment, now)}"
        for what, moment in (("the queue was last asked", asked_utc), ("the slots were last seen", seen_utc))
        if moment is not None and now.timestamp() - moment > OLD_AFTER_S
    ]
    if not old:
        return None
    text = f"This is not the pool now: {' and '.join(old)}. Data health tells how its sources are doing."
    return html.Div([icon("clock-pause"), html.Span(text)], className="ribbon ribbon-stale ribbon-here", role="note")


def state_legend() -> list[Component]:
    """What the colours of the bars mean."""
    return [
        html.Span(
            [
                html.Span(className="swatch", style={"backgroundColor": colour}, **attributes(aria_hidden="true")),
                html.Span(word),
            ],
            className="legend-entry",
        )
        for _, word, colour in STATES
    ]


def backfill_note(cores: Rows) -> str:
    """How much of the pool is offered a second time."""
    lent = sum(row["cores"] or 0 for row in cores if row["is_backfill"])
    if not lent:
        return ""
    return (
        f"{fmt.number(lent, 0)} of these cores are offered a second time by backfill slots, which are not in the chart."
    )


def gpu_table(rows: Rows) -> Component:
    """GPUs by model: offered, claimed, free, and at how many sites. Backfill apart."""
    own = [row for row in rows if not row["is_backfill"]]
    if not own:
        return quiet("No slot offers a GPU.")
    models: dict[str, dict[str, Any]] = {}
    for row in own:
        one = models.setdefault(row["gpu_model"], {"claimed": 0, "unclaimed": 0, "other": 0, "sites": set()})
        one[drawn_state(row["state"])] += row["gpus"]
        one["sites"].add(row["site"])
    order = sorted(models, key=lambda model: (-_total(models[model]), model))
    heads = [
        Head("Model", "As the slot names it; unknown where a slot has several models and does not say which are free."),
        Head("Offered", number=True),
        Head("Claimed", number=True),
        Head("Free", number=True),
        Head("Other", "Drained, owner, and the like.", number=True),
        Head("Sites", number=True),
    ]
    shown: list[list[Cell]] = [
        [
            html.Span(short(model, 60), className="name"),
            f"{_total(models[model]):,}",
            *(f"{models[model][state]:,}" for state in ("claimed", "unclaimed", "other")),
            f"{len(models[model]['sites']):,}",
        ]
        for model in order[:MOST_ROWS]
    ]
    table = fact_table(heads, shown, "GPUs by model")
    unknown = sum(_total(models[model]) for model in models if model in NOT_KNOWN_NAMES)
    if not unknown:
        return table
    share = fmt.percent(unknown / sum(_total(model) for model in models.values()))
    said = f"Of {unknown:,} GPUs ({share}) the model is not known."
    return html.Div([table, html.P(said, className="dim")])


def _total(model: Mapping[str, Any]) -> int:
    return int(model["claimed"] + model["unclaimed"] + model["other"])


def holds_table(rows: Rows, *, asked: bool) -> Component:
    """Why jobs are held: by hold code, with one of the reasons; `asked`: whether any queue ever was."""
    if not asked:
        return quiet("No queue was ever asked.")
    held = sorted((row for row in rows if row["status"] == "held"), key=lambda row: -row["jobs"])
    if not held:
        return quiet("No job is held.")
    heads = [
        Head("Hold code", "HTCondor's number; the same reason can have another at another site.", code=True),
        Head("Jobs", number=True),
        Head("One of the reasons given", wide=True),
    ]
    shown: list[list[Cell]] = [
        [
            "none" if row["hold_code"] is None else f"{row['hold_code']}",
            f"{row['jobs']:,}",
            html.Span(visible((row["hold_reason"] or "not given")[:LONGEST_REASON]), className="name"),
        ]
        for row in held[:MOST_ROWS]
    ]
    return fact_table(heads, shown, "Held jobs by reason")


def hours_table(rows: Rows) -> Component:
    """Core hours of payload and of pilots side by side, by site."""
    if not rows:
        return quiet("No core hour in these days.")
    order = sorted(rows, key=lambda row: -max(row[name] or 0 for name in ("payload_cpu_h", "pilot_cpu_h")))
    heads = [
        Head("Site"),
        Head("Payload core h", "Of the pool's own jobs, as used on these days.", number=True),
        Head("Pilot core h", "Of jobs at a CE, or routed by one: never added to payload.", number=True),
        Head("Payload share", "Payload of pilots: what the glideins that were paid for have run.", number=True),
        Head("So far (provisional)", PROVISIONAL, number=True),
    ]
    shown: list[list[Cell]] = [
        [
            html.Span(short(_site(row["site"]), 60), className="name"),
            fmt.number(row["payload_cpu_h"]),
            fmt.number(row["pilot_cpu_h"]),
            _share(row["payload_cpu_h"], row["pilot_cpu_h"]),
            html.Span(fmt.number(row["provisional_cpu_h"]), className="provisional"),
        ]
        for row in order[:MOST_ROWS]
    ]
    return html.Div([fact_table(heads, shown, "Core hours of payload and pilots by site"), *_pilots_note(rows)])


def _site(site: str) -> str:
    return site_label(site) if site != "unattributed" else "unattributed"


def _share(payload: float | None, pilot: float | None) -> str:
    return fmt.percent(payload / pilot) if payload is not None and pilot else fmt.UNKNOWN


def _pilots_note(rows: Rows) -> list[Component]:
    if any(row["pilot_cpu_h"] is not None for row in rows):
        return []
    return [
        html.P(
            "No pilots are known: name the CEs as a source with ce = true, and their jobs stand beside the payload.",
            className="dim",
        )
    ]
