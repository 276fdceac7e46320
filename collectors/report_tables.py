"""The report of an ingest as tables for people. File names and reasons are strangers' texts: never markup."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from collectors.report import Report
from pipeline.terminal import visible

_COLUMNS = (
    ("files", "files"),
    ("unchanged", "as before"),
    ("ads", "records"),
    ("new", "new rows"),
    ("known", "known"),
    ("rejects", "rejected"),
    ("skipped", "skipped"),
    ("tails", "tails"),
    ("chain_breaks", "breaks"),
)
_ALWAYS = frozenset({"files", "ads", "new"})
"""Columns that are shown even where all is zero."""


def show(report: Report, console: Console) -> None:
    """Print what came of it, the rejects with one example of each rule, and what people should know."""
    if report.kinds:
        console.print(_kinds(report))
    if report.rejects:
        console.print(_rejects(report))
    if report.skipped:
        listed = ", ".join(f"{word} {times:,}" for word, times in report.skipped.most_common())
        console.print(Text(f"Skipped, of types that are not kept: {visible(listed)}"))
    for note in report.notes:
        console.print(Text(f"Note: {visible(note)}"))


def _kinds(report: Report) -> Table:
    shown = Table(box=None, header_style="bold", pad_edge=False)
    shown.add_column("read as", no_wrap=True)
    columns = [
        (name, heading)
        for name, heading in _COLUMNS
        if name in _ALWAYS or any(getattr(tally, name) for tally in report.kinds.values())
    ]
    for _, heading in columns:
        shown.add_column(heading, justify="right")
    for label, tally in report.kinds.items():
        shown.add_row(label, *(f"{getattr(tally, name):,}" for name, _ in columns))
    return shown


def _rejects(report: Report) -> Table:
    shown = Table("rejected", "records", box=None, header_style="bold", pad_edge=False, title="")
    shown.add_column("why (one of them)", overflow="fold")
    for rule, times in report.rejects.most_common():
        shown.add_row(rule, f"{times:,}", Text(visible(report.reasons[rule])))
    return shown
