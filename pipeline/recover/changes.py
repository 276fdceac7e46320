"""What a job should ask for when it runs again, where it failed for want of memory, disk or time. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.recover.ads import Ad
from pipeline.recover.describing import Description
from pipeline.recover.failures import Failure
from pipeline.schema import submission as known

MORE = 1.5
"""Of the most that a job is known to have used, it gets so much."""
MORE_THAN_ASKED = 2
"""Where it is not known to have used more than it asked for, it gets so many times that."""
STEP_MIB, STEP_KIB = 128, 1024
_PEAK = re.compile(r"peak usage:? (\d{1,9}) (?:megabytes|mebibytes|mib|mb)\b", re.IGNORECASE)
_TIMES = {known.JOB_TIME: "allowed_job_duration", known.RUN_TIME: "allowed_execute_duration"}


@dataclass(frozen=True)
class Change:
    """A command with another value: what it was (None: not known as a number), and why."""

    command: str
    was: int | None
    value: int
    why: str


def changes(failure: Failure, job: Mapping[str, Any], ad: Ad) -> tuple[Change, ...]:
    """The requests to change; none where the failure is another, or the limit was not the job's own."""
    if failure.name == "memory_exceeded":
        return _memory(failure, job)
    if failure.name == "disk_exceeded":
        return _disk(job)
    if failure.name == "duration_exceeded":
        return _time(failure, ad)
    return ()


def applied(description: Description, changed: tuple[Change, ...]) -> Description:
    """The description with those values: a command that it lacks is added."""
    values = {change.command: str(change.value) for change in changed}
    there = {name for name, _ in description.commands}
    commands = tuple((name, values.get(name, value)) for name, value in description.commands)
    return replace(description, commands=(*commands, *((n, v) for n, v in values.items() if n not in there)))


def _memory(failure: Failure, job: Mapping[str, Any]) -> tuple[Change, ...]:
    peak = _PEAK.search(failure.message)
    used = _most(job["memory_used_mib"], int(peak[1]) if peak else None)
    asked, given = job["request_memory_mib"], _most(job["run_memory_mib"], job["memory_mib"])
    return _raised("request_memory", asked, given, used, STEP_MIB, "MiB")


def _disk(job: Mapping[str, Any]) -> tuple[Change, ...]:
    return _raised("request_disk", job["request_disk_kib"], None, job["disk_used_kib"], STEP_KIB, "KiB")


def _time(failure: Failure, ad: Ad) -> tuple[Change, ...]:
    limits = {attribute: limit for attribute in _TIMES if (limit := ad.number(attribute)) is not None}
    named = [each for each in limits if ("execute" in failure.message.lower()) == (each == known.RUN_TIME)]
    return tuple(
        Change(_TIMES[each], limits[each], limits[each] * MORE_THAN_ASKED, f"it ran into its own {limits[each]} s")
        for each in named or limits
    )


def _raised(
    command: str, asked: int | None, given: int | None, used: int | None, step: int, unit: str
) -> tuple[Change, ...]:
    """More than what it used, or than what it had when it did not suffice; nothing where neither is known."""
    had = _most(asked, given)
    if used is not None and (had is None or used > had):
        wanted, why = used * MORE, f"it used {used:,} {unit}"
    elif had is not None:
        wanted, why = had * MORE_THAN_ASKED, f"{had:,} {unit} were not enough"
    else:
        return ()
    return (Change(command, asked, -int(-wanted // step) * step, why),)


def _most(*amounts: int | None) -> int | None:
    return max((each for each in amounts if each is not None), default=None)
