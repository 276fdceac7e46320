"""Digests sent: a cube, readers and a period in; what came of each out. At most once: see `mail.once`."""

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
from pipeline.mail.address import address
from pipeline.mail.message import Letter, compose, identity
from pipeline.mail.once import OnlyOnce, Told, in_turn
from pipeline.mail.sending import Server
from pipeline.mail.sent import BEGUN, Step, steps
from pipeline.settings import Settings

SOURCE = "digest"


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
    return [Outcome(*told) for told in in_turn(to, sending.told)]


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
        return Outcome(reader, *self.told(reader))

    def told(self, reader: Reader) -> Told:
        """The same, without the reader."""
        if reader.address in self.out:
            return "opted out", ""
        once = OnlyOnce(self.cube.lake, self.server, self.before, self.issue.again, self.issue.dry_run)
        return once.send(self._step(reader), lambda: self._mail(reader) or "nothing ran")

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

    def _step(self, reader: Reader) -> Step:
        return Step(
            pool=self.issue.pool,
            source=SOURCE,
            rule=reader.digest,
            about=reader.name,
            content="{}",
            recipient=reader.address,
            period=self.issue.period.name,
            state=BEGUN,
            message_id=self._id(reader),
            said="",
            about_utc=self.issue.period.from_utc,
            at_utc=int(self.issue.now.timestamp()),
            number=0,
        )


def unsubscribing(settings: Settings) -> dict[str, str]:
    """Headers by which mail programs offer to get no more, and where an answer goes."""
    to = address(settings.digest_unsubscribe or settings.mail_from, "digest_unsubscribe")
    return {"List-Unsubscribe": f"<mailto:{to}?subject=unsubscribe>", "Reply-To": to, "Precedence": "bulk"}
