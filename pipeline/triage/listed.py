"""A finding as filters of the list of attempts: the attempts that it is made of, as far as columns can say it. Pure."""

from pipeline.explorer.conditions import LONGEST
from pipeline.triage.finding import Finding

_COLUMNS = {"host": "machine", "batch": "batch_name", "command": "command"}
"""Dimensions that are columns of the list; pages have filters of their own for sites, users, projects."""


def conditions_of(found: Finding) -> dict[str, str]:
    """Column of the list -> its filter: the class, the signature of what is new, and the host, batch or command.

    What is longer than a filter can be is left out. Of several hosts it is the first.
    """
    wanted = {"failure": "" if found.kind == "black_hole" else found.failure}
    wanted["signature"] = found.signature if found.new else ""
    if found.dimension in _COLUMNS:
        wanted[_COLUMNS[found.dimension]] = found.value
    return {column: _exactly(value) for column, value in wanted.items() if value and len(value) < LONGEST}


def _exactly(value: str) -> str:
    """A filter that means that text and no other, whatever it begins with."""
    return f"={value}" if value[0] in "~=?!" else value
