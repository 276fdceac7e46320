"""Single rows of a lake file changed or taken out: the file's rows in, what it is to hold out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from pipeline.schema import Table

Change = Mapping[str, Any] | None
"""New values by column; None: the row goes."""


def changed(rows: Iterable[pa.Table], table: Table, changes: Mapping[int, Change]) -> Iterator[pa.Table]:
    """The rows, with the changes by their places from the beginning on."""
    start = 0
    for some in rows:
        places = range(start, start + some.num_rows)
        start = places.stop
        if not any(place in changes for place in places):
            yield some
            continue
        became = (_became(row, changes.get(place, {})) for place, row in zip(places, some.to_pylist(), strict=True))
        yield pa.Table.from_pylist([row for row in became if row is not None], schema=table.arrow)


def _became(row: dict[str, Any], change: Change) -> dict[str, Any] | None:
    return None if change is None else row | dict(change)
