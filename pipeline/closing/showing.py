"""Closed months and differences as tables on a terminal."""

from rich.console import Console
from rich.text import Text

from pipeline.closing.causes import CAUSES
from pipeline.closing.diff import Difference, DiffQuery
from pipeline.closing.states import ClosedStates
from pipeline.query import dimension
from pipeline.terminal import plain_table, standard_output, visible


def show_states(found: ClosedStates) -> None:
    """One row a version, and below it what is wrong."""
    console = standard_output()
    if not found.versions:
        console.print("No month was closed yet: `htc-ledger close MONTH` closes one.")
    else:
        table = plain_table()
        for heading in ("month", "version", "state", "closed", "by", "totals", "reason"):
            table.add_column(heading, overflow="fold", no_wrap=heading in ("month", "totals", "closed"))
        for one in found.versions:
            when = one.closed_utc[:16].replace("T", " ")
            cells = (one.month, str(one.version), one.state, when, one.by, one.totals_sha256[:16], one.reason)
            table.add_row(*(Text(visible(cell)) for cell in cells))
        console.print(table)
    for one in found.versions:
        for trouble in one.trouble:
            console.print(Text(f"{one.month} version {one.version}: {visible(trouble)}", style="bold"))
    if found.journal:
        console.print(Text(visible(found.journal), style="bold"))


def show_difference(found: Difference, query: DiffQuery, month: str) -> None:
    """One row a group and cause; below it what the causes mean and that they add up."""
    console = standard_output()
    table = plain_table()
    for name in query.by:
        table.add_column(dimension(name).label, overflow="fold")
    table.add_column("Cause", no_wrap=True)
    for heading in ("jobs", "core h\nbefore", "core h\nafter", "core h\ndifference", "GPU h\ndifference"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in found.rows.to_pylist():
        table.add_row(
            *(Text(visible(str(row[name]))) for name in (*query.by, "cause")),
            f"{row['jobs']:,}",
            f"{row['core_h_before']:,.3f}",
            f"{row['core_h_after']:,.3f}",
            f"{row['core_h_difference']:+,.3f}",
            f"{row['gpu_h_difference']:+,.3f}",
        )
    if found.rows.num_rows:
        console.print(table)
        _explain(console, {row["cause"] for row in found.rows.to_pylist()})
    else:
        console.print("Nothing changed.")
    console.print(Text(_summary(found, query, month), style="dim"))


def _explain(console: Console, causes: set[str]) -> None:
    for cause in CAUSES:
        if cause.name in causes:
            console.print(Text(f"{cause.name}: {cause.doc}", style="dim"))


def _summary(found: Difference, query: DiffQuery, month: str) -> str:
    before, after = found.totals["mcore_s"]
    booked = "as used" if query.booking == "used" else "as ended"
    return (
        f"{month}, {booked}: {found.before} {before / 3_600_000:,.3f} core h, {found.after} {after / 3_600_000:,.3f}; "
        f"difference {(after - before) / 3_600_000:+,.3f}, the sum of the causes."
    )
