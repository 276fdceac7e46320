"""Commands of the way in: ingest, simulate."""

import typer

from collectors.ingest_command import ingest
from collectors.simulate.command import simulate


def add_to(app: typer.Typer) -> None:
    """Register the commands of this part."""
    app.command()(ingest)
    app.command()(simulate)
