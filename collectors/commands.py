"""Commands of the way in: ingest, import, collect, replay, rejects, simulate."""

import typer

from collectors.collect_command import collect
from collectors.elastic import command as elastic_command
from collectors.imports import command as imports_command
from collectors.ingest_command import ingest
from collectors.rejects_command import rejects_app
from collectors.replay_command import replay
from collectors.simulate.command import simulate


def add_to(app: typer.Typer) -> None:
    """Register the commands of this part."""
    app.command()(ingest)
    elastic_command.add_to(app)
    imports_command.add_to(app)
    app.command()(collect)
    app.command()(replay)
    app.add_typer(rejects_app(), name="rejects")
    app.command()(simulate)
