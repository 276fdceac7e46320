"""Mail handed to a real SMTP server: what is certain and what is not; passwords go to who may have them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import SettingsError, SourceError
from pipeline.mail.message import Letter, compose
from pipeline.mail.sending import Refused, Server, Unclear
from pipeline.mail.settings import PASSWORD, MailSettings
from tests.mail_server import Inbox, certificate, smtp_server

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as serving:
        yield serving


def settings(port: int, **more: object) -> MailSettings:
    given = {"mail_host": "127.0.0.1", "mail_port": port, "mail_security": "none", "mail_from": "ledger@example.org"}
    return MailSettings(**{**given, **more})  # type: ignore[arg-type]


def send(given: MailSettings, to: str = "ada@example.org") -> None:
    Server(given, first_wait_s=0).send(compose(Letter(to, "subject", "text", "id1"), given.mail_from, NOW))


def test_a_mail_arrives_once_with_its_id(inbox: Inbox) -> None:
    send(settings(inbox.port))
    (mail,) = inbox.mails
    assert (mail["To"], mail["Subject"], mail["Message-ID"]) == ("ada@example.org", "subject", "<id1@example.org>")
    assert inbox.readers == ["ada@example.org"]


def test_a_reader_that_is_refused_is_refused_for_certain_and_what_was_said_acts_on_nothing(inbox: Inbox) -> None:
    inbox.refused.add("eve@example.org")
    with pytest.raises(Refused, match=r"eve@example.org was refused: 550 no such\\x1b\[31m reader"):
        send(settings(inbox.port), "eve@example.org")
    assert inbox.mails == []


def test_a_connection_that_breaks_in_the_middle_is_unclear_and_not_tried_again(inbox: Inbox) -> None:
    inbox.drops = 1
    with pytest.raises(Unclear, match="broke"):
        send(settings(inbox.port))
    assert inbox.mails == []


def test_a_server_that_is_not_there_is_an_error_with_a_hint() -> None:
    with pytest.raises(SourceError, match="cannot be reached") as told:
        send(settings(1))
    assert "Nothing was sent" in told.value.hint


def test_a_password_goes_over_starttls_to_a_server_whose_certificate_is_trusted(
    pem: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "password"
    file.write_text("sesame\n", "utf-8")
    with smtp_server(pem, "sesame") as inbox:
        safe = settings(inbox.port, mail_security="starttls", mail_user="ledger", mail_ca_file=str(pem))
        send(safe.model_copy(update={"mail_password_file": str(file)}))
        monkeypatch.setenv(PASSWORD, "wrong")
        with pytest.raises(SourceError, match="does not know the account") as told:
            send(safe)
        assert "wrong" not in f"{told.value} {told.value.hint}"
        with pytest.raises(SourceError, match="cannot be reached"):
            send(safe.model_copy(update={"mail_ca_file": ""}))
    assert len(inbox.mails) == 1


def test_a_password_is_not_sent_to_another_machine_in_the_clear() -> None:
    with pytest.raises(SettingsError, match="in the clear"):
        Server(settings(25, mail_host="mail.example.org", mail_user="ledger"))
    with pytest.raises(SettingsError, match="no server or no sender"):
        Server(MailSettings())


def test_a_password_that_is_nowhere_is_said_before_anything_is_sent(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    with pytest.raises(SettingsError, match="no password"):
        send(settings(inbox.port, mail_user="ledger"))
    with pytest.raises(SettingsError, match="cannot be read"):
        send(settings(inbox.port, mail_user="ledger", mail_password_file="/nowhere"))
