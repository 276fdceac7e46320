"""What a report says, before it is PDF or HTML: sections of blocks, all numbers already words.

Texts are texts: whoever writes them into a form escapes them there. Shares are between 0 and 1.
"""

from dataclasses import dataclass
from typing import Literal


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


Block = Paragraph | Tiles | Table | Chart


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Cover:
    """What stands before all sections. `marks`: what must not be overlooked, such as that a pool is made up."""

    facility: str
    title: str
    period: str
    lines: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Everything that a reader sees, whatever the form."""

    cover: Cover
    sections: tuple[Section, ...]

    @property
    def heading(self) -> str:
        """The document's title, in one line."""
        return f"{self.cover.facility}: {self.cover.title}, {self.cover.period}"
