"""The command `htc-ledger import`: files of other accounting systems in, a table or JSON of what came of it."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import LakeOption, ReportFormat

if TYPE_CHECKING:
    from collectors.imports.importing import Asked
    from collectors.report import Report


class ImportFormat(StrEnum):
    """As `collectors.imports.formats`, and `csv`."""

    gratia = "gratia"
    gracc = "gracc"
    apel = "apel"
    csv = "csv"


Paths = Annotated[list[Path], typer.Argument(readable=False, help="Files; of two versions the one named later counts.")]
PoolOption = Annotated[
    str, typer.Option("--pool", help="Pool that these hours belong to: one of their own, not one of HTCondor's.")
]
FromOption = Annotated[
    ImportFormat | None, typer.Option("--format", help="What the files are; else the content of each says it.")
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", help="Of a table (--format csv): TOML file that says what its columns tell.")
]
PilotsOption = Annotated[
    bool, typer.Option("--pilots", help="All of them are pilots: their hours are not added to those of jobs.")
]


Pattern = Annotated[str, typer.Argument(metavar="INDEX", help="Index, alias or pattern: 'gracc.osg.raw*'.")]
ShownOption = Annotated[ReportFormat, typer.Option("--report", help="table for people, json for programs.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this part."""
    app.command("import")(import_)
    app.command("import-elastic")(import_elastic)


def import_(
    paths: Paths,
    pool: PoolOption,
    from_: FromOption = None,
    mapping: MappingOption = None,
    pilots: PilotsOption = False,
    lake: LakeOption = None,
    report: ShownOption = ReportFormat.table,
) -> None:
    """Import hours that never were HTCondor's: Gratia's usage records (XML, bundles), GRACC's documents (JSON), APEL's
    messages, and tables of your own (CSV with a mapping).

    Importing a record again changes nothing; a newer version of it takes its place. Run `htc-ledger build` afterwards.
    """
    from datetime import UTC, datetime

    from rich.console import Console

    from collectors.imports.importing import import_files
    from pipeline import settings as configuration
    from pipeline.lake import Lake

    asked = _asked(pool, from_, mapping, pilots=pilots)
    settings = configuration.load(lake=lake)
    target = Lake(settings.lake)
    target.create()
    with Console(stderr=True).status("importing"):
        found = import_files(paths, target, settings, datetime.now(UTC), asked)
    _tell(found, report)


def import_elastic(
    index: Pattern,
    pool: PoolOption,
    pilots: PilotsOption = False,
    lake: LakeOption = None,
    report: ShownOption = ReportFormat.table,
) -> None:
    """Import GRACC's documents, raw or summary, from Elasticsearch (elastic_url in ledger.toml).

    Importing again reads only what is new or was changed. Run `htc-ledger build` afterwards.
    """
    from datetime import UTC, datetime

    from collectors.imports.elastic import import_index
    from pipeline import settings as configuration
    from pipeline.elastic.connection import connected
    from pipeline.lake import Lake

    asked = _asked(pool, None, None, pilots=pilots)
    settings = configuration.load(lake=lake)
    target = Lake(settings.lake)
    target.create()
    with connected(settings) as client:
        found = import_index(client, index, target, settings, datetime.now(UTC), asked)
    _tell(found, report)


def _tell(found: "Report", report: ReportFormat) -> None:
    from rich.console import Console

    from collectors.report_tables import show
    from pipeline.terminal import visible

    if report is ReportFormat.json:
        typer.echo(found.as_json(), nl=False)
    else:
        show(found, Console())
    for what, hint in found.unread:
        typer.echo(f"error: {visible(what)}" + (f"\n{visible(hint)}" if hint else ""), err=True)
    if found.unread:
        raise typer.Exit(1)


def _asked(pool: str, from_: ImportFormat | None, mapping: Path | None, *, pilots: bool) -> "Asked":
    """What the options come to. Raises UsageError where they do not fit, SettingsError for a wrong mapping."""
    from collectors.imports.importing import Asked
    from collectors.imports.mapping import read_mapping
    from pipeline.errors import UsageError

    if not pool.strip():
        raise UsageError("--pool is empty", "Name a pool for these hours.")
    if from_ is ImportFormat.csv and mapping is None:
        raise UsageError("a table needs a mapping", "Name it with --mapping FILE.toml; docs/imports.md has an example.")
    if mapping is not None and from_ not in (None, ImportFormat.csv):
        raise UsageError(f"a mapping is for tables, not for {from_}", "Leave --mapping or --format out.")
    if mapping is not None:
        return Asked(pool, mapping=read_mapping(mapping), pilots=pilots)
    return Asked(pool, None if from_ is None else from_.value, pilots=pilots)
