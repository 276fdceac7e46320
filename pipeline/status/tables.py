"""A `Status` as tables for people. Names, errors and evidence quote strangers: they are text, never markup."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.status.gather import CubeStatus, Rows, Status
from pipeline.status.sources import SourceStatus, duration
from pipeline.terminal import visible

MOST_ROWS = 12
"""Of what is listed; --format json has all."""
COLOURS = {
    "ok": "green",
    "complete": "green",
    "writable": "green",
    "partial": "yellow",
    "unknown": "yellow",
    "stale": "yellow",
    "overdue": "yellow",
    "missing": "red",
    "failing": "red",
    "full": "red",
    "read-only": "red",
    "forbidden": "red",
}


def show(status: Status, now: datetime, console: Console) -> None:
    """Print it, what needs a hand first."""
    _writing(status, console)
    if status.sources:
        console.print(_sources(status.sources, now))
        _more(console, len(status.sources))
    if status.cube is None:
        console.print(f"\n[bold]Pools[/bold]\n{status.without_cube}", highlight=False)
    else:
        _cube(status.cube, now, console)
    if status.rejects:
        console.print(_rejects(status.rejects))
        _more(console, len(status.rejects))
    console.print(_tables(status))
    console.print(_settings(status))


def _writing(status: Status, console: Console) -> None:
    writing = status.writing
    text = Text.assemble(
        ("Lake", "bold"), f" {status.lake}: ", _word(writing.state), f", {_size(writing.free_bytes)} free"
    )
    console.print(text)
    if writing.error:
        console.print(Text(f"{writing.error}. {writing.hint}", style="red"))


def _sources(sources: Sequence[SourceStatus], now: datetime) -> Table:
    shown = plain_table("Sources", "source", "state", "since", "last success", "what is wrong, and what to do")
    for source in sources[:MOST_ROWS]:
        wrong = " ".join(part for part in (source.error, source.hint) if part)
        shown.add_row(
            Text(visible(source.name)),
            _word(source.state),
            _when(source.since_utc),
            _ago(source.ok_utc, now),
            Text(visible(wrong)),
        )
    return shown


def _cube(cube: CubeStatus, now: datetime, console: Console) -> None:
    pools = plain_table("Pools", "pool", "usage", "newest record", "proven up to", "state", "why")
    for one in cube.pools:
        days = (str(day) for day in (one.pool.first_day, one.pool.last_day) if day)
        pools.add_row(
            Text(visible(one.pool.name)),
            " to ".join(dict.fromkeys(days)) or "—",
            _ago(one.freshness.newest_record_utc, now),
            _ago(one.freshness.proven_utc, now),
            _word(one.state.state),
            Text(visible(one.state.sentence)),
        )
    console.print(pools)
    made = cube.published
    others = "" if not made.other_zones else f"; --zone asks in {', '.join(made.other_zones)}"
    console.print(f"Days begin at midnight {made.zone}{others}.", style="dim", markup=False, highlight=False)
    if cube.unpublished:
        console.print("The lake has records that are not published yet: run `htc-ledger build`.", style="yellow")
    if cube.incomplete:
        console.print(_incomplete(cube.incomplete))
        _more(console, len(cube.incomplete))
    if cube.missing_jobs:
        console.print(_missing(cube.missing_jobs))
        _more(console, len(cube.missing_jobs))


def _incomplete(rows: Rows) -> Table:
    shown = plain_table("Days that are not complete", "pool", "source and stream", "days", "state", "evidence")
    for row in rows[:MOST_ROWS]:
        days = row["first_day"] if row["days"] == 1 else f"{row['first_day']} to {row['last_day']}"
        stream = " ".join(part for part in (row["ap"], row["stream"], f"({row['source']})") if part)
        shown.add_row(
            Text(visible(row["pool"])),
            Text(visible(stream)),
            days,
            _word(row["state"]),
            Text(visible(row["evidence"] or "")),
        )
    return shown


def _missing(rows: Rows) -> Table:
    shown = plain_table("Jobs without a final ad", "access point", "ids", "jobs", "since", "state", "what is known")
    for row in rows[:MOST_ROWS]:
        shown.add_row(
            Text(visible(row["ap"])), ids(row), f"{row['jobs']:,}", row["day"], _word(row["state"]), KNOWN[row["kind"]]
        )
    return shown


KNOWN = {
    "job": "nothing but the ids that their cluster must have",
    "final ad": "that they ran",
    "cluster": "nothing; a submission that failed uses up an id, too",
}
"""Of the kinds of missing jobs."""


def ids(row: Mapping[str, Any]) -> str:
    """The range of job ids of a row of `missing_job`: `12.3`, `12.3 to 12.7`, `clusters 12 to 19`."""
    first, last = row["first_cluster"], row["last_cluster"]
    if row["first_proc"] is None:
        word = "cluster" if first == last else "clusters"
        return f"{word} {first}" if first == last else f"{word} {first} to {last}"
    one, other = f"{first}.{row['first_proc']}", f"{last}.{row['last_proc']}"
    return one if one == other else f"{one} to {other}"


def _rejects(rows: Rows) -> Table:
    shown = plain_table("Rejected records (kept whole in table reject)", "records", "rule", "reason of one of them")
    for row in rows[:MOST_ROWS]:
        shown.add_row(f"{row['records']:,}", Text(visible(row["rule"])), Text(visible(row["reason"] or "")))
    return shown


def _tables(status: Status) -> Table:
    shown = plain_table("Tables of the lake", "table", "rows", "version", "holds")
    for table in status.tables:
        version = "—" if table.version < 0 else str(table.version)
        shown.add_row(table.name, f"{table.rows:,}", version, table.grain)
    return shown


def _settings(status: Status) -> Table:
    shown = plain_table(f"Settings ({status.config} and HTC_LEDGER_*)", "setting", "value", "meaning")
    for name, value, meaning in status.settings:
        shown.add_row(name, Text(visible(value)), Text(meaning))
    return shown


def plain_table(title: str, *columns: str) -> Table:
    """A table without lines, under a bold title."""
    shown = Table(title=Text(f"\n{title}"), title_justify="left", title_style="bold", box=None, header_style="dim")
    shown.pad_edge = False
    for column in columns:
        shown.add_column(column, overflow="fold")
    return shown


def _more(console: Console, count: int) -> None:
    if count > MOST_ROWS:
        console.print(f"... and {count - MOST_ROWS:,} more: --format json has all.", style="dim", highlight=False)


def _word(word: str) -> Text:
    return Text(word, style=COLOURS.get(word, ""))


def _when(instant_utc: int) -> str:
    return datetime.fromtimestamp(instant_utc, UTC).strftime("%Y-%m-%d %H:%M")


def _ago(instant_utc: int | None, now: datetime) -> str:
    return "never" if instant_utc is None else f"{duration(max(0, int(now.timestamp()) - instant_utc))} ago"


def _size(count: int) -> str:
    return f"{count / (1 << 30):,.1f} GiB"
