"""The buckets of allocated time, in the order in which they are decided; the models `phase` and `waste` decide them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bucket:
    """One bucket: its name in the cube, a label for people, what is in it, and whether it is known to be waste."""

    name: str
    label: str
    doc: str
    wasted: bool = True


BUCKETS: tuple[Bucket, ...] = (
    Bucket("suspended", "Suspended", "the slot was held while the job stood still"),
    Bucket("transfer_queue", "Transfer queue", "waiting for the access point's transfer queue"),
    Bucket("transfer_in", "Input transfer", "files on their way to the slot"),
    Bucket("transfer_out", "Output transfer", "files on their way back"),
    Bucket("lost", "Lost contact", "the shadow lost the execution point"),
    Bucket("evicted", "Evicted", "of a run that was vacated, what no checkpoint saved"),
    Bucket("checkpointed", "Checkpointed", "of a run that was vacated, what its checkpoint saved", wasted=False),
    Bucket("held", "Held", "of a run that was put on hold"),
    Bucket("removed", "Removed", "of a run that was removed"),
    Bucket("signal", "Signal", "of a run that a signal killed"),
    Bucket("failed", "Failed", "of a run whose exit code its job does not call success"),
    Bucket("used", "Used", "of a run that ended well: what was used", wasted=False),
    Bucket("idle", "Idle", "of a run that ended well: what was not used"),
    Bucket("not_measured", "Not measured", "of a run that ended well and told nothing of its use", wasted=False),
    Bucket("unknown", "End not known", "no record says how the run ended, or it has not", wasted=False),
    Bucket("unattributed", "Unattributed", "wall time of the job that no attempt explains", wasted=False),
)
"""Every allocated core-second is in exactly one of them."""


def bucket(name: str) -> Bucket:
    """The bucket of that name; KeyError if there is none."""
    for known in BUCKETS:
        if known.name == name:
            return known
    raise KeyError(name)
