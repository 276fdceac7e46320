"""Commands about the present: queue, capacity, and what was offered over time."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.cube import Cube

LakeOption = Annotated[
    Path | None, typer.Option("--lake", help="Folder of the lake (else HTC_LEDGER_LAKE or ledger.toml).")
]
PoolOption = Annotated[list[str] | None, typer.Option("--pool", help="Only this pool; may be repeated.")]


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


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

FormatOption = Annotated[Format, typer.Option("--format", help="table for people, the others for programs.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this part."""
    app.command()(queue)
    app.command()(capacity)


def queue(
    by: Annotated[
        str, typer.Option(help="Columns, comma separated: pool,ap,venue,project,user,status,hold_code.")
    ] = "pool,project,user,status",
    pool: PoolOption = None,
    format_: FormatOption = Format.table,
    lake: LakeOption = None,
) -> None:
    """Jobs in the queue when it was last asked, by project, user and status, with the usage so far of running ones.

    That usage is provisional: it is in no other number, and replaced by the job's records when its run ends.
    Example: htc-ledger queue --by status,hold_code
    """
    cube, pools = _cube(lake, pool)
    answer = cube.queue(_names(by), pools, _viewer())
    if format_ is not Format.table:
        _write(_with_times(answer), format_)
        return
    if not answer.num_rows:
        _say("No jobs: no queue was asked yet, or all were empty. `collect` asks those of sources of kind `schedds`.")
        return
    shown = [name for name in answer.column_names if name not in UNSHOWN and not _is_nothing(answer, name)]
    _show(answer.select(shown), _names(by))
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
    format_: FormatOption = Format.table,
    lake: LakeOption = None,
) -> None:
    """What pools offer now, in use or not: cores and memory by site and state; GPUs by model with --gpus.

    Partitionable slots count whole, their parts never besides; backfill slots offer the same cores again. With --hours:
    what was offered over time, what of it was claimed, what attempts used, and what was claimed without an attempt.
    Example: htc-ledger capacity --hours --by month,site --from 2026-10-01
    """
    cube, pools = _cube(lake, pool)
    if hours:
        _hours(cube, _names(by or "pool,day"), pools, (first, last), format_)
        return
    if first or last:
        raise UsageError("--from and --to go with --hours", "Without it the pool is shown as it is now.")
    columns = _names(by or "pool,is_backfill,site,state")
    answer = cube.gpus(pools, _viewer()) if gpus else cube.capacity(columns, pools, _viewer())
    if format_ is not Format.table:
        _write(_with_times(answer), format_)
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
    format_: Format,
) -> None:
    first, last = (None if moment is None else moment.date() for moment in days)
    answer = cube.capacity_hours(by, pools, _viewer(), first, last)
    if format_ is not Format.table:
        _write(answer, format_)
    elif answer.num_rows:
        shown = [name for name in answer.column_names if not _is_nothing(answer, name)]
        _show(answer.select(shown), by)
        _say(f"Days begin at midnight {cube.published.zone}; used: attempts in the pool, as used.")
    else:
        _say("No slots and no usage are known of that time.")


def _cube(lake: Path | None, pool: list[str] | None) -> "tuple[Cube, tuple[str, ...]]":
    """The cube, and the pools that are asked about. Raises UsageError for one that is not there."""
    from pipeline import settings as configuration
    from pipeline.cube import Cube

    cube = Cube.open(configuration.load(lake=lake).lake)
    known = tuple(info.name for info in cube.pools(_viewer()))
    unknown = [name for name in pool or () if name not in known]
    if unknown:
        raise UsageError(f"there is no pool {unknown[0]!r}", f"Known: {', '.join(known)}.")
    return cube, tuple(pool) if pool else known


def _viewer() -> Any:
    from pipeline.viewer import LOCAL

    return LOCAL


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _with_times(answer: "pa.Table") -> "pa.Table":
    """The answer with its moments as ISO 8601 text."""
    import pyarrow as pa

    for place, name in enumerate(answer.column_names):
        if name.endswith("_utc"):
            texts = [None if moment is None else _iso(moment) for moment in answer.column(name).to_pylist()]
            answer = answer.set_column(place, name, pa.array(texts, pa.string()))
    return answer


def _write(answer: "pa.Table", form: Format) -> None:
    from pipeline.export import to_csv, to_json

    sys.stdout.buffer.write(to_json(answer) if form is Format.json else to_csv(answer))
    sys.stdout.buffer.flush()


def _show(answer: "pa.Table", groups: Iterable[str]) -> None:
    from rich.table import Table
    from rich.text import Text

    from pipeline.terminal import standard_output, visible

    table = Table(box=None, header_style="bold", pad_edge=False)
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
        table.add_row(*(Text(visible(_cell(value))) for value in row.values()))
    standard_output().print(table)


def _is_nothing(answer: "pa.Table", name: str) -> bool:
    """True for a column about GPUs where nobody has any."""
    return "gpu" in name and not any(answer.column(name).to_pylist())


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _asked(answer: "pa.Table", what: str) -> str:
    moments = sorted({moment for moment in answer.column("seen_utc").to_pylist() if moment is not None})
    if not moments:
        return f"{what} at an unknown time."
    first, last = _iso(moments[0]), _iso(moments[-1])
    return f"{what} at {last}." if first == last else f"{what} between {first} and {last}."


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")


def _say(text: str) -> None:

    from pipeline.terminal import standard_output

    standard_output().print(text, style="dim", highlight=False, markup=False)
