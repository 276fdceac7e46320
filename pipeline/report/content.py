"""What a report says, before it is PDF or HTML: sections of blocks, all numbers already words.

Texts are texts: whoever writes them into a form escapes them there. Shares are between 0 and 1.
"""

from dataclasses import dataclass
from typing import Literal

_LONG = 40


@dataclass(frozen=True)
class Paragraph:
    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Tile:
    """A number that stands alone, what it is of, and what it is compared with (may be empty)."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Tiles:
    tiles: tuple[Tile, ...]
    kind: Literal["tiles"] = "tiles"


@dataclass(frozen=True)
class Table:
    """heads and rows are of one length; `numbers`: which columns hold numbers; `sums`: the last row is the whole."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...]
    sums: bool = False
    kind: Literal["table"] = "table"

    @property
    def has_long(self) -> tuple[bool, ...]:
        """Which columns hold texts that need some width to be read."""
        return tuple(any(len(row[place]) > _LONG for row in self.rows) for place in range(len(self.heads)))


@dataclass(frozen=True)
class Bar:
    """share   its length beside the longest; None: not known, and no bar"""

    label: str
    shown: str
    share: float | None


@dataclass(frozen=True)
class Chart:
    """Columns in a row, or bars below each other; `alt` says in words what is to be seen."""

    caption: str
    alt: str
    form: Literal["columns", "bars"]
    bars: tuple[Bar, ...]
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True)
class Steps:
    """Sentences in an order, with numbers before them."""

    steps: tuple[str, ...]
    kind: Literal["steps"] = "steps"


@dataclass(frozen=True)
class Card:
    """A proposal: what to do, why, the lines that do it (may be empty), and what is to be known of it."""

    title: str
    text: str
    lines: str
    note: str
    kind: Literal["card"] = "card"


Block = Paragraph | Tiles | Table | Chart | Steps | Card


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Cover:
    """What stands before all sections. `marks`: what must not be overlooked, such as that a pool is made up.

    is_brief    the head of a first page, not a page of its own with a table of contents
    """

    facility: str
    title: str
    period: str
    lines: tuple[str, ...]
    marks: tuple[str, ...]
    is_brief: bool = False


@dataclass(frozen=True)
class Report:
    """Everything that a reader sees, whatever the form."""

    cover: Cover
    sections: tuple[Section, ...]

    @property
    def heading(self) -> str:
        """The document's title, in one line."""
        return f"{self.cover.facility}: {self.cover.title}, {self.cover.period}"
