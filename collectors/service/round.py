"""`collect`: every source once, as far as it has something to read; what came of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

from collectors.report import Report, Tally
from collectors.service import loop
from collectors.service.agenda import Agenda
from collectors.service.collecting import Collecting
from collectors.service.crew import Crew
from collectors.service.errand import Done, Outcome
from collectors.service.health_book import open_book
from collectors.service.notes import Notes
from collectors.service.states import counts, search_name, trouble
from collectors.service.stopping import Stopping
from collectors.sources.target import Polled, Poller, Target
from pipeline.health import Health
from pipeline.settings import Settings
from pipeline.source_settings import Source

OnStep = Callable[[int, int], None]
"""Called with how many targets are done, and how many are known."""


@dataclass
class Visit:
    """What came of one target in this round, over all its polls. `error` and `hint` are None where all went well."""

    target: str
    source: str
    polls: int = 0
    new_rows: int = 0
    rejects: int = 0
    seconds: float = 0.0
    error: str | None = None
    hint: str | None = None

    @property
    def state(self) -> str:
        return "ok" if self.error is None else "failing"


@dataclass
class Round:
    """All visits by target, all reports as one, what could not be written beside the lake, and the signal that
    stopped it, if one did."""

    visits: dict[str, Visit] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    unwritten: str | None = None
    stopped_by: int | None = None

    @property
    def failed(self) -> list[Visit]:
        return [visit for visit in self.visits.values() if visit.error is not None]


def collect_once(settings: Settings, sources: Sequence[Source], pollers: Sequence[Poller], on_step: OnStep) -> Round:
    """Poll everything until nothing has more. Raises LakeError if the health beside the lake cannot be read."""
    tallied = _Tallied(on_step)
    notes = Notes(tallied.writing_changed)
    agenda = Agenda(settings.collect_processes)
    kinds = {poller.kind: poller for poller in pollers}
    proving = settings.model_copy(update={"proof_every_s": 0})  # the next round may be long from now
    collecting = Collecting(agenda, proving, kinds, open_book(settings, notes), tallied, once=True)
    with Stopping() as stopping:
        collecting.begin(sources)
        loop.run(agenda, Crew(), stopping, lambda: None)
        tallied.round.stopped_by = stopping.asked
    return tallied.round


class _Tallied:
    """A listener that adds all up."""

    def __init__(self, on_step: OnStep) -> None:
        self.round = Round()
        self._on_step = on_step
        self._known: dict[str, int] = {}
        self._done: set[str] = set()

    def polled(self, target: Target, outcome: Outcome[Polled], health: Health) -> None:
        visit = self._visit(target.name, target.source.name, outcome)
        new_rows, rejects = counts(outcome)
        visit.new_rows += new_rows
        visit.rejects += rejects
        if isinstance(outcome, Done):
            add(self.round.report, outcome.value.report)
        if not (isinstance(outcome, Done) and outcome.value.more):
            self._done.add(target.name)
        self._step()

    def searched(self, source: Source, outcome: Outcome[list[Target]], found: int) -> None:
        self._known[source.name] = found
        if trouble(outcome) is not None:
            self._visit(search_name(source), source.name, outcome)
        self._step()

    def gone(self, before: Health, health: Health | None) -> None:
        if health is not None:
            self.round.visits[health.name] = Visit(health.name, health.source, error=health.error, hint=health.hint)

    def kept(self, chore: str, outcome: Outcome[object]) -> None:
        """A round keeps nothing up."""

    def writing_changed(self, error: OSError | None) -> None:
        self.round.unwritten = None if error is None else str(error)

    def _visit(self, name: str, source: str, outcome: Outcome[object]) -> Visit:
        visit = self.round.visits.setdefault(name, Visit(name, source))
        visit.polls += 1
        visit.seconds += outcome.seconds
        visit.error, visit.hint = trouble(outcome) or (None, None)
        return visit

    def _step(self) -> None:
        self._on_step(len(self._done), sum(self._known.values()))


def add(total: Report, report: Report) -> None:
    """Count a report's numbers into another."""
    for label, tally in report.kinds.items():
        mine = total.of(label)
        for column in fields(Tally):
            setattr(mine, column.name, getattr(mine, column.name) + getattr(tally, column.name))
    total.rejects.update(report.rejects)
    total.reasons = report.reasons | total.reasons
    total.skipped.update(report.skipped)
    total.notes += report.notes
    total.unread += report.unread
