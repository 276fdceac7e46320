"""Commands of the dashboard: serve."""

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Register the commands of this part."""
    app.command()(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on: a loopback one, or any with a login.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, envvar=["HTC_LEDGER_PORT", "PORT"], help="Port; 0 takes a free one.")
    ] = None,
    lake: Annotated[
        Path | None, typer.Option("--lake", help="Folder of the lake (else HTC_LEDGER_LAKE or ledger.toml).")
    ] = None,
) -> None:
    """Serve the dashboard until interrupted.

    A cube that is built meanwhile is shown without a restart.
    """
    from dashboard import serving
    from dashboard.identity.setup import setup_of
    from pipeline import settings as configuration

    settings = configuration.load(host=host, port=port, lake=lake)
    listening = serving.listen(settings.host, settings.port, setup_of(settings))
    typer.echo(f"HTC Ledger: {serving.address(listening)}  (Ctrl-C stops it)")
    serving.run(settings, listening)
