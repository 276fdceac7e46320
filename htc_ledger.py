"""The front door: the command `htc-ledger`, which only puts the three parts' commands together."""

import sys

import collectors.commands
import dashboard.commands
import typer

import pipeline.commands
from pipeline.errors import LedgerError

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
    return app


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
