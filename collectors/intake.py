"""Records on their way in: each becomes rows, a reject or a count, whatever source it comes from.

`Intake` is one command's or one poll's reading of any number of streams, with the batch that they fill together;
`StreamIntake` is one of those streams. Never holds more than one batch.
"""

from collections.abc import Callable
from dataclasses import dataclass

from collectors.batch import Batch, Reading
from collectors.chain import Chain
from collectors.classads.ad import Ad
from collectors.classads.banner import parse_banner
from collectors.classads.fast.speed import Speed
from collectors.classads.text import LARGEST_RECORD, Oversize, Record
from collectors.kept import Found, Refused, archived, refused
from collectors.outcome import outcome_of
from collectors.report import Report, storable
from collectors.rows import NO_OWNER, Origin, Outcome, Reject, Row, RowMaker, Skipped, Unowned
from collectors.streams import Mark
from pipeline.pools import pool_of
from pipeline.schema import ARCHIVE, REJECT
from pipeline.schema.record import OWNER

Commit = Callable[[Batch], None]
_POOL, _AP = (column.name for column in OWNER)


@dataclass(frozen=True)
class Owner:
    """Whose records they are, as the operator named it (None: not), and when they are read."""

    ap: str | None
    pool: str | None
    default_pool: str
    read_utc: int
    at_ce: bool = False


@dataclass(frozen=True)
class StreamKind:
    """What a stream is: `label` for people, `form` of its records, their parser, and whether it only ever grows."""

    label: str
    form: str
    parse: Callable[[bytes], Ad]
    append_only: bool


class Intake:
    """One reading: the batch that is being filled, how far each stream is, what came of it."""

    def __init__(
        self,
        marks: dict[str, Mark],
        maker: RowMaker,
        owner: Owner,
        commit: Commit,
        *,
        archive: bool = True,
        speed: Speed = Speed(),  # noqa: B008 - frozen
    ) -> None:
        self.marks = marks
        self.maker = maker
        self.owner = owner
        self.archive = archive
        self.speed = speed
        self.batch = Batch()
        self.report = Report()
        self._commit = commit

    def flush(self) -> None:
        """Commit the batch, then count what came of it."""
        batch, self.batch = self.batch, Batch()
        self._commit(batch)
        for reading in batch.readings:
            self.report.of(reading.label).add(reading)


class StreamIntake:
    """One stream being read: whose it is, and the stretch since the last commit.

    `path` is where people find it: a file, or the name of a daemon. `aps_of_file` finds the access points that its
    records name. `start` is how far it was read before: bytes, or the number of readings of a daemon.
    """

    def __init__(
        self,
        intake: Intake,
        kind: StreamKind,
        path: str,
        name: str,
        start: int,
        size: int,
        aps_of_file: Callable[[], frozenset[str]],
    ) -> None:
        self.intake, self._kind, self._path, self._name, self._start = intake, kind, storable(path), name, start
        self.found = Found(name, self._path, kind.label, kind.form, intake.owner.at_ce, intake.owner.read_utc)
        self._aps_of_file = aps_of_file
        self._pool: str | None = None
        self._ap: str | None = None
        owner = intake.owner
        self.size = size
        self.origin = Origin(name, owner.ap, owner.pool, owner.default_pool, owner.read_utc, aps_of_file, owner.at_ce)
        self.reading = self._new_reading()

    def take(self, record: Record | Oversize, chain: Chain | None = None) -> bool:
        """Put what comes of the record into the batch; False if it has to wait until its owner is known."""
        outcome = self._outcome(record, chain)
        if isinstance(outcome, Unowned):
            if self._kind.append_only:
                return False
            outcome = Reject("no-owner", NO_OWNER)
        self.reading.ads += 1
        self.intake.batch.bytes += record.end - record.start
        if isinstance(outcome, Skipped):
            self.reading.skipped += 1
            self.intake.report.skip(outcome.word)
        elif isinstance(outcome, Reject):
            self._reject(record, outcome)
        else:
            self._rows(record, outcome)
        return True

    def close(self, consumed: int, digest: str) -> None:
        """Put the stretch read so far into the batch: the stream is consumed up to `consumed`."""
        reading = self.reading
        if consumed <= self.intake.marks.get(reading.source, Mark(0, "")).consumed:
            return
        reading.consumed, reading.prefix_digest, reading.size = consumed, digest, max(self.size, consumed)
        self.intake.batch.readings.append(reading)
        self.intake.marks[reading.source] = Mark(consumed, digest)
        self.reading = self._new_reading()

    def _new_reading(self) -> Reading:
        owner = self.intake.owner
        return Reading(
            source=self._name,
            path=self._path,
            label=self._kind.label,
            pool=self._pool or owner.pool or owner.default_pool,
            ap=self._ap,
            size=self.size,
            read_utc=owner.read_utc,
            consumed=self._start,
        )

    def _outcome(self, record: Record | Oversize, chain: Chain | None) -> Outcome:
        if isinstance(record, Oversize):
            if chain is not None:
                chain.broken_by(None, None)
            return Reject("oversize", f"larger than {LARGEST_RECORD >> 20} MiB: only its first 64 KiB are kept")
        banner = None if record.banner is None else parse_banner(record.banner)
        if record.banner is not None and chain is not None:
            self.reading.chain_breaks += chain.broken_by(record.banner_at, None if banner is None else banner.offset)
        return outcome_of(record, banner, self._kind.parse, self.intake.maker, self.origin)

    def _rows(self, record: Record | Oversize, rows: list[Row]) -> None:
        for row in rows:
            self.intake.batch.add(row.table, row.values)
            self.reading.rows += 1
            self.reading.saw(row.time_utc)
        first = rows[0]
        if self.intake.archive:
            self.intake.batch.add(ARCHIVE, archived(self.found, record.start, record.content, first))
        self.belongs_to(first.of(_POOL), first.of(_AP))

    def _reject(self, record: Record | Oversize, found: Reject) -> None:
        self.reading.rejects += 1
        self.intake.report.reject(found.rule, found.reason, f"{self._path}, byte {record.start:,}")
        pool, ap = found.pool or self._pool_of_file(), found.ap or self.origin.ap
        length = record.end - record.start
        kept = Refused(pool, ap, record.start, length, record.digest, record.content, found)
        self.intake.batch.held += len(record.content)
        self.intake.batch.add(REJECT, refused(self.found, kept))

    def _pool_of_file(self) -> str:
        """The pool of a record that does not say whose it is: that of the other records of its file."""
        owner, aps = self.intake.owner, self._aps_of_file()
        if self._pool is None and len(aps) == 1:
            return pool_of(min(aps), owner.pool, owner.default_pool)
        return self.reading.pool

    @property
    def has_owner(self) -> bool:
        """Whether a record said already whose the stream is."""
        return self._pool is not None

    def belongs_to(self, pool: object, ap: object) -> None:
        """The first record that says whose it is speaks for the file."""
        if self._pool is None and isinstance(pool, str):
            self._pool = self.reading.pool = pool
            self._ap = self.reading.ap = ap if isinstance(ap, str) else None
