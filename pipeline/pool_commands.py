"""Commands about the present: queue, capacity, and what was offered over time."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import UsageError
from pipeline.options import (
    Format,
    LakeOption,
    PoolOption,
    TextFormat,
    TextFormatOption,
    UrlOption,
    ZoneOption,
    cube_and_pools,
    day,
    names,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.cube import Cube


HEADS = {
    "cores_asked": "cores\nasked",
    "cores_held": "cores\nheld",
    "gpus_asked": "GPUs\nasked",
    "gpus_held": "GPUs\nheld",
    "provisional_cpu_h": "core h\nso far*",
    "provisional_gpu_h": "GPU h\nso far*",
    "memory_gib": "memory\nGiB",
    "is_backfill": "backfill",
    "hold_code": "hold\ncode",
    "gpu_model": "GPU model",
    "gpus": "GPUs",
    "offered_cpu_h": "offered\ncore h",
    "claimed_cpu_h": "claimed\ncore h",
    "used_cpu_h": "used\ncore h",
    "claimed_unused_cpu_h": "claimed,\nno attempt",
    "backfill_cpu_h": "backfill\ncore h",
    "offered_gpu_h": "offered\nGPU h",
    "claimed_gpu_h": "claimed\nGPU h",
    "used_gpu_h": "used\nGPU h",
}
"""Heads of columns for people, where they are not the column's name."""

UNSHOWN = ("since_utc", "seen_utc", "hold_reason", "provisional_jobs")
"""Columns of the queue that only programs get."""


def add_to(app: typer.Typer) -> None:
    """Register the commands of this part."""
    app.command()(queue)
    app.command()(capacity)


def queue(
    by: Annotated[
        str, typer.Option(help="Columns, comma separated: pool,ap,venue,project,user,status,hold_code.")
    ] = "pool,project,user,status",
    pool: PoolOption = None,
    format_: TextFormatOption = TextFormat.table,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """Jobs in the queue when it was last asked, by project, user and status, with the usage so far of running ones.

    That usage is provisional: it is in no other number, and replaced by the job's records when its run ends.
    Example: htc-ledger queue --by status,hold_code
    """
    cube, pools = cube_and_pools(lake, pool, url=url)
    answer = cube.queue(names(by), pools, _viewer())
    if format_ is not TextFormat.table:
        _write(answer, format_)
        return
    if not answer.num_rows:
        _say("No jobs: no queue was asked yet, or all were empty. `collect` asks those of sources of kind `schedds`.")
        return
    shown = [name for name in answer.column_names if name not in UNSHOWN and not _is_nothing(answer, name)]
    _show(answer.select(shown), names(by))
    _say(_asked(answer, "Queues were asked"))
    _say("* Provisional: used up to then by jobs whose run has not ended in the lake; it is in no other number.")


def capacity(
    by: Annotated[
        str, typer.Option(help="Columns, comma separated: pool,origin,is_backfill,site,resource,state.")
    ] = "",
    gpus: Annotated[bool, typer.Option("--gpus", help="GPUs by model instead of cores and memory.")] = False,
    hours: Annotated[
        bool,
        typer.Option("--hours", help="Hours offered, claimed and used over time; --by pool,day,month,site,resource."),
    ] = False,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="With --hours: first day, included.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="With --hours: last day, included.")
    ] = None,
    pool: PoolOption = None,
    format_: TextFormatOption = TextFormat.table,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """What pools offer now, in use or not: cores and memory by site and state; GPUs by model with --gpus.

    Partitionable slots count whole, their parts never besides; backfill slots offer the same cores again. With --hours:
    what was offered over time, what of it was claimed, what attempts used, and what was claimed without an attempt.
    Example: htc-ledger capacity --hours --by month,site --from 2026-10-01
    """
    cube, pools = cube_and_pools(lake, pool, zone, url)
    if hours:
        _hours(cube, names(by or "pool,day"), pools, (first, last), format_)
        return
    if first or last or zone:
        raise UsageError("--from, --to and --zone go with --hours", "Without it the pool is shown as it is now.")
    columns = names(by or "pool,is_backfill,site,state")
    answer = cube.gpus(pools, _viewer()) if gpus else cube.capacity(columns, pools, _viewer())
    if format_ is not TextFormat.table:
        _write(answer, format_)
        return
    if not answer.num_rows:
        _say("No slots are known: `collect` asks for them where there is a source of kind `pool`.")
        return
    _show(answer.drop_columns(["seen_utc"]), columns)
    _say(_asked(answer, "Slots were seen"))


def _hours(
    cube: "Cube",
    by: tuple[str, ...],
    pools: tuple[str, ...],
    days: tuple[datetime | None, datetime | None],
    format_: TextFormat,
) -> None:
    first, last = map(day, days)
    answer = cube.capacity_hours(by, pools, _viewer(), first, last)
    if format_ is not TextFormat.table:
        _write(answer, format_)
    elif answer.num_rows:
        shown = [name for name in answer.column_names if not _is_nothing(answer, name)]
        _show(answer.select(shown), by)
        _say(f"Days begin at midnight {cube.published.zone}; used: attempts in the pool, as used.")
    else:
        _say("No slots and no usage are known of that time.")


def _viewer() -> Any:
    from pipeline.viewer import LOCAL

    return LOCAL


def _write(answer: "pa.Table", form: TextFormat) -> None:
    from pipeline.answers import with_times, write_table

    write_table(with_times(answer), Format(form.value))


def _show(answer: "pa.Table", groups: Iterable[str]) -> None:
    from rich.text import Text

    from pipeline.terminal import cell, plain_table, standard_output

    table = plain_table()
    texts = {*groups, "origin", "is_backfill", "site", "gpu_model", "state", "pool"}
    for name in answer.column_names:
        is_text = name in texts
        table.add_column(
            HEADS.get(name, name),
            justify="left" if is_text else "right",
            overflow="fold",
            no_wrap=not is_text,
            min_width=7 if is_text else None,
        )
    for row in answer.to_pylist():
        table.add_row(*(Text(cell(value)) for value in row.values()))
    standard_output().print(table)


def _is_nothing(answer: "pa.Table", name: str) -> bool:
    """True for a column about GPUs where nobody has any."""
    return "gpu" in name and not any(answer.column(name).to_pylist())


def _asked(answer: "pa.Table", what: str) -> str:
    from pipeline.answers import iso

    moments = sorted({moment for moment in answer.column("seen_utc").to_pylist() if moment is not None})
    if not moments:
        return f"{what} at an unknown time."
    first, last = iso(moments[0]), iso(moments[-1])
    return f"{what} at {last}." if first == last else f"{what} between {first} and {last}."


def _say(text: str) -> None:

    from pipeline.terminal import standard_output

    standard_output().print(text, style="dim", highlight=False, markup=False)
