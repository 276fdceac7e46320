"""The command `explain`: a job's receipt."""

import sys
from typing import Annotated

import typer

from pipeline.options import (
    LakeOption,
    ReportFormat,
    ReportFormatOption,
    UrlOption,
    ZoneOption,
    cube_at,
)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(explain)


def explain(
    job: Annotated[str, typer.Argument(help="AP#CLUSTER.PROC, CLUSTER.PROC or a GlobalJobId.")],
    raw: Annotated[bool, typer.Option("--raw", help="Also print the record behind each line, as it was read.")] = False,
    pool: Annotated[
        str | None, typer.Option("--pool", help="Pool of the job, where several have one so named.")
    ] = None,
    format_: ReportFormatOption = ReportFormat.table,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """How a job's hours came about: its attempts and their records, what was charged on which day, and why.

    Example: htc-ledger explain ap1.example.org#1234.0
    """
    from pipeline.receipt.as_json import as_json
    from pipeline.receipt.as_table import show
    from pipeline.receipt.naming import parse
    from pipeline.terminal import standard_output
    from pipeline.viewer import LOCAL

    name = parse(job, pool)
    found = cube_at(lake, url, zone).receipt(name, LOCAL)
    if format_ is ReportFormat.json:
        sys.stdout.write(as_json(found, raw=raw))
    else:
        show(found, standard_output(), raw=raw)
