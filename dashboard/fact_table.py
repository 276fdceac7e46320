"""A plain table of facts: text that wraps, a few hundred rows at most; on a phone each row becomes a card.

For what is read, not sorted: sources and their errors, days and their evidence. Numbers to be compared stand in a grid.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from dashboard.attributes import attributes
from dashboard.shell_parts import explained

Cell = Component | str | list[Component | str]


@dataclass(frozen=True)
class Head:
    """A column: its head, what it means (a tooltip), what it holds: numbers, short codes, names, wide text."""

    label: str
    tip: str = ""
    number: bool = False
    code: bool = False
    wide: bool = False
    name: bool = False

    @property
    def css(self) -> str:
        kinds = (
            ("fact-number", self.number),
            ("fact-code", self.code),
            ("fact-wide", self.wide),
            ("fact-name", self.name),
        )
        return " ".join(name for name, applies in kinds if applies)


def fact_table(heads: Sequence[Head], rows: Sequence[Sequence[Cell]], label: str) -> Component:
    """The table; `label` says what it holds, for those who do not see it."""
    cells = [html.Th(explained(head.label, head.tip), scope="col", className=head.css) for head in heads]
    body = [
        html.Tr(
            [
                html.Td(cell, className=head.css, **attributes(data_label=head.label))
                for head, cell in zip(heads, row, strict=True)
            ]
        )
        for row in rows
    ]
    table = html.Table(
        [html.Thead(html.Tr(cells)), html.Tbody(body)], className="facts", **attributes(aria_label=label)
    )
    return html.Div(table, className="facts-frame")


def pill(word: str, text: str | None = None) -> Component:
    """A state in a word, in its colour: complete, partial, unknown, ok, failing, overdue, missing, ..."""
    return html.Span(text or word, className=f"pill pill-{word.replace(' ', '-')}")


def quiet(text: str) -> Component:
    """What stands where a table would be, if there is nothing to list."""
    return html.P(text, className="facts-none")
