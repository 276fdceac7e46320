"""A report as PDF/UA-1, by typst. Texts reach it as JSON and are shown as text: nothing in them is its language.

Equal reports give equal bytes: the document has no date, and only typefaces that come with typst, or with the template,
are used.
"""

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import typst

from pipeline.errors import SettingsError, UsageError
from pipeline.report.content import Report
from pipeline.report.template import Template, logo_of

STANDARD: Final = "ua-1"
USUAL_FONT = "Libertinus Serif"
_PLAIN_UP_TO = 0x24F
"""Up to there (Latin) the usual typeface has every printable character."""
_PROBE = (
    b'#set document(title: "-", date: none)\n#set text(lang: "en", font: json(bytes(sys.inputs.fonts)))\n#sys.inputs.c'
)


def pdf(report: Report, template: Template) -> bytes:
    """The document. Raises SettingsError for a logo or typeface that cannot be used, UsageError for what typst refuses.

    A character that no typeface at hand has is written as its number: `[U+4E2D]`.
    """
    fonts, folders = _fonts(template)
    source = (files("pipeline.report") / "report.typ").read_bytes()
    given = json.dumps(_given(report, template, fonts), ensure_ascii=False)
    for odd in sorted({c for c in given if ord(c) > _PLAIN_UP_TO}):
        if not _has(odd, fonts, folders):
            given = given.replace(odd, f"[U+{ord(odd):04X}]")
    return _compiled(source, {"report": given}, folders)


def _given(report: Report, template: Template, fonts: tuple[str, ...]) -> dict[str, Any]:
    logo = logo_of(template)
    look = {"colour": template.colour, "paper": template.paper, "fonts": fonts}
    picture = {"form": logo[0], "bytes": list(logo[1])} if logo else None
    words = template.logo_text or f"Logo of {report.cover.facility}"
    return asdict(report) | {"heading": report.heading, "look": look, "logo": picture, "logo_text": words}


def _fonts(template: Template) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of typefaces, the first choice first, and the folder that they are in."""
    folders = (template.fonts,) if template.fonts else ()
    for folder in folders:
        if not Path(folder).is_dir():
            raise SettingsError(f"{folder} is no folder of typefaces")
    if not template.font:
        return (USUAL_FONT,), folders
    known = _typefaces(folders).families()
    if template.font not in known:
        hint = f"There are: {', '.join(sorted(known))}; the key `fonts` names a folder with more."
        raise SettingsError(f"there is no typeface {template.font!r}", hint)
    return (template.font, USUAL_FONT), folders


@cache
def _typefaces(folders: tuple[str, ...]) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=list(folders))


@cache
def _has(character: str, fonts: tuple[str, ...], folders: tuple[str, ...]) -> bool:
    """Whether a typeface has that character: PDF/UA refuses a document with one that none has."""
    inputs = {"c": character, "fonts": json.dumps(fonts)}
    try:
        _compile(_PROBE, inputs, folders)
    except typst.TypstError:
        return False
    return True


def _compiled(source: bytes, inputs: dict[str, str], folders: tuple[str, ...]) -> bytes:
    try:
        return _compile(source, inputs, folders)
    except typst.TypstError as error:
        hint = "A logo that is no picture can be the reason; --format html shows the report without typst."
        raise UsageError(f"typst refuses this report: {error.message}", hint) from error


def _compile(source: bytes, inputs: dict[str, str], folders: tuple[str, ...]) -> bytes:
    made = typst.compile(
        source,
        sys_inputs=inputs,
        font_paths=_typefaces(folders),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARD,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gives one PDF as bytes")
    return made
