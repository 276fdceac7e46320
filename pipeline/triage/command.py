"""The command `htc-ledger classify`."""

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import UsageError
from pipeline.options import TextFormat, TextFormatOption

if TYPE_CHECKING:
    from pipeline.triage.classify import Verdict

COLUMNS = ("code", "subcode", "message")
Asked = tuple[str, int | None, int | None]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(classify)


def classify(
    file: Annotated[Path | None, typer.Argument(help="Messages; standard input where none is named.")] = None,
    format_: TextFormatOption = TextFormat.table,
) -> None:
    """What a failure's message means: its class, whose it usually is, its signature, and what told it.

    One message a line, or tab-separated columns with a head line that names code, subcode and message (others are
    ignored): codes are HTCondor's hold and vacate codes, empty where unknown.
    Example: condor_q -held -af HoldReason | htc-ledger classify
    """
    from pipeline.triage.classify import classify as verdict

    found = [(asked[0], verdict(*asked)) for asked in _asked(_lines(file))]
    if not found:
        raise UsageError("there is no message to classify", "Pipe messages into it, one a line, or name a file.")
    _show(found, format_)


def _lines(file: Path | None) -> Iterator[str]:
    if file is None:
        yield from sys.stdin
        return
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            yield from lines
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", "Name a file of messages.") from error


def _asked(lines: Iterable[str]) -> Iterator[Asked]:
    """Messages with their codes; lines without words are left out."""
    it = iter(lines)
    first = next(it, "").rstrip("\r\n")
    if "\t" in first and "message" in first.split("\t"):
        yield from _columns(first.split("\t"), it)
        return
    for line in (first, *it):
        if line.strip():
            yield line.strip(), None, None


def _columns(names: list[str], lines: Iterator[str]) -> Iterator[Asked]:
    named = ["code" if name == "hold_code" else name for name in names]
    read = csv.DictReader(lines, fieldnames=named, delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(read, start=2):
        yield row.get("message") or "", _number(row, "code", number), _number(row, "subcode", number)


def _number(row: dict[str, str], name: str, line: int) -> int | None:
    text = (row.get(name) or "").strip()
    try:
        return int(text) if text else None
    except ValueError:
        raise UsageError(
            f"line {line}: the {name} {text[:40]!r} is no number", "Leave it empty where unknown."
        ) from None


def _show(found: list[tuple[str, "Verdict"]], format_: TextFormat) -> None:
    import json

    rows = [
        {"class": verdict.failure, **{name: value for name, value in asdict(verdict).items() if name != "failure"}}
        for _, verdict in found
    ]
    if format_ is TextFormat.json:
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    elif format_ is TextFormat.csv:
        written = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        written.writeheader()
        written.writerows(rows)
    else:
        _table(found)


def _table(found: list[tuple[str, "Verdict"]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from pipeline.terminal import standard_output, visible

    table = Table("Class", "Blame", "Confidence", "Signature", "Why")
    for _, verdict in found:
        cells = (verdict.label, verdict.blame or "—", verdict.confidence, verdict.signature, verdict.why)
        table.add_row(*(escape(visible(cell)) for cell in cells))
    standard_output().print(table)
