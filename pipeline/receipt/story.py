"""What is odd about a job and its records, told by rules: two final ads, runs taken over, records that do not count."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pipeline.receipt.parts import Said
from pipeline.receipt.sentences import say
from pipeline.schema.job import DISCONNECTED

Row = Mapping[str, Any]
_DISCONNECTED = re.compile(rf"(?im)^{DISCONNECTED}[ \t]*=[ \t]*(\d{{1,15}})[ \t]*\r?$".encode())


def notes(job: Row | None, attempts: Sequence[Row], records: Sequence[Row], ads: Sequence[bytes]) -> tuple[Said, ...]:
    """What a reader of the receipt should know first. `ads` are the bytes of the job's final ads, as far as kept."""
    said = [*_of_job(job, attempts, records), *_of_runs(attempts, records)]
    waited = [int(found.group(1)) for ad in ads for found in _DISCONNECTED.finditer(ad)]
    if waited and any(each["outcome"] == "lost" and each["wall_s"] is None for each in attempts):
        said.append(Said("shadow_waited", say("shadow_waited", when=_moment(max(waited)))))
    return tuple(said)


def _of_job(job: Row | None, attempts: Sequence[Row], records: Sequence[Row]) -> list[Said]:
    venue = (job or attempts[0])["venue"]
    said = [] if venue == "pool" else [Said(f"venue.{venue}", say(f"venue.{venue}"))]
    if job is None:
        return [*said, Said("no_final_ad", say("no_final_ad"))]
    if not attempts:
        said.append(Said("never_ran", say("never_ran")))
    if job["final_ads"] > 1:
        said.append(Said("twice", say("twice", times=_times(job["final_ads"]))))
        newest = next((row["wall_s"] for row in records if row["record_id"] == job["record_id"]), None)
        if newest is not None and newest < job["wall_s"]:
            said.append(Said("twice.wall", say("twice.wall", newest=newest, largest=job["wall_s"])))
    return said


def _of_runs(attempts: Sequence[Row], records: Sequence[Row]) -> list[Said]:
    said = []
    epochs = Counter(row["run_instance"] for row in records if row["record_type"] == "EPOCH")
    for run, times in sorted(epochs.items()):
        if times > 1:
            said.append(Said("two_epochs", say("two_epochs", run=run, times=times)))
    known = {each["run_instance"] for each in attempts}
    spawned = sorted({row["run_instance"] for row in records if row["record_type"] == "SPAWN"} - known)
    for run in spawned:
        later = min((other for other in known if other > run), default=None)
        said.append(Said("taken_over", say("taken_over", run=run, later=later)))
    return said


def why_counted(row: Row, job: Row | None, attempts: Sequence[Row], *, is_new: bool) -> tuple[bool, Said]:
    """Whether a record of the lake is counted, and the rule that says so."""
    rule = _record_rule(row, job, attempts, is_new=is_new)
    return rule in _COUNTED, Said(rule, say(rule))


_COUNTED = ("record.final", "record.final.run", "record.epoch", "record.spawn")


def _record_rule(row: Row, job: Row | None, attempts: Sequence[Row], *, is_new: bool) -> str:
    if row["table"] == "transfer":
        return "record.transfer"
    made = [each for each in attempts if each["record_id"] == row["record_id"]]
    if row["table"] == "job":
        if job is not None and job["record_id"] == row["record_id"]:
            return "record.final.run" if made else "record.final"
        return "record.new" if is_new else "record.final.older"
    if made:
        return "record.spawn" if row["record_type"] == "SPAWN" else "record.epoch"
    if row["record_type"] == "STARTD":
        return "record.startd"
    if is_new:
        return "record.new"
    if row["record_type"] == "EPOCH":
        return "record.epoch.older"
    if row["record_type"] != "SPAWN":
        return "record.other"
    known = {each["run_instance"] for each in attempts}
    return "record.spawn.has_end" if row["run_instance"] in known else "record.spawn.taken_over"


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{number} times"


def _moment(instant_utc: int) -> str:
    return datetime.fromtimestamp(instant_utc, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
