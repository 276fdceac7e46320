"""The front door: the command `htc-ledger`, which only puts the three parts' commands together."""

import sys
from pathlib import Path
from typing import Annotated

import typer

import collectors.commands
import dashboard.commands
import pipeline.commands
from pipeline.errors import LedgerError

SAMPLES = Path(__file__).parent / "data-samples"
DEMO = Path("demo-lake")
REGISTERED = Path(__file__).parent / "collectors" / "simulate" / "prairie.toml"
OTHER_ZONE = "America/Chicago"
SAMPLED = ("ap*/*history*", "startd/*", "pool/*.long")
EPILOG = "Start with: htc-ledger ingest HISTORY_FILES..., then htc-ledger build, then htc-ledger usage or serve."


def command_line() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="htc-ledger",
        help="Accounting and monitoring of HTCondor pools: where the hours went, to the second, with every cause.",
        epilog=EPILOG,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    pipeline.commands.add_to(app)
    collectors.commands.add_to(app)
    dashboard.commands.add_to(app)
    app.command()(demo)
    return app


def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where the demo keeps its lake and the simulated pool's files.")
    ] = DEMO,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the dashboard in the end.")] = True,
) -> None:
    """Show it: ingest the real sample and a simulated pool, build, and serve the dashboard.

    A second run finds everything done and serves at once.
    """
    from collectors.ingest_command import ingest
    from collectors.simulate.command import simulate
    from pipeline import settings as configuration
    from pipeline.commands import make_cube
    from pipeline.metadata.command import import_toml

    lake, made_up = folder / "lake", folder / "prairie"
    if not made_up.exists():
        _announce("simulate", made_up)
        simulate(made_up)
    samples = sorted(path for pattern in SAMPLED for path in SAMPLES.glob(pattern))
    if samples:
        _announce("ingest", "--pool sample", *(SAMPLES / pattern for pattern in SAMPLED))
        ingest(samples, pool="sample", lake=lake)
    else:
        typer.echo(f"{SAMPLES} is not there (it is part of the checkout): the simulated pool alone is shown.")
    _announce("ingest", made_up / "*/*history")
    ingest(sorted(made_up.glob("*/*history")), lake=lake)
    _announce("metadata import toml", REGISTERED)
    import_toml(REGISTERED, lake=lake)
    settings = configuration.load(lake=lake)
    if not settings.other_zones and settings.zone != OTHER_ZONE:  # so that the switch between zones is seen
        settings = settings.model_copy(update={"other_zones": (OTHER_ZONE,)})
    _announce("build", *(f"# with days of {zone}, too" for zone in settings.other_zones))
    make_cube(settings)
    if serve:
        _announce("serve")
        dashboard.commands.serve(lake=lake, port=port)


def _announce(command: str, *words: object) -> None:
    """Show the command that does the next step, as one would type it."""
    typer.echo(f"\n$ htc-ledger {command} {' '.join(map(str, words))}".rstrip())


def main() -> None:
    """Run the command line. A user's mistake is a message and an exit code, never a traceback."""
    try:
        command_line()()
    except LedgerError as error:
        _complain(f"error: {error.what}", error.hint)
        sys.exit(error.exit_code)


def _complain(*lines: str) -> None:
    for line in lines:
        if line:
            sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
