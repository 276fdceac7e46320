"""A row that is being made: a table's values in their order, found and set by column name."""

from collectors.classads.ad import Ad
from collectors.classads.values import Reading, Value
from pipeline.schema import Table


class Draft:
    """One row of a table, filled from an ad and completed by name."""

    __slots__ = ("_position", "reading", "values")

    def __init__(self, reading: Reading, values: list[Value]) -> None:
        self.reading = reading
        self.values = values
        self._position = reading.position

    @classmethod
    def of(cls, reading: Reading, ad: Ad) -> "Draft":
        """The row as far as the ad fills it."""
        return cls(reading, reading.read(ad))

    @property
    def table(self) -> Table:
        return self.reading.table

    def __contains__(self, name: str) -> bool:
        return name in self._position

    def __getitem__(self, name: str) -> Value:
        return self.values[self._position[name]]

    def __setitem__(self, name: str, value: Value) -> None:
        self.values[self._position[name]] = value

    def get(self, name: str) -> Value:
        """The value of that column; None if it is unknown or the table has no such column."""
        position = self._position.get(name)
        return None if position is None else self.values[position]

    def text(self, name: str) -> str | None:
        value = self.get(name)
        return value if isinstance(value, str) else None

    def whole(self, name: str) -> int | None:
        value = self.get(name)
        return value if isinstance(value, int) else None

    def copy(self) -> "Draft":
        return Draft(self.reading, self.values.copy())
