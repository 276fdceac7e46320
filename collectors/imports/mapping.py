"""How a table of one's own is read: a TOML file that says which column tells what, in which unit and time zone.

key = ["JobID"]                       # columns that name a row: a newer row with the same ones replaces it
time_zone = "Europe/Berlin"           # of times without an offset; default UTC

[columns]                             # what is told = "column", or with unit or format
local_job_id = "JobID"
user = "User"
end = { column = "End", format = "%d.%m.%Y %H:%M" }
wall = { column = "Elapsed", unit = "h" }

[constants]                           # what no column says
site = "old-cluster"
"""

import tomllib
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from pipeline.errors import SettingsError

Unit = Literal["s", "min", "h", "d", "hms", "MiB", "GiB"]
TEXTS = ("local_job_id", "submit_host", "user", "project", "vo", "site", "resource")
TIMES = ("begin", "end", "version")
WHOLE = ("jobs", "exit_code")
NUMBERS = ("cores", "gpus")
DURATIONS = ("wall", "cpu", "core_time", "gpu_time")
MEMORY = "memory"
TOLD = (*TEXTS, *TIMES, *WHOLE, *NUMBERS, *DURATIONS, MEMORY)
"""What columns and constants can tell. cores, gpus and memory are of one job; wall, cpu, core_time and gpu_time of all
jobs of the row."""
UNITS: dict[str, tuple[Unit, ...]] = {
    **dict.fromkeys(DURATIONS, ("s", "min", "h", "d", "hms")),
    MEMORY: ("MiB", "GiB"),
}
HINT = "docs/imports.md has an example."


class FromColumn(BaseModel):
    """One column: its unit (of durations and memory; the first that is possible), or its format (of times)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    column: str = Field(min_length=1)
    unit: Unit | None = None
    format: str | None = None


def _as_table(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class Mapping(BaseModel):
    """A mapping file. `period`: rows are sums over the jobs of a day or month, which begins at `begin`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    columns: dict[str, Annotated[FromColumn, BeforeValidator(_as_table)]]
    constants: dict[str, str | int | float] = {}
    key: tuple[str, ...] = ()
    time_zone: str = "UTC"
    period: Literal["day", "month"] | None = None
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    decimal: Literal[".", ","] = "."
    _digest: str = PrivateAttr(default="")

    @property
    def digest(self) -> str:
        """Of the file's bytes: a table read by another mapping is read anew."""
        return self._digest

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times without an offset."""
        return ZoneInfo(self.time_zone)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for where, names in (("columns", self.columns), ("constants", self.constants)):
            for name in names:
                if name not in TOLD:
                    raise ValueError(f"{where}.{name}: is not known; known are {', '.join(TOLD)}")
        for name, one in self.columns.items():
            _check(name, one)
            if name in self.constants:
                raise ValueError(f"constants.{name}: is told by the column {one.column!r} already")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"time_zone: {self.time_zone!r} is no time zone (such as Europe/Berlin)") from None
        self._check_period()
        return self

    def _check_period(self) -> None:
        told = {*self.columns, *self.constants}
        if self.period is not None and ("begin" not in told or "end" in told or "jobs" not in told):
            raise ValueError(f"period: rows of a {self.period} need `begin` and `jobs`, and have no `end`")
        if self.period is None and not told & {"begin", "end"}:
            raise ValueError("columns: one of `begin` and `end` is needed")
        if "wall" not in told and not {"begin", "end"} <= told:
            raise ValueError("columns: `wall` is needed, or both `begin` and `end`")


def read_mapping(path: Path) -> Mapping:
    """The mapping in that file. Raises SettingsError, with what is wrong where."""
    try:
        content = path.read_bytes()
        made = Mapping.model_validate(tomllib.loads(content.decode("utf-8")))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}", "Is the name right?") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}", HINT) from error
    except ValidationError as error:
        raise SettingsError(f"{path}: {_said(error)}", HINT) from error
    made._digest = blake2b(content, digest_size=16).hexdigest()
    return made


def _check(name: str, one: FromColumn) -> None:
    possible = UNITS.get(name, ())
    if one.unit is not None and one.unit not in possible:
        known = f"one of {', '.join(possible)}" if possible else "none"
        raise ValueError(f"columns.{name}: unit {one.unit!r} is not possible here, but {known}")
    if one.format is not None and name not in TIMES:
        raise ValueError(f"columns.{name}: a format is for times ({', '.join(TIMES)})")


def _said(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    text = str(first["msg"]).removeprefix("Value error, ")
    return f"{place}: {text}" if place else text
