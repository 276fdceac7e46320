"""Usage handed over in one format: a cube and what is asked for in, files and marks out.

A record that the target has is not sent again. One that has changed since replaces the old one if it is a summary; of a
single run it is told, and sent if that is asked for. A summary of what is no more is sent once with zeros.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice

from pipeline.errors import CheckFailed
from pipeline.exports.asked import Asked
from pipeline.exports.cube import ExportCube
from pipeline.exports.folder import Folder
from pipeline.exports.marks import Marks, Sent, marked
from pipeline.exports.record import Exported, Record, Singles, Summaries
from pipeline.exports.totals import Totals
from pipeline.viewer import Viewer

AT_A_TIME = 1000
"""Records that are looked up in the lake at a time."""
SHOWN = 5


@dataclass(frozen=True)
class Sending:
    """One run of the command. target: who gets it; again: also what it has; dry_run: nothing is written or marked."""

    asked: Asked
    form: Exported
    folder: Folder
    target: str
    now_utc: int
    again: bool = False
    dry_run: bool = False


@dataclass
class Tally:
    """What came of it. Seconds are of wall time.

    known      records that the target has as they are
    replaced   summaries that have changed; withdrawn: summaries of what is no more
    changed    single runs that have changed since they were sent, and were not sent again; `examples`: ids of some
    gone       single runs that it has of these days, and that are no more, or on other days
    untold     runs that the format cannot tell
    unmeasured runs, among those sent, whose CPU time nobody reported
    finished   files that a killed run had left unfinished
    totals     None where the viewer does not see all
    """

    sent: int = 0
    files: int = 0
    known: int = 0
    replaced: int = 0
    withdrawn: int = 0
    changed: int = 0
    gone: int = 0
    untold: int = 0
    unmeasured: int = 0
    finished: int = 0
    all_s: int = 0
    sent_s: int = 0
    examples: list[str] = field(default_factory=list)
    totals: Totals | None = None


def send(cube: ExportCube, viewer: Viewer, sending: Sending) -> Tally:
    """Hand over what is due. Raises UsageError, SettingsError, LakeError; CheckFailed if it does not add up.

    Killed at any moment, it goes on with what is not marked as sent.
    """
    of_target = (cube.lake, sending.form.layout.name, sending.target)
    if sending.dry_run:
        with marked(*of_target) as marks:
            return _Due(cube, viewer, sending, marks).tallied()
    with sending.folder.locked(), marked(*of_target) as marks:
        return _Due(cube, viewer, sending, marks).handed_over()


class _Due:
    """What is due, found and handed over in one go; the tally is kept on the way."""

    def __init__(self, cube: ExportCube, viewer: Viewer, sending: Sending, marks: Marks) -> None:
        self._cube, self._viewer, self._sending, self._marks = cube, viewer, sending, marks
        self._tally = Tally()
        self._seen_in_range = 0
        marks.require(sending.asked.booking)
        self._at_utc = marks.next_utc(sending.now_utc)

    def handed_over(self) -> Tally:
        """Write, mark and show it, file by file."""
        self._tally.finished = self._sending.folder.settle(self._marks.known_files)
        due = self._records()
        while batch := list(islice(due, self._sending.form.layout.per_file)):
            self._hand_over(batch)
        return self._told()

    def tallied(self) -> Tally:
        """Only look."""
        for record in self._records():
            self._count(record)
        return self._told()

    def _hand_over(self, batch: list[Record]) -> None:
        layout, asked = self._sending.form.layout, self._sending.asked
        content = layout.content([record.body for record in batch])
        # sent once more it is another file
        digest = sha256(content + str(self._at_utc).encode() if self._sending.again else content).hexdigest()
        name = layout.place(digest, batch[0].about_utc)
        days = (asked.first.isoformat(), asked.last.isoformat())
        sent = Sent(layout.name, asked.booking, self._sending.target, self._cube.version, *days, self._at_utc)
        self._sending.folder.write(name, content)
        self._marks.note(sent, name, batch)
        self._sending.folder.show(name)
        self._tally.files += 1
        for record in batch:
            self._count(record)

    def _count(self, record: Record) -> None:
        self._tally.sent += 1
        self._tally.sent_s += record.wall_s
        self._tally.unmeasured += record.unmeasured

    def _records(self) -> Iterator[Record]:
        """What is due, in order."""
        form = self._sending.form
        return self._due_singles(form) if isinstance(form, Singles) else self._due_summaries(form)

    def _due_singles(self, form: Singles) -> Iterator[Record]:
        made = self._made(form)
        while some := list(islice(made, AT_A_TIME)):
            known = self._marks.newest([record.id for record in some])
            for record in some:
                if self._is_due(record, known.get(record.id)):
                    yield record

    def _made(self, form: Singles) -> Iterator[Record]:
        for window in self._sending.asked.days():
            for run in self._cube.runs(self._sending.asked, window, self._viewer):
                self._tally.all_s += run.wall_s
                record = form.made(run)
                if record is None:
                    self._tally.untold += 1
                else:
                    yield record

    def _is_due(self, record: Record, before: tuple[int, int] | None) -> bool:
        if before is None:
            return True
        digest, about_utc = before
        whole = self._sending.asked.whole
        self._seen_in_range += whole.begin_utc <= about_utc < whole.end_utc
        if digest == record.digest:
            self._tally.known += 1
        elif not self._sending.again:
            self._tally.changed += 1
            self._tally.examples += [record.id] if len(self._tally.examples) < SHOWN else []
        return self._sending.again

    def _due_summaries(self, form: Summaries) -> Iterator[Record]:
        asked = self._sending.asked
        for window in asked.months() if form.monthly else asked.days():
            made = form.made(window, self._cube.groups(asked, window, self._viewer))
            before = {row["record"]: row for row in self._marks.within(asked.pools, window.begin_utc, window.end_utc)}
            for record in made:
                self._tally.all_s += record.wall_s
                if self._replaces(record, before.pop(record.id, None)):
                    yield record
            for row in before.values():
                record = form.withdrawn(row["pool"], row["subject"], window.begin_utc)
                if record.digest != row["digest"]:
                    self._tally.withdrawn += 1
                    yield record

    def _replaces(self, record: Record, before: dict[str, int] | None) -> bool:
        if before is not None and before["digest"] == record.digest:
            self._tally.known += 1
            return self._sending.again
        self._tally.replaced += before is not None
        return True

    def _told(self) -> Tally:
        sending, whole_runs = self._sending, isinstance(self._sending.form, Singles)
        if whole_runs:
            whole = sending.asked.whole
            before = self._marks.count(sending.asked.pools, whole.begin_utc, whole.end_utc)
            self._tally.gone = before - self._seen_in_range
        if self._viewer.sees_all:
            totals = self._cube.totals(sending.asked, self._viewer, self._tally.all_s, whole_runs=whole_runs)
            if not totals.agree:
                raise CheckFailed(
                    f"records of {totals.exported_s:,} s do not add up to the usage of these days ({totals})",
                    "What was sent is marked. Report this: it must not happen.",
                )
            self._tally.totals = totals
        return self._tally
