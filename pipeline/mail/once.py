"""Mails that are sent at most once: what is known of those before in, what came of each out.

That a mail is begun is noted in the lake before it is handed over, and of two processes that begin the same one a
single one succeeds. Killed in between, or where the connection broke while it was handed over, nobody can tell whether
it was taken: it is not sent again unless that is asked for; a mail that comes twice is worse than one that does not
come. What the server refused, or was never offered, is tried again by the next run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import TypeVar

from pipeline.errors import LedgerError, SourceError
from pipeline.lake import Lake
from pipeline.mail.sending import Refused, Server, Unclear
from pipeline.mail.sent import BEGUN, DONE, REFUSED, Step, note, number_of
from pipeline.terminal import visible

IN_A_ROW = 2
"""Failures to reach the server after which the others are not tried."""
FAILED = ("failed", "unclear")
T = TypeVar("T")
Told = tuple[str, str]
"""What came of a mail (sent, due, sent before, failed, unclear, or what its sender says), and a word on it."""


@dataclass(frozen=True)
class OnlyOnce:
    """What one run knows: steps of mails before it. again: also what may have been sent; dry_run: nothing is sent."""

    lake: Lake
    server: Server
    before: Sequence[Step]
    again: bool = False
    dry_run: bool = False

    def send(self, about: Step, compose: Callable[[], EmailMessage | str]) -> Told:
        """Send it, unless it was sent before, or `compose` says in a word why there is none. Raises LedgerError.

        about   what is noted of it; its state, words and number are not looked at
        """
        states = [step.state for step in self.before if step.message_id == about.message_id]
        refused = states.count(REFUSED)
        is_begun = states.count(BEGUN) > refused
        if DONE in states:
            return "sent before", ""
        if is_begun and not self.again:
            return "unclear", "a run before this one was cut off: --again sends it once more"
        mail = compose()
        if isinstance(mail, str):
            return mail, ""
        said = str(mail["Subject"])
        if self.dry_run:
            return "due", said
        if not is_begun and not note(self.lake, _step(about, BEGUN, said, refused)):
            return "sent before", "another run has just begun it"
        self._hand_over(about, mail, refused)
        return "sent", said

    def _hand_over(self, about: Step, mail: EmailMessage, refused: int) -> None:
        try:
            self.server.send(mail)
        except Unclear:
            raise
        except LedgerError as error:  # it was not taken for certain
            note(self.lake, _step(about, REFUSED, error.what, refused))
            raise
        note(self.lake, _step(about, DONE, str(mail["Subject"]), refused))


def in_turn(to: Sequence[T], send: Callable[[T], Told]) -> list[tuple[T, str, str]]:
    """What came of each; one that fails keeps none of the others, a server that cannot be reached keeps all."""
    outcomes: list[tuple[T, str, str]] = []
    unreached = 0
    for one in to:
        if unreached >= IN_A_ROW:
            outcomes.append((one, "failed", "not tried: the mail server cannot be reached"))
            continue
        try:
            outcomes.append((one, *send(one)))
            unreached = 0
        except Unclear as error:
            outcomes.append((one, "unclear", _said(error)))
        except LedgerError as error:
            unreached = 0 if isinstance(error, Refused) or not isinstance(error, SourceError) else unreached + 1
            outcomes.append((one, "failed", _said(error)))
    return outcomes


def _step(about: Step, state: str, said: str, turn: int) -> Step:
    return replace(about, state=state, said=said, number=number_of(about.message_id, state, turn))


def _said(error: LedgerError) -> str:
    return visible(f"{error.what}. {error.hint}".strip())
