"""What commands share on their way out: a table as bytes for programs, to a file or to standard output."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.export import to_csv, to_json, to_parquet
from pipeline.options import Format


def write_table(answer: pa.Table, form: Format, output: Path | None = None) -> None:
    """Write the answer in that form; `table`, which is for people, is CSV in a file. Raises UsageError."""
    if form is Format.parquet:
        write(to_parquet(answer), output, binary=True)
    else:
        write(to_json(answer) if form is Format.json else to_csv(answer), output, binary=False)


def write(content: bytes, output: Path | None, *, binary: bool) -> None:
    """Write to that file, or to standard output, which is no terminal if it is binary. Raises UsageError."""
    if output is not None:
        try:
            output.write_bytes(content)
        except OSError as error:
            raise UsageError(f"{output} cannot be written: {error.strerror}") from error
    elif binary and sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal", "Name a file with --output, or redirect the output.")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def with_times(answer: pa.Table) -> pa.Table:
    """The answer with its moments as ISO 8601 text."""
    for place, name in enumerate(answer.column_names):
        if name.endswith("_utc"):
            texts = [None if moment is None else iso(moment) for moment in answer.column(name).to_pylist()]
            answer = answer.set_column(place, name, pa.array(texts, pa.string()))
    return answer


def iso(moment: int) -> str:
    """A moment as ISO 8601 text in UTC."""
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")
