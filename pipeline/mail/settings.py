"""How mail is sent: keys of `ledger.toml`. The password comes from the environment or a file, never from there."""

from typing import Literal

from pydantic import BaseModel, Field

PASSWORD = "HTC_LEDGER_MAIL_PASSWORD"


class MailSettings(BaseModel):
    """The part of `Settings` about messages."""

    base_url: str = Field(
        default="", description="Address of the dashboard as readers reach it, for links in messages; empty: no links."
    )
    mail_host: str = Field(default="", description="SMTP server; empty: no mail is sent.")
    mail_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="starttls, tls (from the first byte on), or none (loopback and closed networks).",
    )
    mail_from: str = Field(default="", description="Sender of all messages, such as ledger@example.org.")
    mail_user: str = Field(
        default="", description=f"Account at the SMTP server; its password is in {PASSWORD} or in mail_password_file."
    )
    mail_password_file: str = Field(default="", description="File that holds the password alone, on one line.")
    mail_ca_file: str = Field(
        default="", description="Certificates (PEM) that the SMTP server's is checked by; empty: the system's."
    )
    digest_readers: str = Field(
        default="", description="CSV file of who gets digests: kind (user, project or operators), name, address."
    )
    digest_unsubscribe: str = Field(
        default="",
        description="Mail address to which readers write who want no digests and reports; empty: mail_from.",
    )
    report_subscriptions: str = Field(
        default="", description="TOML file of who gets which report by mail: tables [[subscriptions]]."
    )
