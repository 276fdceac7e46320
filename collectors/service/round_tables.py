"""What came of a round: a table for people, JSON for programs, and what failed, for standard error."""

import json

from rich.console import Console
from rich.table import Table
from rich.text import Text

from collectors.report_tables import show as show_report
from collectors.service.round import Round
from pipeline.terminal import visible

STOPPED = "stopped by {}: what was read is in the lake, run it again for the rest"


def show(done: Round, console: Console) -> None:
    """One line per target, then what the records were. Names are strangers' texts: never markup."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("target", overflow="fold")
    for heading in ("new rows", "rejected", "seconds"):
        table.add_column(heading, justify="right")
    table.add_column("state")
    for visit in done.visits.values():
        style = "" if visit.error is None else "red"
        numbers = (f"{visit.new_rows:,}", f"{visit.rejects:,}", f"{visit.seconds:.1f}")
        table.add_row(Text(visible(visit.target)), *numbers, Text(visit.state, style))
    console.print(table)
    if done.report.kinds:
        console.print()
    show_report(done.report, console)


def as_json(done: Round) -> str:
    """All of it, for programs."""
    shown = {
        "targets": [vars(visit) | {"state": visit.state} for visit in done.visits.values()],
        "read": json.loads(done.report.as_json()),
    }
    return json.dumps(shown, indent=2) + "\n"


def complaints(done: Round) -> list[str]:
    """What failed and what to do, one text each."""
    told = [f"{visit.target}: {visit.error}" + (f"\n{visit.hint}" if visit.hint else "") for visit in done.failed]
    if done.unwritten is not None:
        told.append(f"health cannot be written: {done.unwritten}")
    return told
