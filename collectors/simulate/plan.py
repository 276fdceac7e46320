"""What is to be simulated: a few numbers, from which every byte follows."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pipeline.errors import SettingsError
from pipeline.pools import SUFFIX, pool_of

DAY_S = 86_400
END = date(2026, 11, 20)
LABEL = re.compile(r"[a-z][a-z0-9-]{0,30}")
LEAST = {"days": 1, "jobs": 1, "projects": 8, "sites": 5, "access_points": 3, "seed": 0}
"""Smallest numbers that leave room for every kind of project and every planted trouble."""
FAULTS = (
    "bad_node",
    "full_disk",
    "wrong_library",
    "dying_cache",
    "over_requested_memory",
    "eviction_storm",
    "expired_credential",
    "black_hole",
    "walltime_policy",
    "typo",
)
"""What can be planted, by the names of `faults.toml`."""
MOST = {"days": 3660, "jobs": 10**9, "projects": 5000, "sites": 2000, "access_points": 500, "seed": 2**63 - 1}


@dataclass(frozen=True)
class Plan:
    """One simulated pool: equal plans give equal bytes. Raises SettingsError for a number out of bounds.

    days    days that the records span, the last one being `end` (UTC)
    jobs    jobs submitted in that time; those that have not left the queue by then are in no history file
    label   the pool's name; its access points are ap1.<label>.simulated, ap2..., and so is its mark
    faults  what is planted, in a pool that has ordinary failures and nothing else; None: the troubles that every pool
            for trying things out has
    """

    seed: int = 1
    days: int = 90
    end: date = END
    jobs: int = 20_000
    projects: int = 40
    sites: int = 25
    access_points: int = 3
    label: str = "prairie"
    faults: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        strangers = sorted(set(self.faults or ()) - set(FAULTS))
        if strangers:
            raise SettingsError(f"no fault is called {strangers[0]!r}", f"One of {', '.join(FAULTS)}.")
        for name, least in LEAST.items():
            value = getattr(self, name)
            if not least <= value <= MOST[name]:
                raise SettingsError(f"a simulated pool cannot have {name} = {value}", f"{least} to {MOST[name]}.")
        if not LABEL.fullmatch(self.label):
            raise SettingsError(
                f"{self.label!r} cannot be the name of a simulated pool",
                "A letter, then letters, digits or dashes, all lower case: prairie.",
            )

    @property
    def begin_utc(self) -> int:
        """First second of the first day, Unix seconds."""
        return self.end_utc - self.days * DAY_S

    @property
    def end_utc(self) -> int:
        """First second after the last day, Unix seconds."""
        midnight = datetime.combine(self.end + timedelta(days=1), time(), tzinfo=UTC)
        return int(midnight.timestamp())

    @property
    def domain(self) -> str:
        """Domain of everything in the pool: not one that exists."""
        return self.label + SUFFIX

    @property
    def pool(self) -> str:
        """Name of the pool, with the mark of simulated ones."""
        return pool_of(self.aps[0], None, self.label)

    @property
    def aps(self) -> tuple[str, ...]:
        """Names of the access points."""
        return tuple(f"ap{number}.{self.domain}" for number in range(1, self.access_points + 1))
