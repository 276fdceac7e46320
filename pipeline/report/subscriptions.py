"""Who gets which report by mail: a TOML file in, subscriptions out. Whoever is named there sees that report: the file
decides it, and nothing that jobs say.
"""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.errors import SettingsError
from pipeline.mail.address import is_address
from pipeline.report.made import Form, Kind
from pipeline.report.period import Period

LARGEST = 4 << 20
Every = Literal["month", "quarter", "year", "fiscal year"]


class Subscription(BaseModel):
    """A table [[subscriptions]]."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$", description="What people call it.")
    to: tuple[str, ...] = Field(min_length=1, description="Mail addresses.")
    report: Kind = Field(description="facility, project or site.")
    of: str = Field(default="", max_length=2000, description="The project or site, as registered; none of a facility.")
    every: Every = Field(default="month", description="month, quarter, year or fiscal year: the last that is over.")
    day: int = Field(default=3, ge=1, le=90, description="On which day after the period's end it is sent, or later.")
    form: Form = Field(default="pdf", description="pdf or html.")
    annex: bool = Field(default=False, description="With all rows, as CSV files in a zip file.")
    as_closed: bool = Field(default=False, description="Waits until its months are closed, with their numbers.")
    pool: str = Field(default="", description="Pool; empty: the first real one.")
    template: str = Field(default="", description="TOML file, relative to this one; empty: setting report_template.")

    @field_validator("to")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not is_address(one):
                raise ValueError(f"{one[:80]!r} is no mail address")
        plain = tuple(one.lower() for one in value)
        if len(set(plain)) < len(plain):
            raise ValueError("an address is named twice")
        return plain

    @model_validator(mode="after")
    def _is_of_something(self) -> Self:
        if bool(self.of) == (self.report == "facility"):
            raise ValueError("projects and sites are named by `of`, a facility is not")
        return self

    def newest(self, today: date, fiscal_month: int) -> Period:
        """The last of its periods that is over."""
        last = today.replace(day=1) - timedelta(days=1)
        if self.every == "month":
            return Period.parse(f"{last:%Y-%m}", fiscal_month)
        if self.every == "quarter":
            over = (today.month - 1) // 3
            return Period.parse(f"{today.year}-Q{over}" if over else f"{today.year - 1}-Q4", fiscal_month)
        if self.every == "year":
            return Period.parse(f"{today.year - 1}", fiscal_month)
        this = Period.parse(f"FY{today.year}", fiscal_month)
        return this if this.last < today else Period.parse(f"FY{today.year - 1}", fiscal_month)

    def is_due(self, period: Period, today: date) -> bool:
        """Whether its day has come."""
        return today >= period.last + timedelta(days=self.day)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    subscriptions: tuple[Subscription, ...] = ()


def subscriptions(path: str) -> tuple[Subscription, ...]:
    """Those of that file, in its order, with whole paths of templates. Raises SettingsError that says what is wrong."""
    if not path:
        raise SettingsError("no file says who gets reports", "Set report_subscriptions in ledger.toml.")
    file = Path(path)
    try:
        found = _File.model_validate(tomllib.loads(_text(file))).subscriptions
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        hint = f"Keys of [[subscriptions]]: {', '.join(Subscription.model_fields)}. Nobody was sent anything."
        raise SettingsError(f"{file}: {name}: {first['msg']}", hint) from error
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise SettingsError(f"{file}: two subscriptions are called {twice!r}", "Nobody was sent anything.")
    beside = file.parent.absolute()
    return tuple(
        one.model_copy(update={"template": str(beside / one.template)}) if one.template else one for one in found
    )


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise SettingsError(f"{file} is larger than {LARGEST >> 20} MiB", "Is it the right file?")
        return file.read_text("utf-8")
    except OSError as error:
        raise SettingsError(f"report_subscriptions: {file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"report_subscriptions: {file} is not UTF-8 text") from error
