"""What people read on a terminal: text of strangers is shown, never obeyed."""

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PIPED_WIDTH = 160
"""Columns of a table that goes into a file or a pipe, where nobody says how wide it may be."""


def standard_output() -> "Console":
    """A console on standard output, as wide as the terminal; COLUMNS, if it is set, says it."""
    from rich.console import Console

    narrow = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(width=None if narrow else PIPED_WIDTH)


def plain_table() -> "Table":
    """An empty table of the look that all commands share; columns are added by who fills it."""
    from rich.table import Table

    return Table(box=None, header_style="bold", pad_edge=False)


def visible(text: str) -> str:
    """The text with control and direction characters as escapes: they are seen, and move no cursor."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def cell(value: Any) -> str:
    """A value of a table for people: null is a dash, numbers have their thousands parted, texts are made visible."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.3f}" if 0 < abs(value) < 10 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else visible(str(value))
