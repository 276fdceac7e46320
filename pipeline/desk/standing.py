"""What holds for a finding now: acts and findings in; who has muted or acknowledged it, and notes, out. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.desk.act import About, Act
from pipeline.triage.finding import Finding


@dataclass(frozen=True)
class Standing:
    """Acts that hold for a finding, the newest of each; notes the oldest first."""

    muted: Act | None = None
    acknowledged: Act | None = None
    notes: tuple[Act, ...] = ()

    @property
    def word(self) -> str:
        """muted, acknowledged, or open."""
        return "muted" if self.muted else "acknowledged" if self.acknowledged else "open"

    @property
    def acts(self) -> tuple[Act, ...]:
        """All of them."""
        return tuple(act for act in (self.muted, self.acknowledged, *self.notes) if act is not None)


NOTHING = Standing()


def in_force(acts: Iterable[Act], now_utc: int) -> tuple[Act, ...]:
    """Acts that are not over and not taken back, the oldest first."""
    known = sorted(acts, key=lambda act: (act.at_utc, act.number))
    taken_back = {act.undoes for act in known}
    return tuple(
        act
        for act in known
        if act.done != "undo" and act.number not in taken_back and (act.until_utc is None or act.until_utc > now_utc)
    )


def standing(held: Sequence[Act], pool: str, found: Finding) -> Standing:
    """What holds for that finding. `held`: acts in force."""
    about = About.of(pool, found)
    of_it = [act for act in held if act.about.covers(about)]
    muted = [act for act in of_it if act.done == "mute"]
    acknowledged = [act for act in of_it if act.done == "ack"]
    return Standing(
        muted[-1] if muted else None,
        acknowledged[-1] if acknowledged else None,
        tuple(act for act in of_it if act.note and act.done == "note"),
    )
