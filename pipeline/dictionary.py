"""The generated references: `python -m pipeline.dictionary docs` writes them, a test holds them fresh.

docs/data-dictionary.md   every table and column of the lake, from the schema
docs/definitions.md       every metric, dimension, model, check and bound, from their registries
"""

import sys
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from pipeline.bounds import BOUNDS, Bound, Order
from pipeline.dimensions import DIMENSIONS
from pipeline.metrics import METRICS
from pipeline.models import MODELS
from pipeline.rules import checks, model_sql
from pipeline.schema import BESIDE, TABLES, Column, Table

GENERATED = "<!-- Written by `make docs`; do not edit. -->\n"


def data_dictionary() -> str:
    """Markdown: the lake's tables, column by column."""
    parts = [
        "# Data dictionary",
        GENERATED,
        "Every column of the lake, from `pipeline/schema/`. Numbers are whole numbers of the unit named; an empty",
        "value always means *not known*. Where several ClassAd attributes are named, the first usable one counts.",
    ]
    for table in (*TABLES, *BESIDE):
        parts += ["", f"## `{table.name}`", "", f"{table.doc} Grain: {table.grain}.", ""]
        parts += [f"A record is known again by {', '.join(f'`{name}`' for name in table.key)} and its values.", ""]
        parts += _rows(table)
    return "\n".join(parts) + "\n"


def definitions() -> str:
    """Markdown: what is counted, by what it is grouped, how it is made, and what must hold."""
    parts = ["# Definitions", GENERATED, "## Metrics", "", "| metric | name | unit | formula | definition |"]
    parts += ["| --- | --- | --- | --- | --- |"]
    parts += [_cells(f"`{metric.name}`", metric.label, metric.unit, metric.formula, metric.doc) for metric in METRICS]
    parts += ["", "## Dimensions", "", "| dimension | name | definition |", "| --- | --- | --- |"]
    parts += [_cells(f"`{known.name}`", known.label, known.doc) for known in DIMENSIONS]
    parts += ["", "## Models", "", "In the order in which they are built, each one SQL file in `pipeline/models/`.", ""]
    for name in MODELS:
        head = takewhile(lambda line: line.startswith("--"), model_sql(name).splitlines())
        parts += [f"**`{name}`** {_prose(head).removeprefix(f'{name}: ')}", ""]
    parts += ["## Checks", "", "Before each publish; a cube that breaks one is not published.", ""]
    parts += ["| check | rule |", "| --- | --- |"]
    parts += [_cells(f"`{check.name}`", check.rule) for check in checks()]
    parts += ["", "## Bounds", "", "A record that breaks one is kept whole in table `reject`, and is in no total.", ""]
    parts += ["| rule | columns | least | most | unit | why |", "| --- | --- | --- | --- | --- | --- |"]
    parts += [_bound(bound) for bound in BOUNDS]
    return "\n".join(parts) + "\n"


def _bound(bound: Bound | Order) -> str:
    if isinstance(bound, Order):
        return _cells(f"`{bound.rule}`", _names(bound.last), f"`{bound.first}`", "", "", bound.reason)
    least, most = bound.least.words, bound.most.words
    return _cells(f"`{bound.rule}`", _names(bound.columns), least, most, bound.unit, bound.reason)


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


def _prose(comment: Iterable[str]) -> str:
    return " ".join(line.removeprefix("--").strip() for line in comment)


def _rows(table: Table) -> list[str]:
    head = ["| column | type | unit | ClassAd attributes | meaning |", "| --- | --- | --- | --- | --- |"]
    return head + [
        _cells(f"`{column.name}`", column.type, column.unit, _attributes(column), column.doc)
        for column in table.columns
    ]


def _attributes(column: Column) -> str:
    return _names(column.attributes)


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


REFERENCES = {"data-dictionary.md": data_dictionary, "definitions.md": definitions}


def write(folder: Path) -> None:
    """Write every reference into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, reference in REFERENCES.items():
        (folder / name).write_text(reference(), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
