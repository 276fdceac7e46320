"""The grid's own filters as conditions, and back. Pure: AG Grid's filter model in, `column -> text`, and the reverse.

What a grid's filter cannot say, an address can: it stays in force, and the grid shows it as text.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.explorer.columns import COLUMNS, Column, Of
from pipeline.explorer.conditions import KNOWN, UNKNOWN, Condition

Model = dict[str, dict[str, Any]]
_SIGNS = {"greaterThanOrEqual": ">=", "lessThanOrEqual": "<=", "equals": "="}
_NUMBER = r"-?\d+(?:\.\d+)?"
_TEXTS = {"text", "choice"}


def conditions(of: Of, model: Mapping[str, Any] | None) -> dict[str, str]:
    """The conditions that a filter model means, by column; what it cannot mean is left out."""
    known = {column.name: column for column in COLUMNS[of]}
    found = {}
    for name, filtered in (model or {}).items():
        text = _text(known[name], filtered) if name in known else None
        if text:
            found[name] = text
    return found


def model(of: Of, wanted: Iterable[Condition]) -> Model:
    """The filter model that shows those conditions."""
    known = {column.name: column for column in COLUMNS[of]}
    return {each.column: _filter(known[each.column], each.text) for each in wanted}


def _text(column: Column, filtered: Mapping[str, Any]) -> str | None:
    kind = filtered.get("type")
    if kind in ("blank", "notBlank"):
        return UNKNOWN if kind == "blank" else KNOWN
    if column.kind in _TEXTS:
        typed = str(filtered.get("filter") or "").strip()
        if not typed:
            return None
        return typed if column.kind == "choice" else f"={typed}" if kind == "equals" else f"~{typed}"
    return _range(column, kind, filtered)


def _range(column: Column, kind: Any, filtered: Mapping[str, Any]) -> str | None:
    names = ("dateFrom", "dateTo") if column.kind == "moment" else ("filter", "filterTo")
    low, high = (_edge(column, filtered.get(name)) for name in names)
    if low is None or (kind == "inRange" and high is None):
        return None
    return f"{low}..{high}" if kind == "inRange" else f"{_SIGNS[kind]}{low}" if kind in _SIGNS else None


def _edge(column: Column, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if column.kind == "moment":
        return str(value)[:10]
    number = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{number}%" if column.kind == "share" else number


def _filter(column: Column, text: str) -> dict[str, Any]:
    if text in (UNKNOWN, KNOWN):
        return {"filterType": _type(column), "type": "blank" if text == UNKNOWN else "notBlank"}
    if column.kind in _TEXTS:
        kind = "contains" if text.startswith("~") else "equals"
        return {"filterType": "text", "type": kind, "filter": text.removeprefix("~").removeprefix("=")}
    return _ranged(column, text)


def _ranged(column: Column, text: str) -> dict[str, Any]:
    found = re.fullmatch(r"(>=|<=|=)?(.*?)(?:\.\.(.*))?", text, re.DOTALL)
    sign, low, high = found.groups() if found else (None, text, None)
    kind = "inRange" if high is not None else next((name for name, of in _SIGNS.items() if of == sign), "equals")
    names = ("dateFrom", "dateTo") if column.kind == "moment" else ("filter", "filterTo")
    edges = zip(names, (low, high), strict=True)
    return {"filterType": _type(column), "type": kind} | {
        name: _shown(column, edge) for name, edge in edges if edge is not None
    }


def _shown(column: Column, edge: str) -> Any:
    """A bound as the grid has it: a share in per cent, a day with a time."""
    if column.kind == "moment":
        return f"{edge} 00:00:00"
    number = edge.strip().removesuffix("%")
    if not re.fullmatch(_NUMBER, number):
        return edge
    per_cent = 1 if column.kind != "share" or edge.strip().endswith("%") else 100
    return float(number) * per_cent


def _type(column: Column) -> str:
    return {"moment": "date", "number": "number", "share": "number"}.get(column.kind, "text")
