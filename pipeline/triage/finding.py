"""What triage is asked and what it answers: a window of time and the one before it in; findings out."""

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from pipeline.errors import UsageError

Kind = Literal["signature", "class", "black_hole", "storm", "quiet"]
KINDS: tuple[Kind, ...] = ("signature", "class", "black_hole", "storm", "quiet")


@dataclass(frozen=True)
class Asked:
    """Runs of one pool that ended from `from_utc` on and before `to_utc`, beside those of the base window before it.

    Unix seconds. The base window begins at `base_utc` and ends where the window begins; it may be empty.
    """

    pool: str
    from_utc: int
    to_utc: int
    base_utc: int

    def __post_init__(self) -> None:
        if not self.base_utc <= self.from_utc < self.to_utc:
            raise UsageError("the window ends before it begins", "Ask for a window that begins before its end.")

    @classmethod
    def before(cls, pool: str, to_utc: int, window_s: int, base_s: int) -> "Asked":
        """The window of that many seconds that ends then, with a base of so many seconds before it."""
        return cls(pool, to_utc - window_s, to_utc, to_utc - window_s - base_s)


@dataclass(frozen=True)
class Finding:
    """Something that is broken: what, where, since when, how sure, and what it costs.

    kind       signature: failures of one class with one message; class: of one class, whatever the message;
               black_hole: a host that takes jobs and fails them at once; storm: a rate that rose everywhere;
               quiet: runs of a place or person stopped
    failure    class of the taxonomy; "" where the runs failed in several ways, or did not fail (quiet)
    signature  "" for all of the class
    dimension  site, host, user, project, image, ...; "" for the whole pool
    value      the one with most failures; `values` are all that stand out; `within` is the site that hosts share
    failed, tried                      attempts there in the window: failed so, and all that could have failed so
    failed_elsewhere, tried_elsewhere  the same, in the rest of the pool
    failed_before, tried_before        the same as the first two, in the base window
    effect     risk ratio to elsewhere (storm: to the base window; quiet: runs that were to be expected), with the ends
               of its interval of 95 %; a lower bound where none failed elsewhere
    p          probability by chance, corrected for everything that was looked at
    hours      core hours of the attempts that failed
    since_utc  when the rate changed, in Unix seconds; None: before the base window began, or too few to tell
    new        never before the window
    alarm      it is new, or much more than before: worth waking somebody; the others have been so for long
    """

    kind: Kind
    failure: str
    signature: str
    dimension: str
    value: str
    values: tuple[str, ...]
    within: str
    failed: int
    tried: int
    failed_elsewhere: int
    tried_elsewhere: int
    failed_before: int
    tried_before: int
    effect: float
    effect_low: float
    effect_high: float
    p: float
    hours: float
    jobs: int
    since_utc: int | None
    new: bool
    alarm: bool
    blame: str
    action: str
    sentence: str

    @property
    def key(self) -> str:
        """16 hexadecimal digits: equal for what is the same at the same places, whenever it is found."""
        named = (self.kind, self.failure, self.signature, self.dimension, sorted(self.values))
        return blake2b(json.dumps(named).encode(), digest_size=8).hexdigest()

    @property
    def change(self) -> float:
        """How many times as often as in the base window there; where nothing ran before, as elsewhere."""
        return changed(self.failed, self.tried, self.failed_before, self.tried_before, self.effect)


def changed(failed: int, tried: int, failed_before: int, tried_before: int, otherwise: float) -> float:
    """Rate of now to rate of before, with one failure more before; `otherwise` where nothing ran before."""
    if not tried_before or not tried:
        return otherwise
    return (failed / tried) / ((failed_before + 1) / (tried_before + 1))
