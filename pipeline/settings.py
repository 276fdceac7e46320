"""All settings, once: a frozen object from `ledger.toml` and the environment (prefix HTC_LEDGER_).

Order, strongest first: environment, then the TOML file named by HTC_LEDGER_CONFIG or `ledger.toml` in the working
directory, then the defaults below. A key that is not known is refused, with the nearest one that is.
"""

import difflib
import json
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipeline.alerts.rule import AlertRule
from pipeline.elastic.settings import API_KEY, ElasticSettings
from pipeline.elastic.settings import PASSWORD as ELASTIC_PASSWORD
from pipeline.errors import SettingsError
from pipeline.exports.settings import ExportSettings
from pipeline.mail.settings import PASSWORD, MailSettings
from pipeline.rights.identity_settings import IdentitySettings
from pipeline.source_settings import KINDS, Source

PREFIX = "HTC_LEDGER_"
CONFIG_FILE = "ledger.toml"
SERVED_TOKEN = PREFIX + "TOKEN"
"""Variable with the token that a command sends to the ledger of its `--url`."""
NOT_SETTINGS = frozenset(
    {
        *(PREFIX + name for name in ("CONFIG", "CHROMIUM", "POOL_HOME", "ELASTIC_HOME", "PROVIDER_HOME")),
        *(PASSWORD, ELASTIC_PASSWORD, API_KEY, SERVED_TOKEN),
    }
)
"""Variables with our prefix that choose the file, a browser or a folder for the tests, or hold a secret."""
TABLES = ("sources", "alerts")
"""Settings that are arrays of tables."""


