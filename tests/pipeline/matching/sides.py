"""Jobs and slots for tests: random ones, and the obvious evaluation of a pair of them by HTCondor's library."""

import random
from typing import Any

import classad2

from pipeline.matching.evaluation import Job, Request, Slots
from pipeline.matching.sides import Side

CLAUSES = (
    'TARGET.Arch == "X86_64"',
    "TARGET.Memory >= RequestMemory",
    "TARGET.Disk >= RequestDisk",
    "(TARGET.HasDocker || TARGET.HasSingularity)",
    "TARGET.HasSingularity =?= true",
    'Site != "Beta"',
    "MY.Wanted =!= undefined",
    'stringListMember(TARGET.Site, "Alpha,Gamma")',
    "TARGET.Total - TARGET.Used > 2",
    "TARGET.Nowhere =?= undefined",
)
STARTS = ("true", "TARGET.RequestMemory <= 2000", 'Site =?= "Alpha" || RequestMemory < 500', "Owned =!= true", "false")


def random_job(chance: random.Random) -> Job:
    """A job that demands some of CLAUSES, and asks for memory and disk."""
    demand = " && ".join(f"({clause})" for clause in chance.sample(CLAUSES, chance.randrange(1, 6)))
    wanted = "\nwanted = 1" if chance.random() < 0.5 else ""
    values = {"requestmemory": chance.choice((100, 1000, 4000)), "requestdisk": chance.choice((10, 500))}
    requests = (
        Request("RequestMemory", "memory", values["requestmemory"]),
        Request("RequestDisk", "disk", values["requestdisk"]),
    )
    return Job(Side(values, f"requirements = {demand}{wanted}"), requests)


def random_slots(chance: random.Random, count: int) -> list[Slots]:
    """Slots that have all attributes of CLAUSES, some of them undefined."""
    return [_slot(chance, number) for number in range(count)]


def _slot(chance: random.Random, number: int) -> Slots:
    whole: dict[str, Any] = {
        "arch": chance.choice(("X86_64", "ARM", None)),
        "memory": chance.choice((50, 1000, 8000)),
        "disk": chance.choice((5, 100, 1000)),
    }
    flags = {name: chance.choice(("true", "false", "undefined")) for name in ("hasdocker", "hassingularity")}
    flags["owned"] = chance.choice(("true", "false"))
    lines = [f"{name} = {value}" for name, value in flags.items()]
    lines += [f'site = "{chance.choice(("Alpha", "Beta", "Gamma"))}"', "total = 8", f"used = {chance.randrange(9)}"]
    lines += ["nowhere = undefined", f"start = {chance.choice(STARTS)}"]
    now = whole | {"memory": chance.randrange(whole["memory"] + 1)}
    text = "\n".join(lines)
    return Slots(Side(whole, text), Side(now, text), chance.random() < 0.7, (number,), 1)


def obviously_matches(job: Job, slot: Side) -> bool:
    """Pair by pair: both ads written out whole, and both conditions evaluated."""
    job_ad, slot_ad = _ad(job.side), _ad(slot)
    requests = all(slot.values[one.attribute] >= one.amount for one in job.requests)  # type: ignore[operator]
    return requests and _holds("requirements", job_ad, slot_ad) and _holds("start", slot_ad, job_ad)


def _holds(name: str, own: Any, other: Any) -> bool:
    return own.lookup(name).eval(scope=own, target=other) is True


def _ad(side: Side) -> Any:
    text = "".join(f"{name} = {_literal(value)}\n" for name, value in side.values.items())
    return next(classad2.parseAds(f"{text}{side.lines}\n", classad2.ParserType.Old))


def _literal(value: Any) -> str:
    return "undefined" if value is None else f'"{value}"' if isinstance(value, str) else str(value)
