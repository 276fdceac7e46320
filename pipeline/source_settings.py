"""What is collected: the `[[sources]]` of ledger.toml, one frozen model per kind of source."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Stream = Literal["history", "epochs", "queue"]
Maybe = Annotated[str | None, BeforeValidator(lambda value: value or None)]
"""A text that may be left out; an empty one means the same."""


class _Source(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(
        pattern=r"^[\w.@+-]{1,80}$", description="What people call it; no two sources share one.", examples=["mine"]
    )
    pool: Maybe = Field(default=None, description="Pool of its records; else the setting `pool`.")
    interval_s: int = Field(default=300, ge=5, description="Seconds between two polls.")
    timeout_s: int = Field(
        default=120, ge=5, description="Seconds after which a poll is given up, and its process ended."
    )


class FilesSource(_Source):
    """Files of one or many access points and execution points, as far as this machine can read them."""

    kind: Literal["files"]
    paths: tuple[str, ...] = Field(
        min_length=1,
        examples=[["/var/lib/condor/spool/history*", "/var/lib/condor/spool/epoch_history*"]],
        description="Files and globs: history*, epoch_history*, startd_history*, per-job folders; also .gz and .zst.",
    )
    ap: Maybe = Field(default=None, description="Access point of the records; else each job's own id says it.")
    ce: bool = Field(default=False, description="The access point is a CE: its jobs are pilots.")
    interval_s: int = Field(default=60, ge=5, description="Seconds between two polls.")
    timeout_s: int = Field(default=3600, ge=5, description="Seconds after which a poll is given up.")


class ScheddsSource(_Source):
    """Access points that are asked over the network by htcondor2."""

    kind: Literal["schedds"]
    collector: Maybe = Field(default=None, description="Host of the collector daemon; else COLLECTOR_HOST.")
    schedds: tuple[str, ...] = Field(default=(), description="Names of access points; empty: all that are found.")
    constraint: str = Field(default="", description="ClassAd expression over schedd ads: which ones are asked.")
    streams: tuple[Stream, ...] = Field(
        default=("history", "epochs", "queue"), description="What is asked for: history, epochs, queue."
    )
    ce: bool = Field(default=False, description="They are CEs: their jobs are pilots.")
    page: int = Field(default=5000, ge=10, description="Most ads that one query may bring.")
    whole_ads: bool = Field(
        default=True,
        description="Final ads are asked for with all of their attributes, so that `recover` can submit jobs again; "
        "else with those that the ledger counts, which are half of the bytes.",
    )
    history_tool: str = Field(
        default="condor_history",
        description="HTCondor's own tool, which reaches further back than a schedd's HISTORY_HELPER_MAX_HISTORY lets "
        "htcondor2; used where it is installed and that limit would hide ads.",
    )


class StartdsSource(_Source):
    """Execution points whose startd history is asked for over the network."""

    kind: Literal["startds"]
    collector: Maybe = Field(default=None, description="Host of the collector daemon; else COLLECTOR_HOST.")
    startds: tuple[str, ...] = Field(default=(), description="Names of machines' startds; empty: all that are found.")
    constraint: str = Field(default="", description="ClassAd expression over startd ads: which ones are asked.")
    page: int = Field(default=5000, ge=10, description="Most ads that one query may bring.")
    interval_s: int = Field(default=900, ge=5, description="Seconds between two polls.")


class PoolSource(_Source):
    """A pool's collector daemon: slots, schedds, submitters, negotiators and their accounts."""

    kind: Literal["pool"]
    collector: Maybe = Field(default=None, description="Host of the collector daemon; else COLLECTOR_HOST.")


Source = Annotated[FilesSource | ScheddsSource | StartdsSource | PoolSource, Field(discriminator="kind")]
KINDS = (FilesSource, ScheddsSource, StartdsSource, PoolSource)
