"""The command `htc-ledger simulate`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from collectors.simulate.plan import END, FAULTS, LEAST, Plan
from pipeline.errors import UsageError
from pipeline.options import LakeOption

if TYPE_CHECKING:
    from rich.console import Console

    from collectors.simulate.write import Written

LAST_DAY = datetime.combine(END, time(), tzinfo=UTC)


class To(StrEnum):
    """What a pool is written as."""

    files = "files"
    lake = "lake"


Folder = Annotated[
    Path | None, typer.Argument(help="For files: a new or empty folder; it gets one folder per access point.")
]
Into = Annotated[
    To,
    typer.Option(
        "--to",
        help="files: as access points write them. lake: plainer records straight into the lake, much faster.",
    ),
]
Days = Annotated[int, typer.Option(min=LEAST["days"], help="Days that the records span.")]
Jobs = Annotated[
    int, typer.Option(min=LEAST["jobs"], help="Jobs submitted in that time: about 11 kB each, with their runs.")
]
Projects = Annotated[
    int,
    typer.Option(
        min=LEAST["projects"],
        help="Projects. The first eight have work of their own kind (GPU, workflows, ...), the others share the tail.",
    ),
]
Sites = Annotated[int, typer.Option(min=LEAST["sites"], help="Sites that run jobs.")]
AccessPoints = Annotated[
    int, typer.Option(min=LEAST["access_points"], help="Access points: one history and one epoch file each.")
]
Seed = Annotated[
    int,
    typer.Option(
        min=LEAST["seed"],
        help="Another number makes another pool of the same kind; the same one makes the same bytes.",
    ),
]
End = Annotated[
    datetime, typer.Option(formats=["%Y-%m-%d"], show_default=END.isoformat(), help="Last day of the records, UTC.")
]
Faults = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="NAME",
        help="Plant this fault, at a place and from a time that the seed chooses, among ordinary failures and in place "
        f"of the usual troubles; repeat it for more. all, none (ordinary failures alone), or {', '.join(FAULTS)}.",
    ),
]
Truths = Annotated[Path | None, typer.Option("--truth", help="New file for what was planted where and when: JSON.")]
Label = Annotated[str, typer.Option(help="Name of the pool, shown as 'NAME (simulated)' everywhere.")]


def simulate(
    folder: Folder = None,
    to: Into = To.files,
    days: Days = 90,
    jobs: Jobs = 20_000,
    projects: Projects = 40,
    sites: Sites = 25,
    access_points: AccessPoints = 3,
    seed: Seed = 1,
    end: End = LAST_DAY,
    label: Label = "prairie",
    fault: Faults = None,
    truth: Truths = None,
    lake: LakeOption = None,
) -> None:
    """Write the history and epoch files of a made-up pool, to try things out.

    The files look like those of real access points, with their odd cases, and with troubles to be found: a bad node,
    a storm of evictions, a dying site, a project that asks for far too much memory, one that leaves its GPUs idle.
    The access points' names end in .simulated: such a pool is never added to a real one.
    """
    from rich.console import Console

    from pipeline.terminal import standard_output

    plan = Plan(seed, days, end.date(), jobs, projects, sites, access_points, label, _faults(fault))
    progress, screen = Console(stderr=True), standard_output()
    if truth is not None:
        _write_truth(plan, truth)
    if to is To.lake:
        if folder is not None:
            raise UsageError("a folder is named, and no files are written", "Leave it out, or `--to files`.")
        _write_straight(plan, lake, progress, screen)
    elif folder is None:
        raise UsageError("no folder is named for the files", "Write `htc-ledger simulate FOLDER`, or `--to lake`.")
    else:
        _report(plan, folder, _write(plan, folder, progress), screen)


def _faults(named: list[str] | None) -> tuple[str, ...] | None:
    """The faults to plant; None where none of them is named, which is not the same as `none`."""
    if named is None:
        return None
    return FAULTS if "all" in named else tuple(name for name in named if name != "none")


def _write_truth(plan: Plan, path: Path) -> None:
    from collectors.simulate.plant import truths, write_truths
    from collectors.simulate.population import populate

    if plan.faults is None:
        raise UsageError("nothing is planted of which the truth could be written", "Name faults: --fault all.")
    write_truths(truths(plan, populate(plan)), path)


def _write(plan: Plan, folder: Path, console: "Console") -> "Written":
    from collectors.simulate.write import write_pool

    with _writing(plan, console) as progress:
        return write_pool(plan, folder, progress)


def _write_straight(plan: Plan, root: Path | None, console: "Console", screen: "Console") -> None:
    from rich.markup import escape

    from collectors.simulate.straight import write_straight
    from collectors.simulate.straight_records import write_records
    from pipeline import settings
    from pipeline.lake import Lake

    lake = Lake(settings.load(lake=root).lake)
    write = write_straight if plan.faults is None else write_records
    with _writing(plan, console) as progress:
        write(plan, lake, progress)
    screen.print(f"{plan.jobs:,} jobs of {plan.pool} are in {escape(str(lake.root))}.", soft_wrap=True)
    screen.print("Next: htc-ledger build", highlight=False)


@contextmanager
def _writing(plan: Plan, console: "Console") -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, for the number of jobs written so far."""
    from rich.progress import Progress

    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("writing jobs", total=plan.jobs)
        yield lambda done: bar.update(task, completed=done)


def _report(plan: Plan, folder: Path, written: "Written", console: "Console") -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table("what", "number", title=_title(plan), title_justify="left")
    table.columns[1].justify = "right"
    table.add_row("access points", f"{plan.access_points:,}")
    table.add_row("jobs that left the queue", f"{written.jobs:,}")
    table.add_row("runs of them", f"{written.attempts + written.lost_runs:,}")
    table.add_row("file transfer records", f"{written.transfers:,}")
    table.add_row("runs without an end on record", f"{written.lost_runs + written.open_runs:,}")
    table.add_row("size", f"{written.bytes / 1e6:,.1f} MB")
    console.print(table)
    console.print(f"Next: htc-ledger ingest {escape(quote(str(folder)))}/*/*history", soft_wrap=True, highlight=False)


def _title(plan: Plan) -> str:
    first = plan.end - timedelta(days=plan.days - 1)
    return f"{plan.pool}\n{first} to {plan.end}"
