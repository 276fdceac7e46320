"""What became of the time of one site or project, bucket by bucket, and whom each bucket fell on most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.attributes import attributes
from dashboard.fact_table import Cell, Head, fact_table, quiet
from dashboard.ranking import LinkOf, named, share_bar
from dashboard.selection import Selection
from dashboard.shell_parts import explained
from dashboard.waste_figures import KINDS, Kind
from pipeline.buckets import bucket
from pipeline.cube import Cube
from pipeline.viewer import Viewer
from pipeline.waste import WasteRow, waste_table

Falls = Mapping[str, tuple[str, float]]


@dataclass(frozen=True)
class Buckets:
    """Hours of each bucket; `falls`: bucket -> who has most of it, and which share."""

    whole: WasteRow
    falls: Falls


def buckets(cube: Cube, viewer: Viewer, chosen: Selection, on: str) -> Buckets:
    """The buckets of a selection's core hours; `on` is the dimension that they fall on."""
    whole = waste_table(cube, viewer, chosen.query((), ()), "cores").whole
    rows = cube.usage(chosen.query(("bucket", on), ("cpu_h",)), viewer).to_pylist()
    return Buckets(whole, _falls(rows, on))


def _falls(rows: Sequence[Mapping[str, Any]], on: str) -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = {}
    for name in {row["bucket"] for row in rows}:
        hours = {row[on]: row["cpu_h"] or 0.0 for row in rows if row["bucket"] == name}
        total, most = sum(hours.values()), max(sorted(hours), key=lambda one: hours[one])
        if total:
            found[name] = (most, hours[most] / total)
    return found


def bucket_table(found: Buckets, on: str, link_of: LinkOf) -> Component:
    """A row a bucket with time in it, from what was good to what nobody knows; `on` is the head of the last column."""
    if not found.whole.total_h:
        return quiet("No core hour in these days.")
    heads = [
        Head("Bucket"),
        Head("Core hours", number=True),
        Head("Share", "Of all core hours; the buckets add up to them.", number=True),
        Head(on, "Who has most of this bucket, and which share of it."),
    ]
    shown = [_row(kind, name, found, link_of) for kind in KINDS for name in kind.buckets if found.whole.hours[name]]
    return fact_table(heads, shown, "Core hours by bucket")


def _row(kind: Kind, name: str, found: Buckets, link_of: LinkOf) -> list[Cell]:
    known = bucket(name)
    css = "swatch swatch-hatched" if kind.hatched else "swatch"
    swatch = html.Span(className=css, style={"backgroundColor": kind.colour}, **attributes(aria_hidden="true"))
    label = html.Span(explained(known.label, f"{known.doc[:1].upper()}{known.doc[1:]}."))
    return [
        html.Span([swatch, label], className="bucket-name"),
        fmt.number(found.whole.hours[name]),
        share_bar(found.whole.share(name), kind.colour),
        _on(found.falls.get(name), link_of),
    ]


def _on(falls: tuple[str, float] | None, link_of: LinkOf) -> Cell:
    if falls is None:
        return ""
    name, share = falls
    return html.Span([named(name, link_of(name), 32), f" {fmt.percent(share, 0)}"])
