"""What was handed over before: the lake's table `exported`, as one format and target see it. Rows in, rows out."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.errors import LakeRace, UsageError
from pipeline.exports.record import Record
from pipeline.lake import Lake, quoted, scan
from pipeline.lake_errors import lake_errors
from pipeline.mail.sent import number_of
from pipeline.schema import EXPORTED
from pipeline.terminal import visible

MEMORY = "512MiB"
"""What marks take in memory; more of them spill to disk."""
_TRIES = 8
_KNOWN = """
    CREATE TABLE known AS
    SELECT
        record,
        arg_max(pool, at_utc)                           AS pool,
        arg_max(subject, at_utc)                        AS subject,
        arg_max(digest, at_utc)                         AS digest,
        arg_max(about_utc, at_utc)                      AS about_utc,
        arg_max(booking, at_utc)                        AS booking,
        max(at_utc)                                     AS at_utc
    FROM {rows}
    WHERE format = $format AND target = $target
    GROUP BY record
"""
_NEWEST = "SELECT record, digest, about_utc FROM known WHERE record IN (SELECT unnest($records))"
_TIME = "list_contains($pools, pool) AND about_utc >= $begin AND about_utc < $end"
_WITHIN = f"SELECT record, pool, subject, digest FROM known WHERE {_TIME} ORDER BY record"
_COUNT = f"SELECT count(*) AS records FROM known WHERE {_TIME}"
_FILES = """
    SELECT DISTINCT file
    FROM {rows}
    WHERE format = $format AND target = $target AND file IN (SELECT unnest($names))
"""


@dataclass(frozen=True)
class Sent:
    """What is the same for all records of one run of a command."""

    format: str
    booking: str
    target: str
    cube_version: str
    first_day: str
    last_day: str
    at_utc: int


@contextmanager
def marked(lake: Lake, layout: str, target: str) -> Iterator["Marks"]:
    """The marks of that format and target as they are now. Raises LakeError."""
    files = list(lake.snapshot(EXPORTED).files)
    with TemporaryDirectory() as folder, duckdb.connect(config={"memory_limit": MEMORY}) as con:
        con.execute(f"SET temp_directory = {quoted(folder)}")
        marks = Marks(lake, con, files, {"format": layout, "target": target})
        marks.read()
        yield marks


class Marks:
    """What that target got in that format up to now; later rows are not seen. Raises LakeError throughout."""

    def __init__(self, lake: Lake, con: duckdb.DuckDBPyConnection, files: list[str], ours: dict[str, str]) -> None:
        self._lake, self._con, self._files, self._ours = lake, con, files, ours

    def read(self) -> None:
        """Read them: before anything is asked."""
        with lake_errors("table exported cannot be read"):
            self._con.execute(_KNOWN.format(rows=self._rows), self._bound)

    def require(self, booking: str) -> None:
        """Raise UsageError if it got records of the other booking: the same hours would count twice."""
        found = {row["booking"] for row in self._ask("SELECT DISTINCT booking FROM known", {})}
        if found - {booking}:
            (other,) = found - {booking}
            target = visible(self._ours["target"])
            what = f"{target} got {self._ours['format']} records as {other}: as {booking}, too, hours would count twice"
            raise UsageError(what, f"Go on with --booking {other}, or name another --target and folder.")

    def next_utc(self, now_utc: int) -> int:
        """Now, or the first second after the newest row: of two rows of a record the later one counts."""
        (row,) = self._ask("SELECT max(at_utc) AS newest FROM known", {})
        return now_utc if row["newest"] is None else max(now_utc, row["newest"] + 1)

    def newest(self, records: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Those of the records that it has: digest, and `about_utc`, as they were sent last."""
        rows = self._ask(_NEWEST, {"records": list(records)})
        return {row["record"]: (row["digest"], row["about_utc"]) for row in rows}

    def within(self, pools: Sequence[str], begin_utc: int, end_utc: int) -> list[dict[str, Any]]:
        """Summaries of that time: record, pool, subject, digest."""
        return self._ask(_WITHIN, {"pools": list(pools), "begin": begin_utc, "end": end_utc})

    def count(self, pools: Sequence[str], begin_utc: int, end_utc: int) -> int:
        """How many records of that time it has."""
        (row,) = self._ask(_COUNT, {"pools": list(pools), "begin": begin_utc, "end": end_utc})
        return int(row["records"])

    def known_files(self, names: Sequence[str]) -> set[str]:
        """Those of the files that are marked as sent."""
        rows = self._ask(_FILES.format(rows=self._rows), {**self._bound, "names": list(names)})
        return {row["file"] for row in rows}

    def note(self, sent: Sent, file: str, records: Iterable[Record]) -> None:
        """Mark the records as sent in that file; on the disk when this returns."""
        rows = pa.Table.from_pylist([_row(sent, file, record) for record in records], schema=EXPORTED.arrow)
        for _ in range(_TRIES):
            try:
                with self._lake.committing():
                    self._lake.writer(EXPORTED).append(rows, {})
                    return
            except LakeRace:
                continue
        raise LakeRace("table exported: others change it all the time", "Run it again.")

    @property
    def _rows(self) -> str:
        return scan(EXPORTED, "$files" if self._files else None)

    @property
    def _bound(self) -> dict[str, Any]:
        return {**self._ours} | ({"files": self._files} if self._files else {})

    def _ask(self, sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        with lake_errors("table exported cannot be read"):
            found: list[dict[str, Any]] = self._con.sql(sql, params=values).to_arrow_table().to_pylist()
            return found


def _row(sent: Sent, file: str, record: Record) -> dict[str, Any]:
    return {
        **asdict(sent),
        "pool": record.pool,
        "source": "command",
        "file": file,
        "record": record.id,
        "subject": record.subject,
        "digest": record.digest,
        "wall_s": record.wall_s,
        "about_utc": record.about_utc,
        "record_id": number_of(sent.format, sent.target, record.id, record.digest, sent.at_utc),
    }
