"""The commands `htc-ledger tokens ...`: what programs ask a served ledger with."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import Format, FormatOption, LakeOption, OutputOption

if TYPE_CHECKING:
    from pipeline.lake import Lake

ByOption = Annotated[str | None, typer.Option("--by", help="Who does it. Default: the account.")]


def tokens_app() -> typer.Typer:
    """The group of commands `tokens`."""
    app = typer.Typer(help="Tokens with which programs ask a ledger that has a login.", no_args_is_help=True)
    app.command()(create)
    app.command("list")(list_)
    app.command()(revoke)
    return app


def create(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    project: Annotated[
        list[str] | None, typer.Option("--project", help="Project whose usage it may read; may be repeated.")
    ] = None,
    all_projects: Annotated[bool, typer.Option("--all-projects", help="It may read everything.")] = False,
    span: Annotated[
        str | None, typer.Option("--for", metavar="SPAN", help="How long it holds: 12h, 30d, 52w. Default: 90d.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="MOMENT", help="Until when: 2027-03-31; a year at most.")
    ] = None,
    by: ByOption = None,
    lake: LakeOption = None,
) -> None:
    """Make a token and print it, once: the ledger keeps only what it is recognised by.

    A program sends it as `Authorization: Bearer TOKEN`.
    """
    from pipeline.closing.journal import who as account
    from pipeline.desk.time_given import until_of
    from pipeline.errors import UsageError
    from pipeline.rights import token_journal
    from pipeline.rights.token import made

    if all_projects and project:
        raise UsageError("both --project and --all-projects are given", "Give one of them.")
    opened, now_utc = _lake(lake), _now()
    projects = None if all_projects else tuple(project or ())
    ends = until_of(span, until, now_utc)
    token, text = made(name, projects, account() if by is None else by, "command", now_utc, ends)
    token_journal.create(opened, token)
    typer.echo(text)
    typer.echo(f"Keep it now: it cannot be shown again. Take it back: htc-ledger tokens revoke {token.token}", err=True)


def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also what is over or was taken back.")] = False,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """All tokens: what each is for, what it may read, until when."""
    from pipeline.metadata.showing import show
    from pipeline.rights.listing import tokens_table
    from pipeline.rights.token import standing
    from pipeline.rights.token_journal import journaled

    lines, now_utc = journaled(_lake(lake)), _now()
    held = [token for token in standing(lines) if token.until_utc > now_utc]
    show(tokens_table(lines if everything else held, held), format_, output, nothing="There is no token.")


def revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="Its short name, of `tokens list`.")],
    by: ByOption = None,
    lake: LakeOption = None,
) -> None:
    """Take a token back. It counts from the next request on."""
    from pipeline.closing.journal import who as account
    from pipeline.rights import token_journal
    from pipeline.terminal import visible

    taken = token_journal.revoke(_lake(lake), token, account() if by is None else by, "command", _now())
    typer.echo(visible(f"Taken back: {taken.token} ({taken.name})"))


def _lake(root: Path | None) -> "Lake":
    from pipeline import settings as configuration
    from pipeline.lake import Lake

    opened = Lake(configuration.load(lake=root).lake)
    opened.require()
    return opened


def _now() -> int:
    return int(datetime.now(UTC).timestamp())
