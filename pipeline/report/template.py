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
ProjectPartName = Literal[
    "summary",
    "next",
    "trend",
    "waste",
    "advice",
    "users",
    "sites",
    "grants",
    "completeness",
    "restatements",
    "provenance",
]
SitePartName = Literal[
    "summary",
    "next",
    "delivered",
    "trend",
    "failures",
    "capacity",
    "downtimes",
    "pledges",
    "waste",
    "completeness",
    "restatements",
    "provenance",
]
GroupName = Literal["field_of_science", "institution", "sponsor", "project", "site", "field_area", "nsf_field", "pi"]
PARTS: tuple[PartName, ...] = get_args(PartName)
"""The parts of a facility's report, in their usual order."""
GROUPS: tuple[GroupName, ...] = ("field_of_science", "institution", "sponsor", "project", "site")


class _Keys(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("parts", "groups", check_fields=False)
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < len(value):
            raise ValueError("one is named twice")
        return value


class ProjectTemplate(_Keys):
    """The table [project]: what is different in a project's report."""

    title: Line = Field(default="Computing of project", description="Title; the project's name stands behind it.")
    top: int = Field(default=6, ge=1, le=5000, description="Lines of a table; the annex has all.")
    parts: tuple[ProjectPartName, ...] = Field(
        default=get_args(ProjectPartName), min_length=1, description="Parts, in the order of the report."
    )
    texts: dict[ProjectPartName, Text] = Field(default={}, description="Own words at the start of a part.")


class SiteTemplate(_Keys):
    """The table [site]: what is different in a site's report."""

    title: Line = Field(default="Computing at", description="Title; the site's name stands behind it.")
    top: int = Field(default=8, ge=1, le=5000, description="Lines of a table; the annex has all.")
    parts: tuple[SitePartName, ...] = Field(
        default=get_args(SitePartName), min_length=1, description="Parts, in the order of the report."
    )
    texts: dict[SitePartName, Text] = Field(default={}, description="Own words at the start of a part.")


class Template(_Keys):
    """The keys of a template file."""

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
    project: ProjectTemplate = Field(default=ProjectTemplate(), description="Reports of one project.")
    site: SiteTemplate = Field(default=SiteTemplate(), description="Reports of one site.")


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
    return "\n".join([*lines, *_table(Template)]) + "\n"


def _table(keys: type[BaseModel], name: str = "") -> list[str]:
    """The keys of a table and below them the tables in it, each under its description."""
    lines, tables = [], []
    for key, field in keys.model_fields.items():
        path = f"{name}.{key}" if name else key
        if isinstance(field.default, BaseModel):
            tables += ["", f"# {field.description}", f"#[{path}]", *_table(type(field.default), path)]
        elif field.default == {}:
            tables += ["", f"# {field.description}", f"#[{path}]", '#summary = ""']
        else:
            lines += ["", f"# {field.description}", f"#{key} = {json.dumps(field.default)}"]
    return lines + tables
