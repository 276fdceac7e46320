"""Commands of the way in: ingest, collect, replay, rejects, simulate."""

import typer

from collectors.collect_command import collect
from collectors.ingest_command import ingest
from collectors.rejects_command import rejects_app
from collectors.replay_command import replay
from collectors.simulate.command import simulate


def add_to(app: typer.Typer) -> None:
    """Register the commands of this part."""
    app.command()(ingest)
    app.command()(collect)
    app.command()(replay)
    app.add_typer(rejects_app(), name="rejects")
    app.command()(simulate)
