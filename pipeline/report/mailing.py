"""Reports sent by mail: subscriptions and a moment in; what came of each reader's out. At most once: `mail.once`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.calendar import midnight_utc
from pipeline.closing.as_closed import AsClosedCube
from pipeline.cube import Cube
from pipeline.digest.opted import opted_out
from pipeline.digest.send import unsubscribing
from pipeline.errors import SettingsError
from pipeline.mail.message import Attachment, Letter, compose, identity
from pipeline.mail.once import OnlyOnce, Told, in_turn
from pipeline.mail.sending import Server
from pipeline.mail.sent import BEGUN, Step, steps
from pipeline.one_pool import one_pool
from pipeline.report import mail_text
from pipeline.report.annex import files, zipped
from pipeline.report.content import Report
from pipeline.report.ground import Ground, known_until
from pipeline.report.made import FORMS, Asked, made, written
from pipeline.report.period import Period, months
from pipeline.report.project_facts import ProjectFacts
from pipeline.report.subscriptions import Subscription
from pipeline.report.template import load
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer

SOURCE = "report"
MOST_BYTES = 15 << 20
"""Of a mail's files: what most servers still take."""
WAITING, NOTHING, NOT_DUE = "waiting: the ledger does not know the whole period yet", "nothing ran", "not due"
NOT_CLOSED = "waiting: its months are not all closed"


@dataclass(frozen=True)
class Errand:
    """One run. `period`: that one, whether its day has come or not, as far as it is known; None: the newest."""

    now: datetime
    period: Period | None = None
    again: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Delivery:
    """A report for one reader."""

    of: Subscription
    address: str


@dataclass(frozen=True)
class Outcome:
    """What came of it; states as of `mail.once`, and NOT_DUE, WAITING, NOT_CLOSED, NOTHING, opted out."""

    delivery: Delivery
    state: str
    detail: str = ""


def mail_reports(cube: Cube, settings: Settings, to: Sequence[Subscription], errand: Errand) -> list[Outcome]:
    """Send every reader each report that is due. Raises SettingsError where mail cannot be sent at all."""
    once = OnlyOnce(cube.lake, Server(settings), steps(cube.lake, SOURCE), errand.again, errand.dry_run)
    sending = _Sending(cube, settings, errand, once, frozenset(opted_out(cube.lake)))
    deliveries = [Delivery(one, address) for one in to for address in one.to]
    return [Outcome(*told) for told in in_turn(deliveries, sending.told)]


@dataclass(frozen=True)
class _Document:
    """A report that is written: what it says, and its files."""

    report: Report
    facts: Ground
    files: tuple[Attachment, ...]


@dataclass
class _Sending:
    """What one run knows. The last document is kept: readers of one subscription get the same."""

    cube: Cube
    settings: Settings
    errand: Errand
    once: OnlyOnce
    out: frozenset[str]
    _kept: tuple[str, _Document | str] | None = field(default=None, init=False)

    def told(self, delivery: Delivery) -> Told:
        """Send it, unless there is a reason not to. Raises LedgerError."""
        of, today = delivery.of, self._today()
        period = self.errand.period or of.newest(today, self.settings.fiscal_year_month)
        if delivery.address in self.out:
            return "opted out", ""
        if self.errand.period is None and not of.is_due(period, today):
            return NOT_DUE, f"{period.name} on day {of.day}"
        step = self._step(delivery, period, one_pool(self.cube, LOCAL, of.pool or None).name)
        return self.once.send(step, lambda: self._mail(delivery, period, step))

    def _today(self) -> date:
        return self.errand.now.astimezone(ZoneInfo(self.cube.published.zone)).date()

    def _mail(self, delivery: Delivery, period: Period, step: Step) -> EmailMessage | str:
        key = f"{delivery.of.name} {period.name}"
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, self._document(delivery.of, period))
        document = self._kept[1]
        if isinstance(document, str):
            return document
        link = mail_text.link(self.settings.base_url, document.facts)
        letter = Letter(
            to=delivery.address,
            subject=f"[HTC Ledger] {document.report.heading}",
            text=mail_text.text(document.report, link),
            id=step.message_id,
            html=mail_text.html(document.report, link),
            headers=unsubscribing(self.settings),
            attachments=document.files,
        )
        return compose(letter, self.settings.mail_from, self.errand.now)

    def _document(self, of: Subscription, period: Period) -> _Document | str:
        """The report and its files; a word where it is not to be sent. Raises LedgerError."""
        pool = one_pool(self.cube, LOCAL, of.pool or None)
        until = known_until(self.cube, LOCAL, pool.name, pool.last_day or period.first)
        if self.errand.period is None and until < period.last:
            return WAITING
        cube = self.cube
        if of.as_closed:
            cube = closed = AsClosedCube.of(cube, period.last)
            if {*months((period.first, period.last))} - {str(one.month) for one in closed.closed}:
                return NOT_CLOSED
        named = of.template or self.settings.report_template
        template = load(Path(named) if named else None)
        found = made(cube, _viewer(of), Asked(of.report, of.of, pool, period), template)
        if isinstance(found.facts, ProjectFacts) and not found.facts.totals["jobs"]:
            return NOTHING
        return _Document(found.report, found.facts, _files(of, found.facts, written(found.report, template, of.form)))

    def _step(self, delivery: Delivery, period: Period, pool: str) -> Step:
        of = delivery.of
        return Step(
            pool=pool,
            source=SOURCE,
            rule=of.name,
            about=f"{of.report} {of.of}".strip(),
            content="{}",
            recipient=delivery.address,
            period=period.name,
            state=BEGUN,
            message_id=identity(SOURCE, pool, of.report, of.of, delivery.address, period.name),
            said="",
            about_utc=midnight_utc(period.first, self.cube.published.zone),
            at_utc=int(self.errand.now.timestamp()),
            number=0,
        )


def file_name(facts: Ground, kind: str, name: str, ending: str) -> str:
    """A name for the report's file, of plain letters alone."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:60]
    parts = ["report", kind, plain, facts.period.name, "as-ended" if facts.booking == "ended" else ""]
    parts += ["simulated"] if facts.pool.simulated else []
    return "-".join(part for part in parts if part) + f".{ending}"


def _viewer(of: Subscription) -> Viewer:
    """Who asks: a PI's report is asked as somebody who sees that project alone."""
    return Viewer(f"report of {of.of}", frozenset({of.of})) if of.report == "project" else LOCAL


def _files(of: Subscription, facts: Ground, document: bytes) -> tuple[Attachment, ...]:
    """The document, and the annex if it goes along. Raises SettingsError for what no server would take."""
    found = [Attachment(file_name(facts, of.report, of.of, of.form), FORMS[of.form].partition(";")[0], document)]
    if of.annex:
        name = file_name(facts, of.report, of.of, "zip")
        found.append(Attachment(name, "application/zip", zipped(files(facts, "csv"))))
    size = sum(len(one.content) for one in found)
    if size > MOST_BYTES:
        what = f"the files of subscription {of.name} have {size >> 20} MiB"
        raise SettingsError(what, f"More than {MOST_BYTES >> 20} MiB are not sent: leave the annex out.")
    return tuple(found)
