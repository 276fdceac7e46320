"""The commands `htc-ledger rights ...`: who may see what; given, taken back, and what follows for one person."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import Format, FormatOption, LakeOption, OutputOption

if TYPE_CHECKING:
    from pipeline.lake import Lake
    from pipeline.rights.grant import Who

EmailOption = Annotated[str | None, typer.Option("--email", help="Whom: the e-mail address that their login has.")]
GroupOption = Annotated[str | None, typer.Option("--group", help="Whom: all of a group that their login names.")]
SubjectOption = Annotated[
    str | None, typer.Option("--subject", help="Whom: the login provider's id of a person; with --issuer.")
]
IssuerOption = Annotated[
    str | None, typer.Option("--issuer", help="The login that has to vouch for that: its address, or proxy.")
]
ProjectOption = Annotated[list[str] | None, typer.Option("--project", help="Of pi and member; may be repeated.")]
SiteOption = Annotated[list[str] | None, typer.Option("--site", help="Of contact; may be repeated.")]
ForOption = Annotated[str | None, typer.Option("--for", metavar="SPAN", help="How long it holds: 12h, 30d, 52w.")]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="MOMENT", help="Until when: 2027-03-31.")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who does it. Default: the account.")]


def rights_app() -> typer.Typer:
    """The group of commands `rights`."""
    app = typer.Typer(help="Who may see what of a ledger that has a login.", no_args_is_help=True)
    app.command("list")(list_)
    app.command()(grant)
    app.command()(revoke)
    app.command()(who)
    return app


def grant(
    role: Annotated[
        str,
        typer.Argument(
            help="admin, facility (sees everything), operator (and works with findings), pi or member of a project, "
            "contact of a site."
        ),
    ],
    email: EmailOption = None,
    group: GroupOption = None,
    subject: SubjectOption = None,
    issuer: IssuerOption = None,
    project: ProjectOption = None,
    site: SiteOption = None,
    span: ForOption = None,
    until: UntilOption = None,
    note: Annotated[str, typer.Option("--note", help="Why: a line of text.")] = "",
    by: ByOption = None,
    lake: LakeOption = None,
) -> None:
    """Give a role. It counts from the next request on.

    Example: htc-ledger rights grant pi --email ada@example.org --project IceNorth --for 52w
    """
    from pipeline.closing.journal import who as account
    from pipeline.desk.time_given import until_of
    from pipeline.rights import journal
    from pipeline.rights.grant import Wish
    from pipeline.terminal import visible

    opened, now_utc = _lake(lake), _now()
    ends, whom = until_of(span, until, now_utc), _whom(email, group, subject, issuer)
    about: list[tuple[str | None, str | None]] = [(name, None) for name in project or ()]
    about += [(None, name) for name in site or ()]
    wishes = [
        Wish(whom, role, of_project, of_site, note, account() if by is None else by, "command", ends)
        for of_project, of_site in about or [(None, None)]
    ]
    for right in [wish.made(now_utc) for wish in wishes]:
        there = journal.grant(opened, right)
        typer.echo(visible(f"{there.id}: {there.role} of {there.about}, given to {there.who}"))


def revoke(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of the right, of `rights list`, or its start.")],
    by: ByOption = None,
    lake: LakeOption = None,
) -> None:
    """Take a right back. It counts from the next request on; what was given stays in the journal."""
    from pipeline.closing.journal import who as account
    from pipeline.rights import journal
    from pipeline.terminal import visible

    taken = journal.revoke(_lake(lake), identity, account() if by is None else by, "command", _now())
    typer.echo(visible(f"Taken back: {taken.role} of {taken.about}, from {taken.who}"))


def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also what is over or was taken back.")] = False,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """All rights, those that follow from metadata (kind `contact`) among them."""
    from pipeline.metadata.showing import show
    from pipeline.rights.book import RightsBook
    from pipeline.rights.journal import journaled
    from pipeline.rights.listing import rights_table

    opened, now_utc = _lake(lake), _now()
    held = RightsBook(opened).now(now_utc).grants
    over = [line for line in journaled(opened) if line not in held] if everything else []
    show(rights_table([*over, *held], held), format_, output, nothing="Nobody has a right.")


def who(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The e-mail address that their login has.")],
    group: Annotated[list[str] | None, typer.Option("--group", help="A group of theirs; may be repeated.")] = None,
    issuer: Annotated[str, typer.Option("--issuer", help="The login that vouches for them.")] = "",
    subject: Annotated[str, typer.Option("--subject", help="Its id of them.")] = "",
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """What somebody may see, and by which rights."""
    from pipeline.metadata.showing import say, show
    from pipeline.rights.book import RightsBook
    from pipeline.rights.grant import Who, checked
    from pipeline.rights.listing import rights_table
    from pipeline.rights.viewing import Identity, holds_for, viewer_of

    known = Identity(issuer, subject, checked(Who("email", email)).name, frozenset(group or ()))
    held = RightsBook(_lake(lake)).now(_now()).grants
    mine = [right for right in held if holds_for(right, known)]
    if format_ is Format.table and output is None:
        viewer = viewer_of(known, held)
        seen = "all projects" if viewer.projects is None else ", ".join(sorted(viewer.projects)) or "nothing"
        say(f"{known.name} sees {seen}.")
    show(rights_table(mine, mine), format_, output, nothing="No right holds for them.")


def _whom(email: str | None, group: str | None, subject: str | None, issuer: str | None) -> "Who":
    from pipeline.errors import UsageError
    from pipeline.rights.grant import Who

    given = [("email", email), ("group", group), ("subject", subject)]
    named = [(kind, name) for kind, name in given if name is not None]
    if len(named) != 1:
        raise UsageError("a right is given to one", "Name it: --email, --group, or --subject with --issuer.")
    ((kind, name),) = named
    if kind == "email":
        return Who("email", name, issuer)
    return Who("group", name, issuer) if kind == "group" else Who("subject", name, issuer)


def _lake(root: Path | None) -> "Lake":
    from pipeline import settings as configuration
    from pipeline.lake import Lake

    opened = Lake(configuration.load(lake=root).lake)
    opened.require()
    return opened


def _now() -> int:
    return int(datetime.now(UTC).timestamp())
