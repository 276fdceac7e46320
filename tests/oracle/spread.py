"""How efficiencies of attempts are spread, a second time: sort, add up weights, take the first value that is enough."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from tests.oracle.books import Books
from tests.oracle.buckets import peaks
from tests.oracle.jobs import Attempt
from tests.oracle.lines import day_of

CUTS = (5, 25, 50, 75, 95)
SCALES = {"cpu": 1000, "memory": 1000, "wall": 3600}
Weighed = tuple[int, int]


def spread(books: Books, by: Sequence[str], of: str, zone: str = "UTC") -> list[dict[str, object]]:
    """One row a group, ordered by `by`: attempts that ended, those that measured it, and what so many % ran at most."""
    groups: dict[tuple[str, ...], list[Weighed | None]] = defaultdict(list)
    for each in books.attempts:
        if each.wall_s is not None and each.labels["venue"] == "pool":
            labels = each.labels | {"day": f"{end_day(each, zone)}"}
            groups[tuple(labels[name] for name in by)].append(weighed(each, of))
    return [dict(zip(by, key, strict=True)) | row(groups[key], of) for key in sorted(groups)]


def weighed(each: Attempt, of: str) -> Weighed | None:
    """The attempt's value in whole thousandths (or seconds) and its weight; None if nobody measured it."""
    wall_s = each.wall_s or 0
    if of == "wall":
        return wall_s, 1
    if of == "cpu":
        core_us = wall_s * (each.size.mcores or 0) * 1000
        return (each.cpu_us * 1000 // core_us, core_us) if core_us and each.cpu_us is not None else None
    asked, peak = each.ad.whole("RequestMemory") or 0, peaks(each.ad)[0]
    return (peak * 1000 // asked, wall_s * asked) if wall_s * asked > 0 and peak is not None else None


def row(values: list[Weighed | None], of: str) -> dict[str, object]:
    known = sorted(value for value in values if value is not None)
    cuts = {f"p{cut}": quantile(known, cut) for cut in CUTS}
    return {"attempts": len(values), "measured": len(known)} | {
        name: None if value is None else value / SCALES[of] for name, value in cuts.items()
    }


def quantile(known: list[Weighed], cut: int) -> int | None:
    """The smallest value at or below which so many per cent of the weight lie."""
    whole, so_far = sum(weight for _, weight in known), 0
    for value, weight in known:
        so_far += weight
        if so_far * 100 >= whole * cut:
            return value
    return None


def end_day(each: Attempt, zone: str) -> date:
    """The day of the last second of the run; of one without length that of its start."""
    end = (each.end or each.start or 0) - 1
    return day_of(max(end, each.start or end), ZoneInfo(zone))
