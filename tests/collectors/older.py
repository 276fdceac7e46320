"""An older version, as far as the tests need one: it does not read some of the columns that today's reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from collectors.classads.values import Reading
from pipeline.schema import Column, Table


@contextmanager
def version_without(*names: str) -> Iterator[None]:
    """Meanwhile records are read without those columns."""

    def reading(table: Table, columns: tuple[Column, ...] | None = None) -> Reading:
        wanted = table.from_ads if columns is None else columns
        return Reading(table, tuple(column for column in wanted if column.name not in names))

    with patch("collectors.rows.Reading", reading):
        yield
