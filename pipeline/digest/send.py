"""Digests sent: a cube, readers and a period in; what came of each out. One that fails keeps none of the others.

At most once: that a digest is begun is noted in the lake before it is handed over, and of two processes that begin the
same one a single one succeeds. Killed in between, or where the connection broke while it was handed over, nobody can
tell whether it was taken: it is not sent again unless that is asked for; a digest that comes twice is worse than one
that does not come. What the server refused, or was never offered, is tried again by the next run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from pipeline.cube import Cube
from pipeline.digest import render
from pipeline.digest.content import digest
from pipeline.digest.opted import opted_out
from pipeline.digest.period import Period
from pipeline.digest.readers import Reader
from pipeline.errors import LedgerError, SourceError
from pipeline.mail.address import address
from pipeline.mail.message import Letter, compose, identity
from pipeline.mail.sending import Refused, Server, Unclear
from pipeline.mail.sent import BEGUN, DONE, REFUSED, Step, note, number_of, steps
from pipeline.settings import Settings
from pipeline.terminal import visible

SOURCE = "digest"
IN_A_ROW = 2
"""Failures to reach the server after which the others are not tried."""
FAILED = ("failed", "unclear")


@dataclass(frozen=True)
class Issue:
    """What is sent of which pool and days. again: also what may have been sent before; dry_run: nothing is sent."""

    pool: str
    period: Period
    now: datetime
    again: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of one reader's digest.

    state   sent, or due (in a dry run); nothing ran, opted out, sent before; failed; unclear: it may have been taken
    """

    reader: Reader
    state: str
    detail: str = ""


def send(cube: Cube, settings: Settings, to: Sequence[Reader], issue: Issue) -> list[Outcome]:
    """Send each reader's digest. Raises SettingsError where mail cannot be sent at all, UsageError for days to come."""
    issue.period.require_over(issue.now)
    server = Server(settings)
    sending = _Sending(cube, settings, server, issue, steps(cube.lake, SOURCE), frozenset(opted_out(cube.lake)))
    outcomes: list[Outcome] = []
    unreached = 0
    for reader in to:
        if unreached >= IN_A_ROW:
            outcomes.append(Outcome(reader, "failed", "not tried: the mail server cannot be reached"))
            continue
        try:
            outcomes.append(sending.one(reader))
            unreached = 0
        except Unclear as error:
            outcomes.append(Outcome(reader, "unclear", _said(error)))
        except LedgerError as error:
            unreached = 0 if isinstance(error, Refused) or not isinstance(error, SourceError) else unreached + 1
            outcomes.append(Outcome(reader, "failed", _said(error)))
    return outcomes


@dataclass(frozen=True)
class _Sending:
    """What one run knows: steps of digests before it, and who wants none."""

    cube: Cube
    settings: Settings
    server: Server
    issue: Issue
    before: Sequence[Step]
    out: frozenset[str]

    def one(self, reader: Reader) -> Outcome:
        """Send it, unless there is a reason not to. Raises LedgerError."""
        known = [step for step in self.before if step.message_id == self._id(reader)]
        states = [step.state for step in known]
        refused = states.count(REFUSED)
        is_begun = states.count(BEGUN) > refused
        if reader.address in self.out:
            return Outcome(reader, "opted out")
        if DONE in states:
            return Outcome(reader, "sent before")
        if is_begun and not self.issue.again:
            return Outcome(reader, "unclear", "a run before this one was cut off: --again sends it once more")
        mail = self._mail(reader)
        if mail is None:
            return Outcome(reader, "nothing ran")
        if self.issue.dry_run:
            return Outcome(reader, "due", str(mail["Subject"]))
        if not is_begun and not note(self.cube.lake, self._step(reader, BEGUN, str(mail["Subject"]), refused)):
            return Outcome(reader, "sent before", "another run has just begun it")
        self._hand_over(reader, mail, refused)
        return Outcome(reader, "sent", str(mail["Subject"]))

    def _hand_over(self, reader: Reader, mail: EmailMessage, refused: int) -> None:
        try:
            self.server.send(mail)
        except Unclear:
            raise
        except LedgerError as error:  # it was not taken for certain
            note(self.cube.lake, self._step(reader, REFUSED, error.what, refused))
            raise
        note(self.cube.lake, self._step(reader, DONE, str(mail["Subject"]), refused))

    def _mail(self, reader: Reader) -> EmailMessage | None:
        issue = self.issue
        found = digest(self.cube, issue.pool, reader, issue.period, self.settings.base_url, issue.now)
        if found is None:
            return None
        letter = Letter(
            reader.address,
            f"[HTC Ledger] {render.title(found)}",
            render.text(found),
            self._id(reader),
            render.html(found),
            unsubscribing(self.settings),
        )
        return compose(letter, self.settings.mail_from, issue.now)

    def _id(self, reader: Reader) -> str:
        named = (reader.kind, reader.name, reader.address)
        return identity(SOURCE, self.issue.pool, *named, self.issue.period.name)

    def _step(self, reader: Reader, state: str, said: str, turn: int) -> Step:
        return Step(
            pool=self.issue.pool,
            source=SOURCE,
            rule=reader.digest,
            about=reader.name,
            content="{}",
            recipient=reader.address,
            period=self.issue.period.name,
            state=state,
            message_id=self._id(reader),
            said=said,
            about_utc=self.issue.period.from_utc,
            at_utc=int(self.issue.now.timestamp()),
            number=number_of(self._id(reader), state, turn),
        )


def unsubscribing(settings: Settings) -> dict[str, str]:
    """Headers by which mail programs offer to get no more, and where an answer goes."""
    to = address(settings.digest_unsubscribe or settings.mail_from, "digest_unsubscribe")
    return {"List-Unsubscribe": f"<mailto:{to}?subject=unsubscribe>", "Reply-To": to, "Precedence": "bulk"}


def _said(error: LedgerError) -> str:
    return visible(f"{error.what}. {error.hint}".strip())
