"""A bridge: two totals and the steps between them, exact to the milli-core-second."""

from dataclasses import dataclass

from pipeline.bridge.causes import BY_NAME, Cause
from pipeline.errors import CheckFailed


@dataclass(frozen=True)
class Witness:
    """A job (or a rejected record) that has a part in a step: its name for `explain`, and its part."""

    name: str
    pool: str
    mcore_s: int


@dataclass(frozen=True)
class Step:
    """One cause, what it adds, how many jobs it is about, and the largest of them."""

    cause: Cause
    mcore_s: int
    jobs: int
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True)
class Bridge:
    """From `used` by way of `ended` to `target`, of one group (an empty text: of all)."""

    group: str
    used_mcore_s: int
    ended_mcore_s: int
    target_mcore_s: int
    steps: tuple[Step, ...]

    @property
    def unexplained_mcore_s(self) -> int:
        """What the steps leave over."""
        return self.target_mcore_s - self.used_mcore_s - sum(step.mcore_s for step in self.steps)

    def steps_to(self, leg: str) -> tuple[Step, ...]:
        """The steps on that part of the way."""
        return tuple(step for step in self.steps if step.cause.leg == leg)

    def held(self) -> "Bridge":
        """The same. Raises CheckFailed if its steps do not add up to its difference."""
        to_ended = self.ended_mcore_s - self.used_mcore_s - sum(step.mcore_s for step in self.steps_to("ended"))
        if to_ended or self.unexplained_mcore_s:
            over = f"{to_ended:,} of them on the way to as ended"
            what = f"the bridge of {self.group!r} leaves {self.unexplained_mcore_s:,} mcore s unexplained, {over}"
            raise CheckFailed(what, "This is a defect of HTC Ledger: please report it with the days asked for.")
        return self


def step(cause: str, mcore_s: int, jobs: int, witnesses: tuple[Witness, ...]) -> Step:
    """The step of a cause. KeyError for one that is not in the list."""
    return Step(BY_NAME[cause], mcore_s, jobs, witnesses)
