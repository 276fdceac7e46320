"""A check: what is due is sent, and noted in the lake when it was taken.

At least once: a process that is killed between sending and noting sends the same message again, with the same
Message-ID or Idempotency-Key, by which its receiver knows it; an alert that nobody gets would be worse. Two checks at
a time are refused, so that they do not send the same.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pipeline.alerts import wording
from pipeline.alerts.due import SOURCE, Due
from pipeline.alerts.webhook import post
from pipeline.courtesy import courteously
from pipeline.errors import LakeRace, LedgerError
from pipeline.lake import Lake
from pipeline.mail.message import compose
from pipeline.mail.sending import Server
from pipeline.mail.sent import DONE, Step, note, number_of
from pipeline.settings import Settings
from pipeline.terminal import visible

LOCK = "alerts.lock"


@dataclass(frozen=True)
class Outcome:
    """What came of one that was due; `error` is empty where it was taken."""

    due: Due
    error: str = ""


@contextmanager
def only_check(lake: Lake) -> Iterator[None]:
    """Hold the lock of those who check. Raises LakeRace if another one does."""
    lake.require()
    with courteously(lake.root / LOCK, longest_s=0) as alone:
        if not alone:
            raise LakeRace("another check of alerts runs", "Run it again when that is done.")
        yield


def send(lake: Lake, settings: Settings, found: Sequence[Due], now: datetime) -> list[Outcome]:
    """Send what is due, one after the other; one that fails keeps none of the others. The caller holds the lock."""
    outcomes = []
    for one in found:
        if one.state == "due":
            try:
                said = _deliver(one, settings, now)
                note(lake, _step(one, said, int(now.timestamp())))
            except LedgerError as error:
                outcomes.append(Outcome(one, visible(f"{error.what}. {error.hint}".strip())))
            else:
                outcomes.append(Outcome(one))
    return outcomes


def _deliver(one: Due, settings: Settings, now: datetime) -> str:
    if one.to.url is not None:
        return post(one.to.url, one.to.shown, wording.payload(one, settings.base_url, now), one.id)
    mail = compose(wording.letter(one, settings.base_url), settings.mail_from, now)
    Server(settings).send(mail)
    return str(mail["Subject"])


def _step(one: Due, said: str, now_utc: int) -> Step:
    return Step(
        pool=one.asked.pool,
        source=SOURCE,
        rule=one.rule.name,
        about=one.finding.key,
        content=json.dumps({"cause": one.cause, "places": one.finding.values}),
        recipient=one.to.shown,
        period=str(one.turn),
        state=DONE,
        message_id=one.id,
        said=said,
        about_utc=one.asked.from_utc if one.finding.since_utc is None else one.finding.since_utc,
        at_utc=now_utc,
        number=number_of(one.id, DONE),
    )
