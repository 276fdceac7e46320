"""From where on something is a finding: the numbers of `thresholds.toml`, checked when they are read."""

import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).with_name("thresholds.toml")


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BlackHole(_Written):
    """A host that fails at least `failed_share` of at least `fewest_runs` runs, whose failures end within `short_s`.

    It takes more runs than other hosts do: at least `times_faster` as many as the middle one of its site, or of the
    pool where its site has fewer than three.
    """

    fewest_runs: int = Field(ge=1)
    failed_share: float = Field(gt=0, le=1)
    short_s: int = Field(gt=0)
    times_faster: float = Field(ge=1)


class Storm(_Written):
    """A part of the window (one of `blocks`) in which a class came much more often than in the base window.

    times_base     at least so many times as often as in all of it
    times_worst    and as in the worst of its parts of that length
    """

    blocks: int = Field(ge=1)
    fewest_failed: int = Field(ge=1)
    times_base: float = Field(gt=1)
    times_worst: float = Field(ge=1)
    largest_p: float = Field(gt=0, lt=1)


class Quiet(_Written):
    """A stream of which at most `share_left` of at least `fewest_expected` runs came, though it was a steady one.

    steadiness     of the base window's parts as long as the window, the poorest had at least so much of their mean
    pool_share     where less of the pool's own runs came, it is the pool, or the collection, that is quiet
    """

    fewest_expected: int = Field(ge=1)
    share_left: float = Field(ge=0, lt=1)
    steadiness: float = Field(ge=0, le=1)
    pool_share: float = Field(gt=0, lt=1)
    largest_p: float = Field(gt=0, lt=1)


class New(_Written):
    """A signature that was never seen before the window, with so many failures of so many jobs."""

    fewest_failed: int = Field(ge=1)
    fewest_jobs: int = Field(ge=1)


class Thresholds(_Written):
    """What a place needs to stand out.

    fewest_failed      failures there
    fewest_jobs        jobs that they are of: one job that fails again and again is no place's fault
    fewest_tried       attempts there that could have failed so
    fewest_elsewhere   attempts elsewhere, to compare with
    smallest_effect    risk ratio, of which the lower end of the interval counts
    largest_p          probability by chance, corrected for everything that was looked at
    smallest_adjusted  failures there, of those to be expected of the same users elsewhere (of a user's or an image's:
                       of others at the same sites)
    smallest_change    rate there, of that in the base window, that makes a finding an alarm
    no_faults          classes that somebody wished for
    """

    fewest_failed: int = Field(ge=1)
    fewest_jobs: int = Field(ge=1)
    fewest_tried: int = Field(ge=1)
    fewest_elsewhere: int = Field(ge=1)
    smallest_effect: float = Field(gt=1)
    largest_p: float = Field(gt=0, lt=1)
    smallest_adjusted: float = Field(gt=1)
    smallest_change: float = Field(ge=1)
    no_faults: tuple[str, ...]
    black_hole: BlackHole
    storm: Storm
    quiet: Quiet
    new: New


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """The thresholds of this version."""
    return Thresholds.model_validate(tomllib.loads(FILE.read_text("utf-8")))