class Settings(MailSettings, ElasticSettings, ExportSettings, IdentitySettings, BaseSettings):
    """Each field is a key of `ledger.toml` and, in capitals after HTC_LEDGER_, an environment variable."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    lake: Path = Field(
        default=Path("lake"), description="Folder of the lake: the records, and the cubes built from them."
    )
    pool: str = Field(default="pool", description="Pool that records belong to where `--pool` is not given.")
    zone: str = Field(default="UTC", description="Reporting time zone: where a day begins (an IANA name).")
    other_zones: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="More time zones to ask in, with `--zone` and on the pages; each adds its own days to the cube. In "
        "the environment: names with commas between them.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the dashboard listens on.")
    port: int = Field(default=8050, ge=0, le=65535, description="Port of the dashboard; 0 takes a free one.")
    stale_after_h: int = Field(
        default=24, ge=1, description="Hours without a new record after which data are called stale."
    )
    largest_slot_cpus: int = Field(
        default=4096, ge=1, description="More cores than this in one attempt is a wrong record."
    )
    archive: Literal["all", "rejects"] = Field(
        default="all", description="Whose original bytes are kept: of `all` records, or of `rejects` only."
    )
    archive_days: int = Field(default=0, ge=0, description="Days that original bytes are kept; 0: for ever.")
    pool_ads_days: int = Field(
        default=0, ge=0, description="Days that ads of slots, schedds and other daemons are kept; 0: for ever."
    )
    vacuum_after_h: int = Field(
        default=24,
        ge=1,
        le=168,
        description="Hours after which a file that newer ones replaced is removed; more than any build takes.",
    )
    build_memory_mib: int = Field(
        default=1536, ge=256, description="Memory that a build may take before it spills to disk."
    )
    collect_processes: int = Field(
        default=4, ge=1, le=64, description="Polls that `collect` runs at a time, each in a process of its own."
    )
    proof_every_s: int = Field(
        default=900,
        ge=0,
        description="Seconds between two proofs of `collect --watch` that nothing more was written; one round always "
        "writes them.",
    )
    metrics_port: int = Field(
        default=0, ge=0, le=65535, description="Port of /metrics and /healthz of `collect --watch`; 0: none."
    )
    metrics_host: str = Field(
        default="127.0.0.1", description="Address that /metrics and /healthz listen on; they name what is collected."
    )
    build_every_s: int = Field(
        default=300, ge=0, description="Least seconds between two builds of `collect --watch`; 0: it never builds."
    )
    maintain_every_h: int = Field(
        default=24, ge=0, description="Hours between two maintenances of the lake by `collect --watch`; 0: never."
    )
    fiscal_year_month: int = Field(
        default=1, ge=1, le=12, description="First month of a fiscal year; FY2026 is the one that ends in 2026."
    )
    report_template: str = Field(
        default="", description="TOML file of how reports look and what is in them; empty: the usual one."
    )

    sources: tuple[Source, ...] = Field(
        default=(), description="What `collect` reads: tables [[sources]], each with `name` and `kind`."
    )
    alerts: tuple[AlertRule, ...] = Field(
        default=(), description="Who is told at once of which findings: tables [[alerts]], each with `name` and `to`."
    )

    @field_validator(*TABLES)
    @classmethod
    def _names_are_unique(cls, value: Any, info: ValidationInfo) -> Any:
        names = [table.name for table in value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two {info.field_name} are called {', '.join(twice)}")
        return value

    @field_validator("other_zones", mode="before")
    @classmethod
    def _zones_of_text(cls, value: Any) -> Any:
        """Of the environment they come as one text."""
        return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        return _known_zone(value)

    @field_validator("other_zones")
    @classmethod
    def _zones_are_known_and_different(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = [_known_zone(name).lower() for name in (*value, info.data.get("zone", "UTC"))]
        twice = sorted({name for name in value if known.count(name.lower()) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is there already, as `zone` or as another of them")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_path())


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin") from error
    return name


def config_path() -> Path:
    """The TOML file that is read: HTC_LEDGER_CONFIG, else `ledger.toml` here. It need not exist."""
    return Path(os.environ.get(PREFIX + "CONFIG", CONFIG_FILE))


def load(**overrides: Any) -> Settings:
    """The settings in force. Raises SettingsError for an unknown key or a value that cannot be used."""
    named = os.environ.get(PREFIX + "CONFIG")
    if named and not Path(named).is_file():
        raise SettingsError(f"{PREFIX}CONFIG names {named}, which is not a file")
    _refuse_unknown_variables()
    try:
        return Settings(**{key: value for key, value in overrides.items() if value is not None})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{config_path()} is not valid TOML: {error}") from error
    except ValidationError as error:
        raise SettingsError("; ".join(_explain(dict(problem)) for problem in error.errors())) from error


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | NOT_SETTINGS
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable not in known:
            raise SettingsError(f"environment variable {variable} is no setting", _nearest(variable, known))


def _explain(problem: dict[str, Any]) -> str:
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{config_path()}: {name!r} is no setting. {_nearest(name, set(Settings.model_fields))}".strip()
    if name.startswith("alerts"):  # a webhook's address may be a secret
        return f"setting {name}: {problem['msg']}"
    return f"setting {name}: {problem['msg']} (given: {problem['input']!r})"


def _nearest(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(sorted(known))}."


def as_toml() -> str:
    """A commented `ledger.toml` with every setting at its default, for `htc-ledger init`."""
    lines = [
        "# HTC Ledger. Each key can also be set in the environment: HTC_LEDGER_ + its name in capitals.",
        "# Keys that are commented out have the default shown.",
    ]
    for name, field in Settings.model_fields.items():
        if name in TABLES:
            continue
        default = field.default
        shown = str(default) if isinstance(default, int) else "[]" if default == () else f'"{default}"'
        lines += ["", f"# {field.description}", f"#{name} = {shown}"]
    lines += ["", f"# {Settings.model_fields['sources'].description}"]
    for kind in KINDS:
        lines += ["", *_example(kind)]
    lines += ["", f"# {Settings.model_fields['alerts'].description}", "#[[alerts]]", *_keys(AlertRule)]
    return "\n".join(lines) + "\n"


def _example(kind: type[BaseModel]) -> list[str]:
    """A commented table of that kind of source: every key, at its default or with an example."""
    (word,) = get_args(kind.model_fields["kind"].annotation)
    return [f"# {(kind.__doc__ or '').strip()}", "#[[sources]]", f'#kind = "{word}"', *_keys(kind)]


def _keys(table: type[BaseModel]) -> list[str]:
    """The keys of a table, at their defaults or with an example."""
    lines = []
    for name, field in table.model_fields.items():
        if name != "kind":
            shown = field.examples[0] if field.examples else "" if field.default is None else field.default
            lines.append(f"#{name} = {json.dumps(shown)}  # {field.description}")
    return lines
