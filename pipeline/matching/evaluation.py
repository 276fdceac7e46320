"""One group of like idle jobs against the slots of its pool: which condition lets how many slots pass.

In: the job's side, and slots (each in two states: as if nothing ran in it, and as it is now). Out: a Verdict. Pure,
but for the ClassAd library, that evaluates what users wrote: call it in a process that may die (see `worker`).

A condition is a clause of the job's Requirements, something that it asks for, or the owners' conditions of the slots.
What cannot be evaluated, because it names an attribute that is not collected, is never counted as false.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.matching.clauses import clauses, is_too_large
from pipeline.matching.expression import TOO_LARGE, Expression, Truth
from pipeline.matching.sides import Side
from pipeline.schema.pool_ads import REQUIREMENTS, START

Kind = Literal["clause", "request", "owner"]


@dataclass(frozen=True)
class Slots:
    """Slots that are alike: `whole` as if nothing ran in them, `now` as they are; on which machines; how many."""

    whole: Side
    now: Side
    is_free: bool
    machines: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class Request:
    """Something that the job asks for: so much of that attribute of the slot; None: its amount is not known."""

    label: str
    attribute: str
    amount: float | None


@dataclass(frozen=True)
class Job:
    """What a group of jobs demands."""

    side: Side
    requests: tuple[Request, ...]


@dataclass(frozen=True)
class Condition:
    """What came of one condition.

    slots, machines           that fulfil it, whatever the others say
    slots_without             that fulfil all the others: as many would match if it were given up
    not_collected             attributes for want of which it could not be evaluated, of some slots at least
    nowhere                   attributes of slots that it names and no slot has
    most, most_without        of a request: the largest amount of any slot, and of those that fulfil all the others
    asked                     of a request: its amount
    clauses                   of a request: clauses that hold a slot against it; they stand and fall with it
    """

    kind: Kind
    text: str
    slots: int
    machines: int
    slots_without: int
    machines_without: int
    not_collected: tuple[str, ...] = ()
    nowhere: tuple[str, ...] = ()
    most: float | None = None
    most_without: float | None = None
    asked: float | None = None
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """How many slots there are, how many match (`free`: have room now), and each condition by itself."""

    slots: int
    machines: int
    matching_slots: int
    matching_machines: int
    free_slots: int
    free_machines: int
    conditions: tuple[Condition, ...]
    is_evaluated: bool = True


@dataclass(frozen=True)
class _Rule:
    """A condition as it is evaluated: of a slot in one state, its truth and what was missing.

    names, about    attributes of the slot, and of the job in lower case, that it names
    """

    kind: Kind
    text: str
    holds: Callable[[Side], Truth]
    missing: Callable[[Side], tuple[str, ...]]
    names: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    request: Request | None = None
    clauses: tuple[str, ...] = ()


def judge(job: Job, slots: Sequence[Slots]) -> Verdict:
    """The verdict on that job."""
    wholes = list({id(one.whole): one.whole for one in slots}.values())
    rules = _rules(job, wholes)
    passing = {id(side): tuple(rule.holds(side) is not False for rule in rules) for side in wholes}
    fails = {side: passes.count(False) for side, passes in passing.items()}
    matching = [one for one in slots if not fails[id(one.whole)]]
    free = [one for one in matching if one.is_free and all(rule.holds(one.now) is not False for rule in rules)]
    conditions = []
    for place, rule in enumerate(rules):
        alone = [one for one in slots if passing[id(one.whole)][place]]
        without = [one for one in slots if fails[id(one.whole)] == (not passing[id(one.whole)][place])]
        conditions.append(_condition(rule, alone, without, wholes))
    return Verdict(*_counts(slots), *_counts(matching), *_counts(free), tuple(conditions), job.side.lines is not None)


def _counts(slots: Iterable[Slots]) -> tuple[int, int]:
    kept = list(slots)
    return sum(one.count for one in kept), len({machine for one in kept for machine in one.machines})


def _condition(rule: _Rule, alone: list[Slots], without: list[Slots], wholes: Sequence[Side]) -> Condition:
    missing = dict.fromkeys(name for side in wholes for name in rule.missing(side))
    nowhere = [] if missing else [name for name in rule.names if not any(side.has(name.lower()) for side in wholes)]
    asked, most, most_without = None, None, None
    if rule.request is not None:
        asked = rule.request.amount
        most = _most(wholes, rule.request.attribute)
        most_without = _most((one.whole for one in without), rule.request.attribute)
    kind, text = rule.kind, rule.text
    counts = (*_counts(alone), *_counts(without))
    return Condition(kind, text, *counts, tuple(missing), tuple(nowhere), most, most_without, asked, rule.clauses)


def _most(sides: Iterable[Side], attribute: str) -> float | None:
    found = [amount for side in sides if (amount := _number(side, attribute)) is not None]
    return max(found, default=None)


def _number(side: Side, attribute: str) -> float | None:
    value = side.values.get(attribute)
    return value if isinstance(value, int | float) else None


def _rules(job: Job, slots: Sequence[Side]) -> list[_Rule]:
    """Requests, each with the clauses that are about it alone; the other clauses; what the slots' owners demand."""
    demand = job.side.written.get(REQUIREMENTS.lower())
    written = [] if demand is None else _clause_rules(job.side, str(demand), slots)
    labels = {request.label.lower() for request in job.requests}
    about = [labels & set(rule.about) for rule in written]
    rules = []
    for request in job.requests:
        own = [rule for rule, named in zip(written, about, strict=True) if named == {request.label.lower()}]
        rules.append(_together(_request_rule(request), own))
    others = [rule for rule, named in zip(written, about, strict=True) if len(named) != 1]
    return [*rules, *others, _owner_rule(job.side)]


