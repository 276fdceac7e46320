"""Mail handed to an SMTP server: one connection a mail, so that one that fails spoils no other.

Connecting is tried again, because nothing was sent yet. Handing over is not: where the connection breaks in the
middle of it nobody can tell whether the mail was taken (`Unclear`); a refusal (`Refused`) is certain.
"""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from pipeline.errors import SettingsError, SourceError
from pipeline.mail.settings import PASSWORD, MailSettings
from pipeline.terminal import visible

TIMEOUT_S = 30.0
TRIES = 3
FIRST_WAIT_S = 1.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Refused(SourceError):
    """The server said that it did not take the mail."""


class Unclear(SourceError):
    """The connection broke while the mail was handed over: it may have been taken."""


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, and as whom. The password is in no text that is made of it."""

    settings: MailSettings
    first_wait_s: float = field(default_factory=lambda: FIRST_WAIT_S)

    def __post_init__(self) -> None:
        given = self.settings
        if not given.mail_host or not given.mail_from:
            hint = "Set mail_host and mail_from in ledger.toml."
            raise SettingsError("mail is to be sent, and no server or no sender is set", hint)
        if given.mail_user and given.mail_security == "none" and given.mail_host not in LOOPBACK:
            hint = 'Set mail_security = "starttls" or "tls".'
            raise SettingsError("a password is not sent to another machine in the clear", hint)

    def send(self, mail: EmailMessage) -> None:
        """Hand the mail over. Raises Refused, Unclear, or SourceError where it was not sent for certain."""
        with self._connected() as smtp:
            try:
                smtp.send_message(mail)
            except smtplib.SMTPRecipientsRefused as error:
                (code, said), *_ = error.recipients.values()
                raise Refused(f"{mail['To']} was refused: {_said(code, said)}") from error
            except smtplib.SMTPResponseException as error:
                raise Refused(f"the mail was refused: {_said(error.smtp_code, error.smtp_error)}") from error
            except (smtplib.SMTPException, OSError) as error:
                raise Unclear(f"the connection to {self._name} broke: {error}") from error

    @property
    def _name(self) -> str:
        return f"{self.settings.mail_host}:{self.settings.mail_port}"

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        password = _password(self.settings) if self.settings.mail_user else ""
        hint = "Nothing was sent. See mail_host, mail_port and mail_security in ledger.toml."
        try:
            smtp = self._tried()
            self._greet(smtp, password)
        except smtplib.SMTPAuthenticationError as error:
            hint = f"Nothing was sent. See mail_user and {PASSWORD}."
            raise SourceError(f"{self._name} does not know the account: code {error.smtp_code}", hint) from error
        except (smtplib.SMTPException, OSError) as error:
            raise SourceError(f"{self._name} cannot be reached: {visible(str(error))[:300]}", hint) from error
        try:
            yield smtp
        finally:
            with suppress(smtplib.SMTPException, OSError):  # what was handed over is taken; the goodbye is politeness
                smtp.quit()

    def _tried(self) -> smtplib.SMTP:
        trying = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_exponential(self.first_wait_s, max=10),
            retry=retry_if_exception_type((OSError, smtplib.SMTPServerDisconnected)),
            reraise=True,
        )
        return trying(self._connect)

    def _connect(self) -> smtplib.SMTP:
        given = self.settings
        if given.mail_security == "tls":
            return smtplib.SMTP_SSL(given.mail_host, given.mail_port, timeout=TIMEOUT_S, context=_trust(given))
        return smtplib.SMTP(given.mail_host, given.mail_port, timeout=TIMEOUT_S)

    def _greet(self, smtp: smtplib.SMTP, password: str) -> None:
        smtp.ehlo()
        if self.settings.mail_security == "starttls":
            smtp.starttls(context=_trust(self.settings))
            smtp.ehlo()
        if self.settings.mail_user:
            smtp.login(self.settings.mail_user, password)


def _trust(given: MailSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=given.mail_ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"mail_ca_file {given.mail_ca_file!r} cannot be used: {error}") from error


def _password(given: MailSettings) -> str:
    """From the environment, else from the file. Raises SettingsError if neither has one."""
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    if not given.mail_password_file:
        raise SettingsError("mail_user is set, and no password", f"Set {PASSWORD} or mail_password_file.")
    try:
        return Path(given.mail_password_file).read_text("utf-8").strip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"mail_password_file {given.mail_password_file} cannot be read") from error


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return visible(f"{code} {' '.join(text.split())}")[:300]
