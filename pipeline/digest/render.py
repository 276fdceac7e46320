"""A digest as HTML and as text, by the templates beside this file. Everything that is put in is escaped in HTML, and
made visible in both: what strangers wrote is never markup, and moves no cursor."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.digest.content import Digest
from pipeline.digest.readers import Reader
from pipeline.terminal import visible

LONGEST = 300
_TITLES = {"user": "Your week", "project": "The week of project", "operators": "The day of pool"}


def title(found: Digest) -> str:
    """“The week of project Heron: 2026-W47”"""
    of = {"user": "", "project": f" {found.reader.name}", "operators": f" {found.pool}"}[found.reader.kind]
    mark = " (simulated)" if found.simulated else ""
    return f"{_TITLES[found.reader.kind]}{shown(of) if of else ''}{mark}: {found.period.name}"


def html(found: Digest) -> str:
    """The page that a mail program shows; it loads nothing from anywhere."""
    return _environment(escaping=True).get_template("digest.html").render(_given(found))


def text(found: Digest) -> str:
    """The same as plain text."""
    return _environment(escaping=False).get_template("digest.txt").render(_given(found))


def _given(found: Digest) -> dict[str, Any]:
    return {"digest": found, "title": title(found), "whose": _whose(found.reader)}


def _whose(reader: Reader) -> str:
    return {"user": f"user {reader.name}", "project": f"project {reader.name}", "operators": "the whole pool"}[
        reader.kind
    ]


def _environment(*, escaping: bool) -> Environment:
    made = Environment(
        loader=PackageLoader("pipeline.digest", ""),
        autoescape=escaping,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"shown": shown, "number": number, "percent": percent, "signed": signed}
    return made


def shown(name: object) -> str:
    """What strangers wrote, visible and of bounded length."""
    whole = visible(str(name))
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"


def number(value: float | None) -> str:
    """`1,234.5`, counts without a fraction; `<0.1` for what would look like nothing; a dash where it is not known."""
    if value is None:
        return "—"
    if 0 < value < 0.05:
        return "<0.1"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def percent(share: float | None) -> str:
    """`12.3 %`; a dash where it is not known."""
    return "—" if share is None else f"{100 * share:,.1f} %"


def signed(change: float | None) -> str:
    """`+12.3 %`; a dash where it is not known."""
    return "—" if change is None else f"{100 * change:+,.1f} %"
