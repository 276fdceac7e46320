"""The verdict on a group of idle jobs as a person would say it. Pure."""

from dataclasses import dataclass

from pipeline.matching.evaluation import Condition, Verdict
from pipeline.matching.why_idle import IdleGroup, Standing, Wait, WhyIdle
from pipeline.schema import QUEUE_JOB
from pipeline.schema.pool_ads import REQUIREMENTS

OWNERS = "what the slots' owners demand (START)"
NO_SLOTS = (
    "No slot of the pool is known: its collector daemon is not asked (a source of kind `pool`), so nothing can be told."
)
NO_VERDICT = "It could not be evaluated: its expressions took too long or ended the process that evaluates them."
NO_STANDING = (
    "The submitter's standing is not known: the negotiator's accounting ads are not collected, or do not name it."
)
_UNITS = {"request_cpus_milli": "cores", "request_memory_mib": "MiB", "request_disk_kib": "KiB", "request_gpus": "GPUs"}
_NAMES = {QUEUE_JOB.column(name).attributes[0]: unit for name, unit in _UNITS.items()}


@dataclass(frozen=True)
class Said:
    """A verdict in words: the answer, and what to do about it (may be empty). `kind` is for programs."""

    kind: str
    answer: str
    advice: str = ""


def said(group: IdleGroup, whole: WhyIdle) -> Said:
    """Why the group is not running."""
    verdict = group.verdict
    if not whole.slots:
        return Said("no-slots", NO_SLOTS)
    if verdict is None:
        return Said("not-evaluated", NO_VERDICT)
    if not verdict.matching_slots:
        return _nothing_matches(verdict)
    unknown = _unknown(verdict)
    if not verdict.free_slots:
        verb = "matches, and it has no" if verdict.matching_slots == 1 else "match, and none has"
        busy = f"{_slots(verdict.matching_slots, verdict.matching_machines)} {verb} room now."
        return Said(
            "busy", f"{busy}{unknown}", "They have to wait until one has; asking for less makes more slots fit."
        )
    verb = "matches and has" if verdict.free_slots == 1 else "match and have"
    free = f"{_slots(verdict.free_slots, verdict.free_machines)} {verb} room now."
    return Said(
        "free",
        f"{free}{unknown}",
        "A start is to be expected at one of the next negotiations, unless others are before them or a limit holds.",
    )


def _nothing_matches(verdict: Verdict) -> Said:
    alone = [one for one in verdict.conditions if not one.slots]
    gain = max(verdict.conditions, key=lambda one: one.slots_without, default=None)
    answer = f"None of {_slots(verdict.slots, verdict.machines)} matches."
    if alone:
        answer += f" No slot at all fulfils {' nor '.join(named(one) for one in alone[:3])}."
    if gain is None or not gain.slots_without:
        return Said(
            "never", answer, "More than one condition would have to be given up: see below." if not alone else ""
        )
    without = f"Without {named(gain)}, {_slots(gain.slots_without, gain.machines_without)} would match."
    return Said("never", f"{answer} {without}", _what_to_do(gain))


def _what_to_do(gain: Condition) -> str:
    if gain.nowhere:
        return f"No slot advertises {', '.join(gain.nowhere)}: is it spelled as the pool's slots spell it?"
    if gain.kind == "request" and not gain.most_without:
        return "None of the slots that fit otherwise has any."
    if gain.kind == "request" and gain.most_without is not None:
        return f"Ask for no more than {amount(gain.text, gain.most_without)}: so much has the largest slot that fits."
    if gain.kind == "owner":
        return "The slots' owners do not let such jobs in: ask the pool's operators."
    return f"Relax that clause of {REQUIREMENTS.lower()}, if the job can do without."


def named(condition: Condition) -> str:
    """The condition, within a sentence."""
    if condition.kind == "owner":
        return OWNERS
    if condition.kind == "request":
        of = "" if condition.asked is None else f" = {amount(condition.text, condition.asked)}"
        return f"{condition.text}{of}"
    return f"“{condition.text}”"


def amount(label: str, value: float) -> str:
    """An amount of what is asked for, with its unit: memory and disk from 10 GiB on in GiB."""
    unit = _NAMES.get(label, "")
    mib = value / 1024 if unit == "KiB" else value
    if unit in ("MiB", "KiB"):
        return f"{mib / 1024:,.1f} GiB" if mib >= 10_240 else f"{mib:,.0f} MiB"
    return f"{value:,.10g} {unit[:-1] if value == 1 else unit}".strip()


def _unknown(verdict: Verdict) -> str:
    names = list(dict.fromkeys(name for one in verdict.conditions for name in one.not_collected))
    if not verdict.is_evaluated:
        return " What the jobs demand in their requirements is not collected yet: requests alone were looked at."
    return f" Not everything could be evaluated: {', '.join(names[:5])} is not collected." if names else ""


def _slots(slots: int, machines: int) -> str:
    return f"{slots:,} {'slot' if slots == 1 else 'slots'} on {machines:,} {'machine' if machines == 1 else 'machines'}"


def standing(found: Standing | None) -> str:
    """Where the submitter stands."""
    if found is None:
        return NO_STANDING
    share = "" if found.share is None else f"; {100 * found.share:.0f} % of the cores in use are theirs"
    return f"Priority {found.priority:,.1f}: number {found.rank:,} of {found.accounts:,} submitters{share}."


def wait(found: Wait | None) -> str:
    """When a start is to be expected, from like jobs."""
    if found is None:
        return "Too few like jobs started in the last 14 days to say when these will."
    return (
        f"Of {found.jobs:,} jobs {found.like} that started in the last 14 days, half waited up to "
        f"{duration(found.p50_s)}, nine in ten up to {duration(found.p90_s)}."
    )


def duration(seconds: int) -> str:
    """A span of time in its two largest units."""
    for unit, size, smaller, part in (("d", 86_400, "h", 3_600), ("h", 3_600, "min", 60), ("min", 60, "s", 1)):
        if seconds >= size:
            rest = seconds % size // part
            return f"{seconds // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{seconds} s"
