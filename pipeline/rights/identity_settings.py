"""How people log in: keys of `ledger.toml`. Secrets are read from files that it names, and never stand in it."""

import ipaddress
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator
from pydantic_settings import NoDecode

Words = Annotated[tuple[str, ...], NoDecode]
_HEADER = r"^[A-Za-z][A-Za-z0-9-]{0,63}$"


class IdentitySettings(BaseModel):
    """The part of `Settings` about who may reach the dashboard, and as whom."""

    allowed_hosts: Words = Field(
        default=(),
        description="Names of this host under which the dashboard is asked, besides that of base_url; with a login. In "
        "the environment: with commas between them.",
    )
    identity_issuer: str = Field(
        default="",
        description="OpenID Connect provider that people log in with, as it names itself, such as https://cilogon.org; "
        "empty: none.",
    )
    identity_client_id: str = Field(default="", description="This ledger's client id at the provider.")
    identity_client_secret_file: str = Field(
        default="", description="File that holds the client's secret alone, on one line; empty: the client has none."
    )
    identity_client_auth: Literal["basic", "post"] = Field(
        default="basic", description="How the secret is sent: basic, or post for a provider that wants it in the form."
    )
    identity_scopes: str = Field(default="openid email profile", description="What is asked of the provider.")
    identity_groups_claim: str = Field(default="groups", description="The provider's name for a person's groups.")
    identity_email: Literal["verified", "as_given"] = Field(
        default="verified",
        description="verified: an e-mail address counts if the provider says that it checked it. as_given: it always "
        "does, for providers that never say so.",
    )
    identity_ca_file: str = Field(
        default="", description="Certificates (PEM) that the provider's is checked by; empty: the usual ones."
    )
    identity_idle_min: int = Field(
        default=60, ge=1, le=1440, description="Minutes without a request after which one has to log in again."
    )
    identity_session_h: int = Field(
        default=12, ge=1, le=168, description="Hours after which one has to log in again in any case."
    )
    identity_contact: str = Field(
        default="", max_length=200, description="Whom to ask for access: said to those who log in and have no right."
    )
    identity_proxy_addresses: Words = Field(
        default=(),
        description="Addresses or networks of a reverse proxy that says in headers who asks; empty: none is believed. "
        "In the environment: with commas between them.",
    )
    identity_proxy_secret_file: str = Field(
        default="",
        description="File that holds the secret that the proxy sends along in the header X-HTC-Ledger-Secret.",
    )
    identity_proxy_user_header: str = Field(
        default="X-Remote-User", pattern=_HEADER, description="Header of the proxy with a person's id."
    )
    identity_proxy_email_header: str = Field(
        default="X-Remote-Email", pattern=_HEADER, description="Header of the proxy with a person's e-mail address."
    )
    identity_proxy_groups_header: str = Field(
        default="X-Remote-Groups", pattern=_HEADER, description="Header of the proxy with groups, commas between them."
    )

    @field_validator("allowed_hosts", "identity_proxy_addresses", mode="before")
    @classmethod
    def _words_of_text(cls, value: Any) -> Any:
        """Of the environment they come as one text."""
        return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value

    @field_validator("identity_proxy_addresses")
    @classmethod
    def _addresses_are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            network = ipaddress.ip_network(address)  # ValueError says what is wrong
            if not network.prefixlen:
                raise ValueError(f"{address} is every address there is")
        return value
