"""The commands `htc-ledger metadata ...`: whose projects, sites and accounts these are, as of a date."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.metadata.showing import say, show
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
    day,
)

if TYPE_CHECKING:
    from pipeline.cube import Cube
    from pipeline.lake import Lake
    from pipeline.metadata.entry import Entry
    from pipeline.metadata.store import Imported, Origin

DayOption = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="What holds on that day. Default: all days.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]


def metadata_app() -> typer.Typer:
    """The group of commands `metadata`."""
    app = typer.Typer(help="Whose projects, sites and accounts these are, as of a date.", no_args_is_help=True)
    importing = typer.Typer(help="Take metadata in: all of a file, or nothing.", no_args_is_help=True)
    importing.command("topology")(import_topology)
    importing.command("csv")(import_csv)
    importing.command("toml")(import_toml)
    app.add_typer(importing, name="import")
    app.command("list")(list_)
    app.command("show")(show_name)
    app.command()(unmapped)
    app.command()(oddities)
    app.command()(downtimes)
    app.command()(pledges)
    app.command()(awards)
    return app


def import_topology(
    path: Annotated[Path, typer.Argument(help="Folder, .tar or .tar.gz with OSG Topology's YAML files.")],
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="Day from which on this state holds. Default: today."),
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the import: the next one of that name follows it.")] = "topology",
    sponsors: Annotated[
        bool, typer.Option("--sponsors", help="Take sponsors of projects, too: many are missing or out of date.")
    ] = False,
    dry_run: DryRunOption = False,
    lake: LakeOption = None,
) -> None:
    """Projects, sites, institutions, fields of science and downtimes of OSG Topology.

    What changed since the last import of that name holds from this one's day on; the first one holds for all days
    before it, too. The same state twice changes nothing. Entries that are odd are listed by `metadata oddities`.
    """
    from pipeline.metadata import topology
    from pipeline.metadata.store import Origin

    entries = topology.read(path, with_sponsors=sponsors)
    day = as_of.date() if as_of else datetime.now(UTC).date()
    _report(_lake(lake), entries, Origin(name, "topology", day), dry_run=dry_run)


def import_csv(
    path: Annotated[Path, typer.Argument(help="CSV file; its first line names the columns.")],
    kind: Annotated[str | None, typer.Option(help="Kind of all rows, where there is no column `kind`.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the import. Default: that of the file.")] = None,
    dry_run: DryRunOption = False,
    lake: LakeOption = None,
) -> None:
    """Metadata of one's own, as CSV: replaces what the last import of that name brought. Formats: docs/metadata.md."""
    from pipeline.metadata.own_file import read_csv
    from pipeline.metadata.store import Origin

    _report(_lake(lake), read_csv(path, kind), Origin(name or path.name, "file", None), dry_run=dry_run)


def import_toml(
    path: Annotated[Path, typer.Argument(help="TOML file with [[project]], [[alias]], [[site]], ...")],
    name: Annotated[str | None, typer.Option(help="Name of the import. Default: that of the file.")] = None,
    dry_run: DryRunOption = False,
    lake: LakeOption = None,
) -> None:
    """Metadata of one's own, as TOML: replaces what the last import of that name brought. Formats: docs/metadata.md."""
    from pipeline.metadata.own_file import read_toml
    from pipeline.metadata.store import Origin

    _report(_lake(lake), read_toml(path), Origin(name or path.name, "file", None), dry_run=dry_run)


