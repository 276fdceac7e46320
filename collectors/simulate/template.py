"""Values of our columns -> the text of an ad, fast: one format string per set of columns, made once.

Names come from the schema; `body.txt` holds the lines that no column has, so that ads are as long as real ones.
`collectors.classads.writer` does the same for single ads and any value; here the work per ad is one `%`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from collectors.classads.writer import Value, literal
from collectors.simulate.body import sections as body
from pipeline.schema import Column, Table
from pipeline.schema.job import OCTAL_PREFIX

SLOT = re.compile(r"%\((\w+)\)s")
REALS = frozenset({"wall_s", "last_wall_s", "slot_s", "bytes_sent", "bytes_received"})
"""Columns of whole numbers that HTCondor writes as reals: 25.0."""
MILLI = 1000
LAST = "write_utc"
"""The column whose line ends an ad of the epoch file."""


@dataclass(frozen=True)
class Form:
    """A format string, and the columns whose values need work before they are its parts."""

    text: str
    scaled: tuple[tuple[str, int], ...]
    flags: tuple[str, ...]
    texts: tuple[str, ...]
    octal: tuple[str, ...]


class Template:
    """Ads of one kind: the columns of `table` and the lines of some sections of the body.

    `by_length` orders attributes as history files of HTCondor 25 do; epoch files have them in alphabetical order.
    `second` names columns that this kind of ad spells with their second attribute.
    """

    def __init__(
        self, table: Table, sections: tuple[str, ...], by_length: bool = False, second: frozenset[str] = frozenset()
    ) -> None:
        self._columns = {column.name: column for column in table.from_ads}
        self._second = second
        self._body = [line for section in sections for line in body()[section]]
        self._order: Callable[[str], tuple[int, str]] = (
            (lambda name: (len(name), name)) if by_length else lambda name: (0, name)
        )
        self._forms: dict[tuple[str, ...], Form] = {}
        self._octal: dict[tuple[str, Value], str] = {}

    def render(self, values: dict[str, Value]) -> str:
        """The ad's lines. Keys are column names, and names that the body asks for; the dict is used up."""
        shape = tuple(values)
        form = self._forms.get(shape)
        if form is None:
            form = self._forms[shape] = self._form(shape)
        for name, scale in form.scaled:
            values[name] = scaled(values[name], scale)
        for name in form.flags:
            values[name] = "true" if values[name] else "false"
        for name in form.texts:
            text = values[name]
            if isinstance(text, str) and '"' in text:
                values[name] = text.replace('"', '\\"')
        for name in form.octal:
            values[name] = self._machine_text(name, values[name])
        return form.text % values

    def _machine_text(self, name: str, value: Value) -> str:
        """The literal of a machine's attribute: there are few values, so that each is made once."""
        key = (name, value)
        if key not in self._octal:
            column = self._columns[name]
            self._octal[key] = literal(column, value, self._name(column))
        return self._octal[key]

    def _form(self, shape: tuple[str, ...]) -> Form:
        columns = [self._columns[name] for name in shape if name in self._columns]
        lines = {name.lower(): (name, line) for name, line in (self._line(column) for column in columns)}
        for line in self._body:
            if set(SLOT.findall(line)) <= set(shape):
                name = line.partition(" = ")[0]
                lines[name.lower()] = (name, line)
        last = {self._name(column) for column in columns if column.name == LAST}
        ordered = sorted(lines.values(), key=lambda pair: (pair[0] in last, self._order(pair[0])))
        return Form(
            text="".join(f"{line}\n" for _, line in ordered),
            scaled=tuple((column.name, column.scale) for column in columns if column.scale != 1),
            flags=tuple(column.name for column in columns if column.type == "flag"),
            texts=tuple(column.name for column in columns if column.type == "text" and not self._is_octal(column)),
            octal=tuple(column.name for column in columns if self._is_octal(column)),
        )

    def _is_octal(self, column: Column) -> bool:
        return column.type == "text" and self._name(column).startswith(OCTAL_PREFIX)

    def _name(self, column: Column) -> str:
        return column.attributes[1 if column.name in self._second else 0]

    def _line(self, column: Column) -> tuple[str, str]:
        name, slot = self._name(column), f"%({column.name})s"
        if column.type == "text" and not self._is_octal(column):
            slot = f'"{slot}"'
        return name, f"{name} = {slot}.0" if column.name in REALS else f"{name} = {slot}"


def scaled(value: Value, scale: int) -> str:
    """A stored whole number as ads have it: whole cores without a point, seconds of CPU time always with one."""
    if not isinstance(value, int):
        raise TypeError(f"a scaled column holds whole numbers, not {value!r}")
    return str(value // scale) if scale == MILLI and value % scale == 0 else repr(value / scale)


def nested(columns: tuple[Column, ...], values: Mapping[str, Value]) -> str:
    """A nested ad on one line, of those columns that have a value."""
    parts = []
    for column in columns:
        value = values.get(column.name)
        if value is not None:
            parts.append(f"{column.attributes[0]} = {literal(column, value, column.attributes[0])}")
    return f"[ {'; '.join(parts)} ]"
