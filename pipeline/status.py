"""What `htc-ledger status` prints: tables of the lake, pools with their state, rejects by reason, settings."""

from collections import Counter
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cube import Cube
from pipeline.errors import CubeMissing
from pipeline.lake import Lake
from pipeline.schema import REJECT, TABLES
from pipeline.settings import Settings, config_path
from pipeline.viewer import LOCAL


def show_status(settings: Settings, console: Console) -> None:
    """Print the state of lake, cube and settings. Raises LakeError where there is no lake."""
    lake = Lake(settings.lake)
    console.print(_tables(lake))
    rejects = _rejects(lake)
    if rejects.row_count:
        console.print(rejects)
    _show_pools(lake, settings, console)
    console.print(_settings(settings))


def _tables(lake: Lake) -> Table:
    shown = _plain_table(f"Lake {lake.root}", "table", "rows", "version", "holds")
    for table in TABLES:
        shown.add_row(table.name, f"{lake.count(table):,}", str(lake.snapshot(table).version), table.grain)
    return shown


def _rejects(lake: Lake) -> Table:
    shown = _plain_table("Rejected records (kept whole in table reject)", "records", "rule", "reason of one of them")
    found = lake.read(REJECT, ["rule", "reason"]).to_pylist()
    counts = Counter(row["rule"] for row in found)
    reasons = {row["rule"]: row["reason"] for row in found}
    for rule, times in counts.most_common():
        shown.add_row(f"{times:,}", rule, Text(reasons[rule]))
    return shown


def _show_pools(lake: Lake, settings: Settings, console: Console) -> None:
    shown = _plain_table("Pools", "pool", "first day", "last day", "state", "why")
    try:
        cube = Cube.open(settings.lake)
    except CubeMissing as missing:
        console.print(f"\n[bold]Pools[/bold]\n{missing.what}. {missing.hint}")
        return
    now = datetime.now(UTC)
    for pool in cube.pools(LOCAL):
        state = cube.state((pool.name,), LOCAL, now, settings.stale_after_h)
        first, last = (str(day) if day else "—" for day in (pool.first_day, pool.last_day))
        shown.add_row(Text(pool.name), first, last, state.state, Text(state.sentence))
    console.print(shown)
    published = cube.published
    if any(lake.snapshot(table).version != published.tables.get(table.name) for table in TABLES):
        console.print("The lake has records that are not published yet: run `htc-ledger build`.", style="yellow")


def _settings(settings: Settings) -> Table:
    shown = _plain_table(f"Settings ({config_path()} and HTC_LEDGER_*)", "setting", "value", "meaning")
    for name, field in type(settings).model_fields.items():
        shown.add_row(name, Text(str(getattr(settings, name))), field.description or "")
    return shown


def _plain_table(title: str, *columns: str) -> Table:
    return Table(
        *columns,
        title=f"\n{title}",
        title_justify="left",
        title_style="bold",
        box=None,
        header_style="dim",
        pad_edge=False,
    )
