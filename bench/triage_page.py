"""How well planted faults were found, as people read it: the weeks of each part in, Markdown out."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from bench.triage_seed import DAYS, JOBS, NEAR_H, TIMES_LESS, Told, Week
from collectors.simulate.plan import FAULTS

Part = tuple[str, Sequence[Week]]
_HEAD = f"""\
# Are planted faults found?

<!-- Written by `python -m bench.triage`; do not edit. -->

For each seed three simulated pools of {JOBS:,} jobs in {DAYS} days, each with failures of its own at rates that differ
many times over between hosts, sites, users and batches (`htc-ledger simulate --fault none`): one without faults, one
with all ten at once, one with one of them alone. Every fault begins in the last week, which is asked about beside the
week before. Only alarms count: what has been so for long is shown by `htc-ledger triage`, but wakes nobody.

* **place**: an alarm names the fault's host, site, cache, image or user, and nothing beside it.
* **named**: that alarm names the class of failure, too (a black hole: that it is one).
* **since**: it says since when, at most {NEAR_H:.0f} hours off; that nobody met a fault at first, it cannot know.
* Far too much memory asked for is no failure. It is found where `htc-ledger advice` tells the user that a part of it is
  enough ({TIMES_LESS:.0f} times less, or more), and did not the week before.

Ten at once hide one another: who mistypes a name and runs in an image that lacks a library fails either way. And faults
are made here as their maker thought that pools fail: what a real pool does, only a real pool tells.
"""


def page(parts: Mapping[str, Part]) -> str:
    """The page of those parts that were tried."""
    lines = [_HEAD]
    for name, (settled, weeks) in parts.items():
        lines += _part(name, settled, weeks)
    return "\n".join(lines) + "\n"


def _part(name: str, settled: str, weeks: Sequence[Week]) -> Iterator[str]:
    seeds = sorted({week.seed for week in weeks})
    why = {
        "tuning": "the thresholds were chosen with these seeds",
        "unseen": "seeds that the thresholds were not chosen with",
    }[name]
    yield f"## Seeds {seeds[0]} to {seeds[-1]}: {why}"
    yield from ("", f"`thresholds.toml` with the hash `{settled}`.", "", *_sums(weeks), "", *_faults(weeks), "")
    yield from ("Every seed:", "", *_seeds(weeks), "", *_wrong(weeks), "")


def _sums(weeks: Sequence[Week]) -> list[str]:
    told = [one for week in weeks for one in week.told]
    quiet = [week for week in weeks if week.planted == "none"]
    right, wrong = sum(week.right for week in weeks), sum(len(week.wrong) for week in weeks)
    false = sum(len(week.wrong) for week in quiet)
    cpu = [week.cpu_s for week in weeks]
    return [
        f"* Recall: **{_of(sum(one.named for one in told), len(told))}** planted faults named rightly, "
        f"{_of(sum(one.place for one in told), len(told))} at the right place.",
        f"* False alarms: **{false} in {len(quiet)} weeks without faults**, "
        f"{max((len(week.wrong) for week in quiet), default=0)} in the worst week.",
        f"* Precision: {_of(right, right + wrong)} alarms of all weeks name a planted fault rightly; the others name "
        "what follows of one elsewhere, or nothing that was planted.",
        f"* Users newly advised to ask for far less memory who had not begun to ask for more: "
        f"{sum(week.others for week in weeks)}.",
        f"* {median(cpu):.0f} s of CPU time to build and ask a pool; {max(cpu):.0f} s at most.",
    ]


def _of(some: int, of: int) -> str:
    return f"{some} of {of}" + (f", {some / of:.0%}" if of else "")


def _faults(weeks: Sequence[Week]) -> list[str]:
    lines = ["| fault | planted | place | named | since | median hours off |", "| --- | --- | --- | --- | --- | --- |"]
    for fault in FAULTS:
        told = [one for week in weeks for one in week.told if one.fault == fault]
        off = [one.off_h for one in told if one.off_h is not None]
        counts = (len(told), sum(one.place for one in told), sum(one.named for one in told))
        since = str(sum(one.timed for one in told)) if off else "—"
        cells = (fault.replace("_", " "), *counts, since, f"{median(off):+.1f}" if off else "—")
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def _seeds(weeks: Sequence[Week]) -> list[str]:
    lines = ["| seed | planted | named | not named | wrong alarms |", "| --- | --- | --- | --- | --- |"]
    for week in weeks:
        named = sum(one.named for one in week.told)
        missed = ", ".join(_missed(one) for one in week.told if not one.named)
        planted = week.planted.replace("_", " ")
        lines.append(f"| {week.seed} | {planted} | {named} of {len(week.told)} | {missed} | {len(week.wrong)} |")
    return lines


def _missed(told: Told) -> str:
    return told.fault.replace("_", " ") + (" (place only)" if told.place else "")


def _wrong(weeks: Sequence[Week]) -> list[str]:
    """Every alarm that names no planted fault, so that one can judge it."""
    found = [(week, sentence) for week in weeks for sentence in week.wrong]
    if not found:
        return ["No alarm was wrong."]
    told = [f"* {week.seed}, {week.planted.replace('_', ' ')}: {sentence}" for week, sentence in found]
    return ["<details><summary>Alarms that name no planted fault rightly</summary>", "", *told, "", "</details>"]
