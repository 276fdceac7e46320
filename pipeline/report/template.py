"""How a facility wants its reports: a TOML file with its name, logo, texts and selection. Every key has a default."""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from pipeline.errors import SettingsError

MOST_LOGO_BYTES = 1 << 20
Text = Annotated[str, StringConstraints(max_length=20_000)]
Line = Annotated[str, StringConstraints(max_length=200)]
PartName = Literal[
    "summary",
    "delivered",
    "people",
    "trend",
    "comparison",
    "commitments",
    "efficiency",
    "capacity",
    "bridge",
    "method",
    "completeness",
    "restatements",
    "provenance",
]
GroupName = Literal["field_of_science", "institution", "sponsor", "project", "site", "field_area", "nsf_field", "pi"]
PARTS: tuple[PartName, ...] = get_args(PartName)
"""The parts that there are, in their usual order."""
GROUPS: tuple[GroupName, ...] = ("field_of_science", "institution", "sponsor", "project", "site")


class Template(BaseModel):
    """The keys of a template file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    facility: Line = Field(default="", description="Name of the facility; empty: that of the pool.")
    title: Line = Field(default="Delivered computing", description="Title of the report.")
    contact: Line = Field(default="", description="Whom to ask, on the cover.")
    logo: str = Field(default="", description="PNG, JPEG or SVG file, relative to the template.")
    logo_text: Line = Field(default="", description="What the logo shows, for who cannot see it; empty: its owner.")
    colour: str = Field(default="#1f4e79", pattern=r"^#[0-9a-fA-F]{6}$", description="Colour of headings and bars.")
    paper: Literal["a4", "us-letter"] = Field(default="a4", description="Paper of the PDF.")
    font: Line = Field(default="", description="Typeface of the PDF; empty: Libertinus Serif, which comes with typst.")
    fonts: str = Field(default="", description="Folder with more typefaces, relative to the template.")
    top: int = Field(default=15, ge=1, le=5000, description="Lines of a table by group; the annex has all.")
    groups: tuple[GroupName, ...] = Field(default=GROUPS, description="By what delivered hours are shown.")
    parts: tuple[PartName, ...] = Field(default=PARTS, min_length=1, description="Parts, in the order of the report.")
    texts: dict[PartName, Text] = Field(default={}, description="Own words at the start of a part.")

    @field_validator("parts", "groups")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < len(value):
            raise ValueError("one is named twice")
        return value


def load(path: Path | None) -> Template:
    """The template of that file; its own paths made absolute. None: the usual one. Raises SettingsError."""
    if path is None:
        return Template()
    try:
        found = Template.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the template {path} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the template {path} is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        hint = f"Keys: {', '.join(Template.model_fields)}."
        raise SettingsError(f"the template {path}: {name}: {first['msg']}", hint) from error
    places = {key: str(path.parent.absolute() / value) for key in ("logo", "fonts") if (value := getattr(found, key))}
    return found.model_copy(update=places)


def logo_of(template: Template) -> tuple[str, bytes] | None:
    """Form (png, jpg or svg) and bytes of the logo; None if there is none. Raises SettingsError."""
    if not template.logo:
        return None
    path = Path(template.logo)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_LOGO_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"the logo {path} cannot be read: {error.strerror}") from error
    if len(content) > MOST_LOGO_BYTES:
        raise SettingsError(f"the logo {path} is larger than {MOST_LOGO_BYTES >> 10} KiB", "Take a smaller picture.")
    for form, start in (("png", b"\x89PNG\r\n\x1a\n"), ("jpg", b"\xff\xd8\xff")):
        if content.startswith(start):
            return form, content
    if b"<svg" in content[:4096]:
        return "svg", content
    raise SettingsError(f"the logo {path} is no PNG, JPEG or SVG")


def as_toml() -> str:
    """A commented template with every key at its default."""
    lines = ["# How reports look and what is in them. Keys that are commented out have the default shown."]
    for name, field in Template.model_fields.items():
        lines += ["", f"# {field.description}"]
        lines.append('#[texts]\n#summary = ""' if name == "texts" else f"#{name} = {json.dumps(field.default)}")
    return "\n".join(lines) + "\n"
