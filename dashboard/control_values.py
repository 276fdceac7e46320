"""What the filter bar's controls show for a view, and what moving one of them makes of it. Pure."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

from dashboard import filters, periods, selection
from dashboard import format as fmt
from dashboard.filters import LONGEST_NAME, View
from dashboard.labels import short
from pipeline.cube import PoolInfo
from pipeline.errors import LedgerError

ENTITY_PAGES = {"/access-point": "ap"}
"""Pages about one thing that is a further filter elsewhere."""
ZONE = "filter-zone"
BOOKING_LABELS = {"used": "As used", "ended": "As ended"}


def after(view: View, control: dict[str, str], value: Any) -> View:
    """The view after a control got that value: only the control's own part changes, and only if the value is whole."""
    match control["type"]:
        case "pool" if value:
            return replace(filters.widened(view), pool=value) if value != view.pool else view
        case "range" if value and value != periods.CUSTOM:
            return filters.with_preset(view, value)
        case "days" if value and all(value) and len(value) == 2:
            return filters.with_days(view, date.fromisoformat(value[0][:10]), date.fromisoformat(value[1][:10]))
        case "zone" if value:
            return replace(view, zone=value)
        case "booking" if value in BOOKING_LABELS:
            return replace(view, booking=value)
        case "names" if value is not None:
            return filters.with_names(view, control["dimension"], value)
        case "option" if value is not None:
            return filters.with_option(view, control["key"], None if value == control["default"] else value)
    return view


def choices(names: tuple[str, ...]) -> list[dict[str, str]]:
    """What a control offers: each name once, readable; names too long for an address are left out."""
    return [{"value": name, "label": short(name, 60)} for name in dict.fromkeys(names) if len(name) <= LONGEST_NAME]


def summary(view: View) -> tuple[str, str]:
    """The filters in a few words, for the folded bar: the days, which act on most pages, and the rest."""
    chosen = sum(len(view.names(name)) for name in filters.DIMENSIONS)
    label = next((preset.label for preset in periods.PRESETS if preset.name == view.preset), "Own days")
    rest = f"{chosen} filter{'' if chosen == 1 else 's'}" if chosen else "everything"
    return label, rest if view.zone is None else f"{rest} · {short(place(view.zone), 24)}"


def further(view: View, path: str = "") -> str:
    """What stands on the button that shows further filters: how many of them are chosen.

    What the page at `path` itself is about is not one of them: its picker stands on the page.
    """
    others = [name for name in filters.FURTHER if ENTITY_PAGES.get(path) != name]
    chosen = sum(len(view.names(name)) for name in others)
    return f"More ({chosen})" if chosen else "More"


def moved_control(prop_id: str) -> dict[str, str]:
    """The control whose property was triggered, by its fields; a plain name is its type."""
    control = prop_id.rpartition(".")[0]
    fields: dict[str, str] = json.loads(control) if control.startswith("{") else {"type": control}
    return fields


def in_own_zone(view: View, zones: tuple[str, ...]) -> View:
    """The view without a zone where that is the ledger's own: so it is the one that a first visit shows."""
    return replace(view, zone=None) if zones and view.zone == zones[0] else view


def place(zone: str) -> str:
    """What a time zone is called where there is little room: by its city."""
    return zone.rpartition("/")[2].replace("_", " ")


def zone_controls(view: View, zones: tuple[str, ...]) -> tuple[Any, Any, str]:
    """The zones to choose from, the ledger's own first, which one is chosen (None: one that is not there), the class.

    Where there is but one there is nothing to choose, and the control is not seen.
    """
    chosen = view.zone or next(iter(zones), None)
    places = [place(zone) for zone in zones]
    data = [
        {"value": zone, "label": where if places.count(where) == 1 else zone}
        for zone, where in zip(zones, places, strict=True)
    ]
    return data, chosen if chosen in zones else None, ZONE if len(zones) > 1 else f"{ZONE} only-zone"


def pool_controls(view: View, pools: tuple[PoolInfo, ...]) -> tuple[Any, Any]:
    """The pools to choose from, and which one is chosen (None: the address names another)."""
    data = [{"value": pool.name, "label": short(pool.name, 40)} for pool in pools]
    try:
        return data, selection.pool_of(view, pools).name
    except LedgerError:
        return data, None


def range_controls(view: View, pools: tuple[PoolInfo, ...]) -> tuple[Any, Any, Any]:
    """The presets with the days that they mean for the chosen pool, which one is chosen, and the days themselves."""
    try:
        chosen = selection.select(view, pools)
    except LedgerError:
        return [{"value": preset.name, "label": preset.label} for preset in periods.PRESETS], view.preset, [None, None]
    pool = chosen.pool
    data = []
    for preset in periods.PRESETS:
        if pool.first_day and pool.last_day:
            days = periods.of_preset(preset.name, pool.first_day, pool.last_day)
            data.append({"value": preset.name, "label": preset.label, "days": fmt.span(days.first, days.last)})
    if view.preset == periods.CUSTOM:
        data.append({"value": periods.CUSTOM, "label": "Own days"})
    days = chosen.period
    return data, view.preset, [days.first.isoformat(), days.last.isoformat()]
