"""Reports sent over a real SMTP server: once to each reader and period, whoever fails."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from pipeline.closing.closing import Reason, close
from pipeline.closing.month import Month
from pipeline.cube import Cube
from pipeline.digest.opted import wish
from pipeline.errors import SettingsError
from pipeline.lake import Lake
from pipeline.mail import sending
from pipeline.report.mailing import NOT_CLOSED, NOT_DUE, NOTHING, WAITING, Errand, Outcome, mail_reports
from pipeline.report.period import Period
from pipeline.report.subscriptions import Subscription
from pipeline.settings import Settings
from tests.copied_lake import copied
from tests.mail_server import Inbox, smtp_server

OCTOBER = Period.parse("2026-10", 1)
ON_THE_THIRD = Errand(datetime(2026, 11, 3, 6, tzinfo=UTC))


def subscribed(*to: str, report: str = "project", of: str = "B", **more: object) -> Subscription:
    name = f"{report} {of}".strip()
    return Subscription.model_validate({"name": name, "to": to, "report": report, "of": of, **more})


PI = subscribed("pi@example.org")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as serving:
        yield serving


@pytest.fixture
def cube(lake: Lake, reported_lake: Lake) -> Cube:
    return Cube.open(copied(reported_lake, lake.root).root)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FIRST_WAIT_S", 0.0)


def settings(cube: Cube, port: int, **more: object) -> Settings:
    given: dict[str, object] = {"lake": cube.lake.root, "mail_host": "127.0.0.1", "mail_port": port}
    given |= {"mail_security": "none", "mail_from": "l@example.org", "base_url": "https://ledger.example.org"}
    return Settings(**given | more)  # type: ignore[arg-type]


def states(outcomes: list[Outcome]) -> list[str]:
    return [one.state for one in outcomes]


def test_it_goes_once_to_each_reader_with_the_pdf_from_its_day_on(cube: Cube, inbox: Inbox) -> None:
    given, two = settings(cube, inbox.port), subscribed("pi@example.org", "office@example.org")
    wish(cube.lake, "office@example.org", "root", ON_THE_THIRD.now, is_out=True)
    early = Errand(datetime(2026, 11, 2, 23, 59, tzinfo=UTC))
    assert states(mail_reports(cube, given, [two], early)) == [NOT_DUE, "opted out"]
    dry = Errand(ON_THE_THIRD.now, dry_run=True)
    assert states(mail_reports(cube, given, [two], dry)) == ["due", "opted out"]
    assert inbox.mails == []
    assert states(mail_reports(cube, given, [two], ON_THE_THIRD)) == ["sent", "opted out"]
    assert states(mail_reports(cube, given, [two], ON_THE_THIRD)) == ["sent before", "opted out"]
    later = Errand(datetime(2026, 11, 30, tzinfo=UTC))
    assert states(mail_reports(cube, given, [two], later)) == ["sent before", "opted out"]
    (mail,) = inbox.mails
    assert mail["Subject"] == "[HTC Ledger] reported: Computing of project B, October 2026"
    assert mail["List-Unsubscribe"] == "<mailto:l@example.org?subject=unsubscribe>"
    assert "Core hours: 2.0" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    link = "https://ledger.example.org/project?pool=reported&from=2026-10-01&to=2026-10-31&project=B"
    assert link.replace("&", "&amp;") in html
    (attached,) = mail.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("application/pdf", "report-project-B-2026-10.pdf")
    assert "2.0" in PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text()


def test_one_that_is_refused_or_unknown_keeps_none_of_the_others(cube: Cube, inbox: Inbox) -> None:
    given = settings(cube, inbox.port)
    inbox.refused.add("pi@example.org")
    to = [PI, subscribed("x@example.org", of="Nowhere"), subscribed("y@example.org", report="site", of="Beta")]
    outcomes = mail_reports(cube, given, to, ON_THE_THIRD)
    assert states(outcomes) == ["failed", "failed", "sent"]
    assert "has no project 'Nowhere'" in outcomes[1].detail
    inbox.refused.clear()
    assert states(mail_reports(cube, given, to, ON_THE_THIRD)) == ["sent", "failed", "sent before"]


def test_what_the_ledger_does_not_know_whole_waits_unless_it_is_asked_for(cube: Cube, inbox: Inbox) -> None:
    given, to = settings(cube, inbox.port), [subscribed("ops@example.org", report="facility", of="")]
    december = Errand(datetime(2026, 12, 5, tzinfo=UTC))
    assert states(mail_reports(cube, given, to, december)) == [WAITING], "its records end on 10 November"
    assert states(mail_reports(cube, given, to, Errand(datetime(2027, 2, 5, tzinfo=UTC)))) == [WAITING]
    forced = Errand(december.now, Period.parse("2026-11", 1))
    assert states(mail_reports(cube, given, to, forced)) == ["sent"]
    assert "Known are 1 November 2026 to 10 November 2026 only" in str(inbox.mails[0])


def test_a_project_that_did_not_run_gets_none(cube: Cube, inbox: Inbox) -> None:
    september = Errand(datetime(2026, 10, 5, tzinfo=UTC))
    assert states(mail_reports(cube, settings(cube, inbox.port), [PI], september)) == [NOTHING]


def test_one_that_is_to_be_as_closed_waits_for_the_closing(cube: Cube, inbox: Inbox) -> None:
    given, to = settings(cube, inbox.port), [subscribed("pi@example.org", as_closed=True)]
    close(cube.lake, given, Month(2026, 9), Reason("x", even_so=True), ON_THE_THIRD.now)
    assert states(mail_reports(cube, given, to, ON_THE_THIRD)) == [NOT_CLOSED]
    close(cube.lake, given, Month(2026, 10), Reason("x", even_so=True), ON_THE_THIRD.now)
    assert states(mail_reports(cube, given, to, ON_THE_THIRD)) == ["sent"]
    assert "As closed" in inbox.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_the_annex_and_the_html_go_along_where_they_are_asked_for(cube: Cube, inbox: Inbox) -> None:
    to = [subscribed("a@example.org", report="site", of="Beta", form="html", annex=True)]
    assert states(mail_reports(cube, settings(cube, inbox.port), to, ON_THE_THIRD)) == ["sent"]
    page, annex = inbox.mails[0].iter_attachments()
    assert (page.get_content_type(), annex.get_filename()) == ("text/html", "report-site-Beta-2026-10.zip")
    assert "totals.csv" in ZipFile(io.BytesIO(annex.get_content())).namelist()


def test_nothing_is_begun_without_a_server(cube: Cube) -> None:
    with pytest.raises(SettingsError, match="no server or no sender"):
        mail_reports(cube, Settings(lake=cube.lake.root), [PI], ON_THE_THIRD)