def _together(request: _Rule, clauses: list[_Rule]) -> _Rule:
    """The request and those clauses as one condition: none of them could be given up alone."""
    parts = [request, *clauses]

    def holds(slot: Side) -> Truth:
        truths = [part.holds(slot) for part in parts]
        return False if False in truths else None if None in truths else True

    def missing(slot: Side) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for part in parts for name in part.missing(slot)))

    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    return replace(request, holds=holds, missing=missing, names=names, clauses=tuple(one.text for one in clauses))


def _clause_rules(job: Side, demand: str, slots: Sequence[Side]) -> list[_Rule]:
    """One rule a clause; one of the whole where the clauses together do not say what the whole says."""
    if is_too_large(demand):
        return [_Rule("clause", demand, lambda slot: None, lambda slot: (TOO_LARGE,))]
    whole = _clause_rule(job, demand)
    parts = [_clause_rule(job, text) for text in clauses(demand)]
    if len(parts) == 1 or any(_differ(whole, parts, slot) for slot in slots):
        return parts if len(parts) == 1 else [whole]
    return parts


def _differ(whole: _Rule, parts: list[_Rule], slot: Side) -> bool:
    truths = [part.holds(slot) for part in parts]
    said = whole.holds(slot)
    return None not in truths and said is not None and said != all(truths)


def _clause_rule(job: Side, text: str) -> _Rule:
    expression = Expression(text, job)

    def holds(slot: Side) -> Truth:
        return expression.truth(job, slot)

    names, about = expression.counterpart_names, expression.own_names
    return _Rule("clause", text, holds, lambda slot: expression.missing(job, slot), names, about)


def _owner_rule(job: Side) -> _Rule:
    """The conditions of the slots' owners, each its own."""
    known: dict[str | None, Expression | None] = {}

    def expression(slot: Side) -> "Expression | None":
        if slot.lines not in known:
            start = slot.written.get(START.lower())
            text = None if start is None else str(start)
            known[slot.lines] = None if text is None or is_too_large(text) else Expression(text, slot)
        return known[slot.lines]

    def holds(slot: Side) -> Truth:
        found = expression(slot)
        return None if found is None else found.truth(slot, job)

    def missing(slot: Side) -> tuple[str, ...]:
        found = expression(slot)
        return (START,) if found is None else found.missing(slot, job)

    return _Rule("owner", START, holds, missing)


def _request_rule(request: Request) -> _Rule:
    def holds(slot: Side) -> Truth:
        there = _number(slot, request.attribute)
        return None if there is None or request.amount is None else there >= request.amount

    def missing(slot: Side) -> tuple[str, ...]:
        return () if holds(slot) is not None else (request.label if request.amount is None else request.attribute,)

    return _Rule("request", request.label, holds, missing, request=request)
