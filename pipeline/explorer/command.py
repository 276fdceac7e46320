"""The command `jobs`: single jobs or attempts, filtered and sorted, for people and programs."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.options import (
    FirstOption,
    Format,
    FormatOption,
    LakeOption,
    LastOption,
    OutputOption,
    PoolOption,
    UrlOption,
    ZoneOption,
    cube_and_pools,
    days,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.explorer.asked import Listed
    from pipeline.explorer.columns import Column
    from pipeline.query import Where

SHOWN = {
    "jobs": ("job", "end_utc", "user", "project", "site", "outcome", "attempts", "cpu_h", "cpu_efficiency", "wasted_h"),
    "attempts": ("job", "run", "start_utc", "end_utc", "user", "project", "site", "outcome", "cpu_h", "cpu_efficiency"),
}
"""Columns that people get; programs get all."""


class Of(StrEnum):
    jobs = "jobs"
    attempts = "attempts"


def add_to(app: typer.Typer) -> None:
    """Register the command of this part."""
    app.command()(jobs)


def jobs(
    job: Annotated[
        str | None,
        typer.Argument(help="AP#CLUSTER.PROC, CLUSTER.PROC, a cluster or a GlobalJobId: then days do not act."),
    ] = None,
    of: Annotated[Of, typer.Option(help="jobs: those that left the queue; attempts: each start on a slot.")] = Of.jobs,
    where: Annotated[
        list[str] | None,
        typer.Option(
            help='DIMENSION=VALUE as in `usage`, or a filter of a column: "wasted_h>=5", "command~sweep", '
            '"outcome=failed,removed", "memory_used_gib=?" (not known). Repeat it: all must hold.'
        ),
    ] = None,
    sort: Annotated[
        str, typer.Option(help="Column to sort by; -COLUMN: the largest first. `--sort help` lists the columns.")
    ] = "-end_utc",
    limit: Annotated[int, typer.Option(min=1, help="Rows at most: up to 100,000.")] = 50,
    first: FirstOption = None,
    last: LastOption = None,
    pool: PoolOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """Single jobs: who ran what, where, how it ended, what it used and wasted. `htc-ledger explain` shows one whole.

    Example: htc-ledger jobs --where outcome=failed --where "wasted_h>=10" --sort -wasted_h --from 2026-10-01
    """
    from pipeline.answers import with_times, write_table
    from pipeline.explorer.asked import Rows
    from pipeline.viewer import LOCAL

    if sort == "help":
        _list_columns(of.value)
        return
    bounds = days(first, last)
    cube, pools = cube_and_pools(lake, pool, zone, url)
    asked = asked_of(of.value, job, where or [], sort, bounds, pools if pool else ())
    found = cube.listed(asked, Rows(0, limit), LOCAL)
    if format_ is not Format.table or output is not None:
        write_table(with_times(found), format_, output)
    elif not found.num_rows:
        _say(f"No {of.value} are known of that.")
    else:
        _show(found, of.value, asked.named)
        _say(_how_many(found.num_rows, limit))


def asked_of(
    of: str,
    job: str | None,
    where: list[str],
    sort: str,
    bounds: tuple[date | None, date | None],
    pools: tuple[str, ...],
) -> "Listed":
    from pipeline.explorer.asked import Listed
    from pipeline.explorer.conditions import of_argument
    from pipeline.explorer.ids import job_ids

    names, others = _apart(where)
    kind: Any = of
    return Listed(
        kind,
        *bounds,
        (*names, *((("pool", pools),) if pools else ())),
        tuple(of_argument(kind, other) for other in others),
        None if job is None else job_ids(job),
        sort,
    ).checked()


def _apart(where: list[str]) -> "tuple[Where, list[str]]":
    """Names of dimensions, of which the same one's are alternatives; and filters of columns."""
    from pipeline.explorer.asked import DIMENSIONS
    from pipeline.query import where_of

    names = [text for text in where if text.partition("=")[0].strip() in DIMENSIONS]
    return where_of(names), [text for text in where if text not in names]


def _how_many(count: int, limit: int) -> str:
    if count < limit:
        return f"{count:,} in all. Moments are UTC; — is not known."
    return f"The first {count:,}: --limit shows more, --sort others. Moments are UTC; — is not known."


def _show(found: "pa.Table", of: str, named: tuple[str, ...]) -> None:
    """What rows are filtered and sorted by is shown, too."""
    from rich.text import Text

    from pipeline.explorer.columns import column
    from pipeline.terminal import plain_table, standard_output

    kind: Any = of
    shown = [column(kind, name) for name in dict.fromkeys((*SHOWN[of], *named))]
    table = plain_table()
    for each in shown:
        right = each.kind in ("number", "share")
        table.add_column(each.label, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in found.to_pylist():
        table.add_row(*(Text(_cell(each, row[each.name])) for each in shown))
    standard_output().print(table)


def _cell(column: "Column", value: Any) -> str:
    from pipeline.terminal import cell

    if value is None:
        return cell(value)
    if column.kind == "moment":
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M}"
    if column.kind == "share":
        return f"{100 * value:.1f} %"
    return cell(value if column.kind == "number" else str(value)[:200])


def _list_columns(of: str) -> None:
    from rich.table import Table

    from pipeline.explorer.columns import COLUMNS
    from pipeline.terminal import standard_output

    kind: Any = of
    table = Table("column", "unit", "definition", box=None, header_style="bold", pad_edge=False)
    for column in COLUMNS[kind]:
        table.add_row(column.name, column.unit, column.doc)
    standard_output().print(table)


def _say(sentence: str) -> None:
    from pipeline.terminal import standard_output

    standard_output().print(sentence, style="dim", markup=False, highlight=False)
