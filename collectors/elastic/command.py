"""The command `htc-ledger ingest-elastic`: an index in, a table or JSON of what came of it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.options import LakeOption, ReportFormat, ReportFormatOption

Pattern = Annotated[str, typer.Argument(metavar="INDEX", help="Index, alias, data stream or pattern: 'adstash*'.")]
PoolOption = Annotated[str | None, typer.Option("--pool", help="Pool of the records; else the setting `pool`.")]


def add_to(app: typer.Typer) -> None:
    """Register the command of this part."""
    app.command("ingest-elastic")(ingest_elastic)


def ingest_elastic(
    index: Pattern,
    pool: PoolOption = None,
    lake: LakeOption = None,
    format_: ReportFormatOption = ReportFormat.table,
) -> None:
    """Read job records of condor_adstash or CMS' spider from Elasticsearch (elastic_url in ledger.toml) into the lake.

    Reading again adds only what is new, late and changed records included.
    """
    from rich.console import Console

    from collectors.elastic.read import read
    from collectors.report_tables import show
    from pipeline import settings as configuration
    from pipeline.elastic.connection import connected
    from pipeline.errors import UsageError
    from pipeline.lake import Lake

    if pool is not None and not pool.strip():
        raise UsageError("--pool is empty", "Leave it out, or name one.")
    settings = configuration.load(lake=lake)
    target = Lake(settings.lake)
    target.create()
    with connected(settings) as client:
        report = read(client, index, target, settings, datetime.now(UTC), pool)
    if format_ is ReportFormat.json:
        typer.echo(report.as_json(), nl=False)
    else:
        show(report, Console())
