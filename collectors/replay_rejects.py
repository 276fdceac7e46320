"""Rejects read again under today's rules and settings: those that pass become rows, the others stay.

Of each file of rejects the new rows are committed first, then the file without their rejects: interrupted in between,
the rows are known the next time, and the rejects go then.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collectors.batch import Batch, commit, id_of
from collectors.kept import Found, archived
from collectors.rereading import Kept, Rereader
from collectors.row_changes import Change, changed
from collectors.rows import Reject, Row, Skipped
from pipeline.commit import Stored
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors
from pipeline.maintenance import only_one
from pipeline.rewrite import Rewrite, rows_of
from pipeline.schema import ARCHIVE, REJECT
from pipeline.settings import Settings


@dataclass(frozen=True)
class Chosen:
    """Which rejects: of a rule, one by its id, or (neither) all."""

    rule: str | None = None
    record_id: int | None = None

    def has(self, row: dict[str, Any]) -> bool:
        """Whether that reject is one of them."""
        return self.rule in (None, row["rule"]) and self.record_id in (None, row["record_id"])


@dataclass
class RejectsRead:
    """What came of them: records that passed, rows that were new to the lake, records of a type that is not kept,
    those that stay by the rule that refuses them today (with one reason each), those of which not all is kept."""

    passed: int = 0
    new_rows: int = 0
    skipped: int = 0
    stayed: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, str] = field(default_factory=dict)
    cut: int = 0

    @property
    def read(self) -> int:
        """Rejects that were looked at."""
        return self.passed + self.skipped + self.stayed.total() + self.cut


def replay_rejects(lake: Lake, settings: Settings, now: datetime, chosen: Chosen, ap: str | None = None) -> RejectsRead:
    """Read the chosen rejects again; `ap` is the access point of records that do not name theirs.

    Raises LakeRace if another process maintains or replays the lake, LakeError if it cannot be read or written.
    """
    lake.require()
    with only_one(lake):
        return read_rejects_again(lake, settings, int(now.timestamp()), chosen, ap)


def read_rejects_again(
    lake: Lake, settings: Settings, now_utc: int, chosen: Chosen, ap: str | None = None
) -> RejectsRead:
    """The same for who holds the lake already."""
    reading = _RejectsReading(lake, settings, Rereader(settings, now_utc, ap), chosen)
    for file in Rewrite(lake, REJECT).files:
        reading.read(file)
    return reading.done


class _RejectsReading:
    """One pass over the rejects, file by file. Holds no more than a batch of rows, and the changes of one file."""

    def __init__(self, lake: Lake, settings: Settings, rereader: Rereader, chosen: Chosen) -> None:
        self._lake, self._rereader, self._chosen = lake, rereader, chosen
        self._archives = settings.archive == "all"
        self._batch = Batch()
        self.done = RejectsRead()

    def read(self, file: Stored) -> None:
        """Read the rejects of one file again."""
        rejects = Rewrite(self._lake, REJECT)
        path = rejects.path(file)
        changes: dict[int, Change] = {}
        place = 0
        with lake_errors("table reject cannot be read"):
            for rows in rows_of(path, REJECT):
                for row in rows.to_pylist():
                    change = self._take(row) if self._chosen.has(row) else {}
                    if change is None or change:
                        changes[place] = change
                    place += 1
        self._flush()
        if changes:
            rejects.replace([file], changed(rows_of(path, REJECT), REJECT, changes), is_new=True)

    def _take(self, row: dict[str, Any]) -> Change:
        """What becomes of the reject."""
        if row["length_bytes"] > len(row["content"]):
            self.done.cut += 1
            return {}
        kept = Kept.of(row)
        outcome = self._rereader.outcome(kept)
        if isinstance(outcome, Skipped):
            self.done.skipped += 1
            return None
        if isinstance(outcome, Reject):
            self.done.stayed[outcome.rule] += 1
            self.done.reasons.setdefault(outcome.rule, outcome.reason)
            return _differences(row, outcome)
        self._pass(row, kept, outcome)
        return None

    def _pass(self, row: dict[str, Any], kept: Kept, made: list[Row]) -> None:
        self.done.passed += 1
        for one in made:
            self._batch.add(one.table, one.values)
        if self._archives:
            found = Found(kept.source, row["path"], row["kind"], kept.form, kept.at_ce, kept.read_utc)
            self._batch.add(ARCHIVE, archived(found, kept.offset, kept.content, made[0]))
        self._batch.bytes += len(kept.content)
        if self._batch.is_full:
            self._flush()

    def _flush(self) -> None:
        batch, self._batch = self._batch, Batch()
        commit(self._lake, batch)
        self.done.new_rows += batch.new


def _differences(row: dict[str, Any], why: Reject) -> Change:
    """What the reject says otherwise, now that this is the rule that refuses the record."""
    pool = why.pool or row["pool"]
    record_id = id_of(pool, row["source"], str(row["offset_bytes"]), why.rule, row["digest"])
    today = {
        "pool": pool,
        "ap": why.ap or row["ap"],
        "rule": why.rule,
        "reason": why.reason,
        "record_id": record_id,
    }
    return {name: value for name, value in today.items() if row[name] != value}
