"""An attempt -> its phases: how many of its seconds it was suspended, waited, moved files, or made a checkpoint for."""

from collections.abc import Iterable

from tests.oracle.ads import Ad
from tests.oracle.jobs import Attempt

FIRST_TAKES = ("suspended", "transfer_queue", "transfer_in", "transfer_out", "checkpointed")
"""In this order each takes its seconds, as far as those before it have left some."""
LAID_OUT = ("transfer_queue", "transfer_in", "suspended", "checkpointed", "rest", "transfer_out")
"""In this order they stand in the attempt's time."""


def phases(each: Attempt) -> list[tuple[str, int, int]]:
    """(phase, from, to) in Unix seconds, one after the other, from the attempt's start to its end."""
    if not each.wall_s or not each.start:
        return []
    wanted, left, seconds = seconds_of(each, each.start, each.start + each.wall_s), each.wall_s, {}
    for name in FIRST_TAKES:
        seconds[name] = min(wanted[name], left)
        left -= seconds[name]
    seconds["rest"] = left
    found, now = [], each.start
    for name in LAID_OUT:
        found.append((name, now, now + seconds[name]))
        now += seconds[name]
    return found


def seconds_of(each: Attempt, start: int, end: int) -> dict[str, int]:
    """What the attempt's own ad says of each phase; 0 where it says nothing. Instants of other runs are stale."""
    ad = each.ad
    executed = within(ad, ["JobCurrentStartExecutingDate"], start, end)
    into = within(ad, ["TransferInStarted", "JobCurrentStartTransferInputDate"], start, end)
    out = within(ad, ["TransferOutStarted", "JobCurrentStartTransferOutputDate"], start, end)
    checkpoint = within(ad, ["JobLastCheckpointTime"], start, end)
    seconds = dict.fromkeys(FIRST_TAKES, 0)
    seconds["suspended"] = suspended(each, end - start) + open_suspension(each, start, end)
    if into:
        done = within(ad, ["TransferInFinished", "JobCurrentFinishTransferInputDate"], into, end)
        seconds["transfer_in"] = (done or (executed if executed and executed >= into else end)) - into
    if out:
        seconds["transfer_out"] = (
            within(ad, ["TransferOutFinished", "JobCurrentFinishTransferOutputDate"], out, end) or end
        ) - out
    queued = within(ad, ["TransferInQueued"], start, end)
    if queued and into and into >= queued:
        seconds["transfer_queue"] += into - queued
    elif queued and not into and not executed:
        seconds["transfer_queue"] += end - queued
    queued = within(ad, ["TransferOutQueued"], start, end)
    if queued and not (checkpoint and checkpoint >= queued):
        seconds["transfer_queue"] += (out if out and out >= queued else end) - queued
    if each.labels["outcome"] == "evicted":
        seconds["checkpointed"] = saved(each, executed or start, checkpoint)
    return seconds


def within(ad: Ad, names: Iterable[str], first: int, last: int) -> int | None:
    """The first of these instants that lies there."""
    found = (ad.instant(name) for name in names)
    return next((instant for instant in found if instant and first <= instant <= last), None)


def suspended(each: Attempt, wall_s: int) -> int:
    """Closed suspensions of the run; the cumulative number goes on into later runs."""
    told = each.ad.whole("UncommittedSuspensionTime")
    if told is None and each.run == 0:
        told = each.ad.whole("CumulativeSuspensionTime")
    return told if told is not None and 0 <= told <= wall_s else 0


def open_suspension(each: Attempt, start: int, end: int) -> int:
    status = each.ad.whole("LastJobStatus" if each.source == "final" else "JobStatus")
    began = within(each.ad, ["LastSuspensionTime"], start, end) if status == 7 else None
    return end - began if began else 0


def saved(each: Attempt, began: int, checkpoint: int | None) -> int:
    """Seconds of execution up to the run's last checkpoint."""
    if checkpoint and checkpoint >= began:
        return checkpoint - began
    told = each.ad.whole("CommittedTime") if each.run == 0 else None
    return told if told is not None and 0 <= told <= (each.wall_s or 0) else 0
