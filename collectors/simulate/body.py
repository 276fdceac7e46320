"""What body.txt holds: lines of ads that no column has, and the texts with which HTCondor explains itself."""

import re
from functools import cache
from importlib.resources import files

SECTION = re.compile(r"\[(\w+)]")


@cache
def sections() -> dict[str, tuple[str, ...]]:
    """The lines of body.txt by section, without its comments."""
    found: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("body.txt").read_text(encoding="utf-8").splitlines():
        if head := SECTION.fullmatch(line):
            lines = found.setdefault(head[1], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return {name: tuple(lines) for name, lines in found.items()}


@cache
def wording(name: str) -> str:
    """A text by its name; it may have {parts} to be filled in. KeyError if there is none."""
    return dict(line.split(" = ", 1) for line in sections()["texts"])[name]