def list_(
    kind: Annotated[str, typer.Argument(help="project, alias, resource, site, institution, user, pledge, import, ...")],
    as_of: DayOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """What is stated of a kind of name, and on which days it holds.

    Example: htc-ledger metadata list project --as-of 2026-10-31 --format csv
    """
    from pipeline.metadata.listing import listed

    show(listed(_lake(lake), kind, day(as_of)), format_, output)


def show_name(
    name: Annotated[str, typer.Argument(help="A project, site, resource, account or institution's id.")],
    as_of: DayOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """All that is stated about one name, its other names among it."""
    from pipeline.metadata.listing import shown

    show(shown(_lake(lake), name, day(as_of)), format_, output)


def unmapped(
    kind: Annotated[
        list[str] | None,
        typer.Option(help="project, site, institution, contributing institution, field or user; may be repeated."),
    ] = None,
    first: FirstOption = None,
    last: LastOption = None,
    pool: PoolOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """Names with usage that no metadata know, those with most core hours first: what to register next."""
    from pipeline.metadata.questions import UNMAPPED
    from pipeline.viewer import LOCAL

    cube, pools = cube_and_pools(lake, pool, zone, url)
    answer = cube.unmapped(pools, LOCAL, tuple(kind) if kind else UNMAPPED, day(first), day(last))
    show(answer, format_, output, nothing="Every name that used the pool is registered.")


def oddities(
    rule: Annotated[str | None, typer.Option(help="Only entries that are odd in this way.")] = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """Entries of imported metadata that are not as they should be, each with its reason."""
    from pipeline.metadata.listing import oddities as odd

    show(odd(_lake(lake), rule), format_, output, nothing="No entry is odd.")


def downtimes(
    first: FirstOption = None,
    last: LastOption = None,
    pool: PoolOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """Downtimes that touch those days, with the core hours that their site gave on the days of each."""
    from pipeline.viewer import LOCAL

    cube, pools = cube_and_pools(lake, pool, zone, url)
    answer = cube.downtimes(pools, LOCAL, day(first), day(last))
    show(answer, format_, output, nothing="No downtime is known.")


def pledges(
    first: FirstOption = None,
    last: LastOption = None,
    pool: PoolOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """What sites promised, beside the core hours that they delivered on the promise's days."""
    asked = cube_and_pools(lake, pool, zone, url)
    _commitments(asked, ("pledge",), (day(first), day(last)), format_, output)


def awards(
    first: FirstOption = None,
    last: LastOption = None,
    pool: PoolOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """Allocations and awards of projects, beside the core hours that they used on the allocation's days."""
    asked = cube_and_pools(lake, pool, zone, url)
    _commitments(asked, ("allocation", "award"), (day(first), day(last)), format_, output)


def _commitments(
    asked: "tuple[Cube, tuple[str, ...]]",
    kinds: tuple[str, ...],
    days: tuple[date | None, date | None],
    form: Format,
    output: Path | None,
) -> None:
    from pipeline.viewer import LOCAL

    cube, pools = asked
    answer = cube.commitments(kinds, pools, LOCAL, *days)
    show(answer, form, output, nothing=f"No {' or '.join(kinds)} is known.")


def _lake(path: Path | None) -> "Lake":
    from pipeline import settings as configuration
    from pipeline.lake import Lake

    return Lake(configuration.load(lake=path).lake)


def _report(lake: "Lake", entries: "list[Entry]", origin: "Origin", *, dry_run: bool) -> None:
    from pipeline.metadata.store import put

    done = put(lake, entries, origin, datetime.now(UTC), dry_run=dry_run)
    say(_summary(done, dry_run=dry_run))
    if done.oddities:
        odd = ", ".join(f"{rule} {count:,}" for rule, count in done.oddities.items())
        say(f"Odd entries: {odd}. See them: htc-ledger metadata oddities")


def _summary(done: "Imported", *, dry_run: bool) -> str:
    found = ", ".join(f"{kind} {count:,}" for kind, count in done.kinds.items())
    if not done.new and not done.gone:
        return f"{done.source}: {found}. Nothing changed."
    would = "would be" if dry_run else "are"
    again = "" if dry_run else " Map usage by it: htc-ledger build"
    return f"{done.source}: {found}. {done.new:,} statements {would} new, {done.gone:,} {would} gone.{again}"
