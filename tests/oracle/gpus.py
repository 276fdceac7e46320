"""GPU hours by model, a second time: the slots' ads beside each run, one by one.

Job records name no model. It is what an ad of the run's own slot says while it ran, else what all of its startd's ads
say from the day before to the day after, else unknown. A MIG slice is its share of the GPU's compute slices.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tests.oracle.ads import Ad
from tests.oracle.books import Books
from tests.oracle.jobs import Attempt
from tests.oracle.lines import Line

UNKNOWN = "unknown"
A_DAY = 86_400


@dataclass(frozen=True)
class Slot:
    """A slot's ad that has GPUs: which model; `mixed`: it has several."""

    name: str
    startd: str
    job: str | None
    model: str | None
    mixed: bool
    seen: int


def slots(path: Path) -> list[Slot]:
    """The ads with GPUs of a file of `condor_status -long`: an empty line ends an ad."""
    ads = [Ad(text.split("\n")) for text in path.read_text("utf-8").split("\n\n") if text.strip()]
    return [slot_of(ad) for ad in ads if (ad.whole("TotalSlotGPUs", "GPUs") or 0) > 0]


def slot_of(ad: Ad) -> Slot:
    name, model = ad.text("Name") or "", ad.text("GPUs_DeviceName")
    mixed = model is None and bool(ad.whole("TotalSlotGPUs")) and ad.text("AssignedGPUs") is not None
    seen = ad.instant("LastHeardFrom") or ad.instant("MyCurrentTime") or 0
    return Slot(name, startd(name, ad.text("Machine")), ad.text("GlobalJobId"), model, mixed, seen)


def startd(slot: str, machine: str | None) -> str:
    return slot.partition("@")[2] if "@" in slot else machine or slot


def model_of(each: Attempt, seen: Sequence[Slot]) -> str:
    name = each.ad.text("RemoteHost") or each.ad.text("LastRemoteHost")
    begin = each.start
    if name is None or begin is None:
        return UNKNOWN
    end = each.end or begin
    own = [one for one in seen if one.name == name and begin <= one.seen <= end and one.job in (None, each.job)]
    said = [(one.seen, one.model) for one in own if one.model is not None]
    if said:
        return max(said)[1]
    host = startd(name, each.ad.text("MachineAttrMachine0"))
    near = [one for one in seen if one.startd == host and begin - A_DAY <= one.seen <= end + A_DAY]
    models = {one.model for one in near if one.model is not None}
    return models.pop() if len(models) == 1 and not any(one.mixed for one in near) else UNKNOWN


def share_of(model: str) -> Fraction | None:
    """How much of a whole GPU it is; None if it is a slice that nobody knows."""
    if " MIG " not in model:
        return Fraction(1)
    found = re.search(r" MIG (\d)g\.\d+gb", model)
    slices = 4 if re.search(r"\bA30\b", model) else 7
    number = int(found[1]) if found else 0
    return Fraction(number, slices) if 1 <= number <= slices else None


def gpu_usage(books: Books, seen: Sequence[Slot], by: Sequence[str], booking: str = "used") -> list[dict[str, object]]:
    """One row a group, ordered by `by` (with `gpu_model` in it): hours, whole-GPU hours, and how much is known."""
    models = {
        (each.labels["ap"], each.job, each.run): model_of(each, seen) for each in books.attempts if each.size.gpus
    }
    groups: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    for line in books.used if booking == "used" else books.ended:
        if line.labels["venue"] == "pool" and line.wall_s and line.size.gpus:
            model = line_model(line, models, booking)
            labels = line.labels | {"day": f"{line.day}", "gpu_model": model}
            groups[tuple(labels[name] for name in by)].append((line.wall_s * line.size.gpus, model))
    return [dict(zip(by, key, strict=True)) | measures(groups[key]) for key in sorted(groups)]


def line_model(line: Line, models: dict[tuple[str, str, int], str], booking: str) -> str:
    """As used: the run's own; as ended: that of the job's last run that had GPUs; of a residual nobody knows it."""
    ap = line.labels["ap"]
    if booking == "used":
        return models[ap, line.job, line.runs[0]] if line.runs else UNKNOWN
    runs = [run for of_ap, job, run in models if (of_ap, job) == (ap, line.job)]
    return models[ap, line.job, max(runs)] if runs else UNKNOWN


def measures(parts: Iterable[tuple[int, str]]) -> dict[str, object]:
    listed = list(parts)
    gpu_s = sum(seconds for seconds, _ in listed)
    whole = sum((seconds * (share_of(model) or 1) for seconds, model in listed), Fraction(0))
    known = sum(seconds for seconds, model in listed if model != UNKNOWN and share_of(model) is not None)
    full_h = float(whole / 3600)
    return {"gpu_h": gpu_s / 3600, "gpu_full_h": full_h, "gpu_model_coverage": known / gpu_s}
