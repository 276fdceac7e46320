"""Acts on findings in the lake: an append-only table. An act is there as a whole or not at all, and once.

In: acts. Out: all of them, the oldest first. A request that comes twice (a second click, a call that is tried again)
within REPEATED_S is the same act.
"""

from dataclasses import replace

import pyarrow as pa

from pipeline.desk.act import Act
from pipeline.errors import LakeRace, UsageError
from pipeline.lake import Lake
from pipeline.schema import FINDING_ACT

REPEATED_S = 60
_TRIES = 8


def acts(lake: Lake) -> list[Act]:
    """All acts, the oldest first. Raises LakeError."""
    return sorted(map(Act.of_row, lake.read(FINDING_ACT).to_pylist()), key=lambda act: (act.at_utc, act.number))


def record(lake: Lake, act: Act) -> Act:
    """Put the act into the journal, on the disk when this returns. Returns it, or the one that it repeats.

    Raises LakeError if it cannot be written.
    """
    lake.require()
    for _ in range(_TRIES):
        try:
            with lake.committing():
                writer = lake.writer(FINDING_ACT)
                repeated = [one for one in acts(lake) if _repeats(act, one)]
                if repeated:
                    return repeated[0]
                writer.append(pa.Table.from_pylist([act.row()], schema=FINDING_ACT.arrow), {})
                return act
        except LakeRace:
            continue
    raise LakeRace("table finding_act: others change it all the time", "Do it again.")


def find(lake: Lake, identity: str) -> Act:
    """The act of that id, or of the only one that begins so. Raises UsageError."""
    known = acts(lake)
    found = [act for act in known if len(identity) >= 4 and act.id.startswith(identity.lower())]
    taken_back = {act.undoes for act in known}
    if len(found) != 1:
        many = "several acts have an id that begins" if found else "no act has an id that begins"
        raise UsageError(f"{many} with {identity!r}", "`htc-ledger desk list` shows them: name four digits or more.")
    if found[0].number in taken_back or found[0].done == "undo":
        raise UsageError(f"{found[0].id} is taken back already", "`htc-ledger desk list --all` tells by whom.")
    return found[0]


def _repeats(act: Act, one: Act) -> bool:
    """Whether it is the same act, done a moment before; ends are then as far apart as the two."""
    apart = act.at_utc - one.at_utc
    if not 0 <= apart <= REPEATED_S:
        return False
    ends = None if one.until_utc is None else one.until_utc + apart
    is_same_end = act.until_utc in (one.until_utc, ends)
    return is_same_end and replace(one, at_utc=0, until_utc=None) == replace(act, at_utc=0, until_utc=None)
