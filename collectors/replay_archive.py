"""The archive read again: rows of today into the staging, refusals into rejects, and the archive as it is to become.

An archived record keeps the id of the first row that is made of it: where that changes, its file is written anew. A
record that is refused today leaves the archive, because its bytes are in its reject.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast

from collectors.batch import Batch, commit
from collectors.kept import Found, refused
from collectors.rereading import Kept, Rereader, refusal
from collectors.row_changes import Change, changed
from collectors.rows import Reject, Row, Skipped
from collectors.staging import Staging
from pipeline.commit import Stored
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors
from pipeline.made_ids import MadeIds
from pipeline.part import Part
from pipeline.rewrite import Rewrite, rows_of
from pipeline.schema import ARCHIVE, REJECT, SOURCE_FILE
from pipeline.schema.record import OWNER

_OF_ROW = (*(column.name for column in OWNER), "record_type", "record_id")


@dataclass
class ArchiveRead:
    """What came of the archived records: how many were read, which are refused now (by rule, with one reason) or of
    a type that is not kept, and of which tables they had made rows until today."""

    records: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    made: set[str] = field(default_factory=set)


class ArchiveReading:
    """One pass over the archive at one version. Holds no more than a batch of rows, and the changes of one file."""

    def __init__(
        self,
        lake: Lake,
        archive: Rewrite,
        made_anew: frozenset[str],
        staging: Staging,
        ids: MadeIds,
        rereader: Rereader,
    ) -> None:
        self._lake, self._archive, self._made_anew = lake, archive, made_anew
        self._staging, self._ids, self._rereader = staging, ids, rereader
        self._refusals = Batch()
        self._streams: dict[str, tuple[str, str]] | None = None
        self._removed: list[Stored] = []
        self._added: list[Part] = []
        self.found = ArchiveRead()

    def read(self, file: Stored) -> None:
        """Read the records of one of its files. Raises LakeError."""
        changes: dict[int, Change] = {}
        place = 0
        path = self._archive.path(file)
        with lake_errors("table archive cannot be read"):
            for rows in rows_of(path, ARCHIVE):
                for row in rows.to_pylist():
                    change = self._take(row) if row["made"] in self._made_anew else {}
                    if change is None or change:
                        changes[place] = change
                    place += 1
        if changes:
            self._added += self._archive.write(changed(rows_of(path, ARCHIVE), ARCHIVE, changes))
            self._removed.append(file)

    def keep_refusals(self) -> None:
        """Bring the refusals into the lake: before the rows that they were are taken out."""
        batch, self._refusals = self._refusals, Batch()
        commit(self._lake, batch)

    def commit(self) -> None:
        """Put the archive's new files in force. Raises LakeRace if another process rewrote it meanwhile."""
        if self._removed:
            self._archive.commit(self._removed, self._added, is_new=True)
            self._added = []

    def abandon(self) -> None:
        """Remove the new files that are not in force."""
        self._archive.forget(self._added)

    def _take(self, row: dict[str, Any]) -> Change:
        """What becomes of the archive's row."""
        self.found.records += 1
        self.found.made.add(row["made"])
        kept = Kept.of(row)
        outcome = self._rereader.outcome(kept)
        if isinstance(outcome, Skipped):
            self.found.skipped[outcome.word] += 1
            return {}
        if isinstance(outcome, Reject):
            self._refuse(kept, outcome)
            return None
        for made in outcome:
            self._staging.add(made)
        change = _differences(row, outcome[0])
        if change.keys() & {"made", "record_id"}:
            record_id = cast("int", outcome[0].of("record_id"))
            self._ids.add(outcome[0].table.name, record_id, row["made"], row["record_id"])
        return change

    def _refuse(self, kept: Kept, why: Reject) -> None:
        self.found.refused[why.rule] += 1
        self.found.reasons.setdefault(why.rule, why.reason)
        path, label = self._stream(kept.source)
        found = Found(kept.source, path, label, kept.form, kept.at_ce, kept.read_utc)
        self._refusals.add(REJECT, refused(found, refusal(kept, why)))
        self._refusals.held += len(kept.content)
        if self._refusals.is_full:
            self.keep_refusals()

    def _stream(self, source: str) -> tuple[str, str]:
        """Path and label of a stream, as its readings noted them."""
        if self._streams is None:
            rows = self._lake.read(SOURCE_FILE, ["source", "path", "kind"]).to_pylist()
            self._streams = {row["source"]: (row["path"], row["kind"]) for row in rows}
        return self._streams.get(source, (source, source.partition(":")[0]))


def _differences(kept: dict[str, Any], first: Row) -> dict[str, Any]:
    """What the archive says otherwise, now that this is the first row that is made of the record."""
    today = {"made": first.table.name, "record_utc": first.time_utc} | {name: first.of(name) for name in _OF_ROW}
    return {name: value for name, value in today.items() if kept[name] != value}
