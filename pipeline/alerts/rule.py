"""A rule of `ledger.toml`: which findings, and who is told. Checked when settings are loaded."""

import re
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.mail.address import is_address
from pipeline.triage.finding import KINDS, Finding, Kind

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
_HOOK = re.compile(r"https?://[^\s/@]+(/\S*)?|env:[A-Za-z_][A-Za-z0-9_]*|file:/.+")


class AlertRule(BaseModel):
    """An alert: a table [[alerts]]. Of several conditions all have to hold; one that is left out always holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="Its name, in messages and in what is kept of them.", examples=["full disks"])
    to: tuple[str, ...] = Field(
        min_length=1,
        description="Mail addresses and webhooks: name@example.org, https://..., or env:VARIABLE or file:/PATH that "
        "holds a webhook's address, if that is a secret.",
        examples=[["operators@example.org", "env:OPS_WEBHOOK"]],
    )
    pool: str = Field(default="", description="Pool; empty: the first real one.")
    kinds: tuple[Kind, ...] = Field(default=(), description=f"Kinds of findings: {', '.join(KINDS)}.")
    classes: tuple[str, ...] = Field(default=(), description="Classes of failures, as in docs/failure-classes.md.")
    sites: tuple[str, ...] = Field(default=(), description="Sites that it is at, or whose hosts it is at.")
    project: str = Field(default="", description="Looks at that project's runs alone, and tells nothing of others.")
    hours: int = Field(default=24, ge=1, le=2208, description="Hours that are looked at, up to the newest end.")
    least_hours: float = Field(default=0.0, ge=0, description="Core hours that it costs at least.")
    least_attempts: int = Field(default=1, ge=0, description="Attempts that failed so at least.")
    known: bool = Field(default=False, description="Also what is not much more than before.")
    again_after_h: int = Field(
        default=168, ge=0, description="Hours after which it is told again if it is there; 0: never again."
    )
    most: int = Field(default=10, ge=1, description="Most messages of one check to each; the others wait.")

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not _NAME.fullmatch(value):
            raise ValueError("a name has letters, digits, spaces, dots and hyphens, 64 at most")
        return value

    @field_validator("to")
    @classmethod
    def _can_be_told(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(is_address(one) or _HOOK.fullmatch(one) for one in value):
            raise ValueError("a destination is a mail address, http(s)://..., env:VARIABLE or file:/PATH")
        if len(set(value)) < len(value):
            raise ValueError("a destination is named twice")
        return value

    @model_validator(mode="after")
    def _names_known_classes(self) -> Self:
        if self.classes:
            from pipeline.triage.taxonomy import taxonomy

            strangers = sorted(set(self.classes) - taxonomy().classes.keys())
            if strangers:
                raise ValueError(f"there is no class {strangers[0]!r}; docs/failure-classes.md has all")
        return self

    def wants(self, found: Finding) -> bool:
        """Whether the rule is about that finding."""
        at = (*(found.values if found.dimension == "site" else ()), found.within)
        return (
            (self.known or found.alarm)
            and (not self.kinds or found.kind in self.kinds)
            and (not self.classes or found.failure in self.classes)
            and (not self.sites or any(site in at for site in self.sites))
            and (found.kind == "quiet" or self._is_much(found))
        )

    def _is_much(self, found: Finding) -> bool:
        """Of what went quiet nothing can be counted."""
        return found.hours >= self.least_hours and found.failed >= self.least_attempts
