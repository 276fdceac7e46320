"""The identity setup: settings in; what is checked, complete and safe to use out, or an error that says what to do."""

import ipaddress
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import SettingsError
from pipeline.settings import Settings

LEAST_SECRET = 16
LARGEST_SECRET = 4096
CALLBACK = "/login/callback"
SIGNED_OUT = "/signed-out"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class ProviderSetup:
    """An OpenID Connect provider. The secret is in no text that is made of it."""

    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    sends_secret_in_form: bool
    scopes: str
    groups_claim: str
    takes_any_email: bool
    trusted: ssl.SSLContext | bool
    redirect_uri: str
    signed_out_uri: str


@dataclass(frozen=True)
class ProxySetup:
    """A reverse proxy that names people, and how it is known. The secret is in no text that is made of it."""

    networks: tuple[Network, ...]
    secret: str = field(repr=False)
    user_header: str
    email_header: str
    groups_header: str


@dataclass(frozen=True)
class Setup:
    """How people are known. `hosts`: names under which the server is asked."""

    provider: ProviderSetup | None
    proxy: ProxySetup | None
    hosts: tuple[str, ...]
    is_https: bool
    idle_s: int
    absolute_s: int
    contact: str


def setup_of(settings: Settings) -> Setup | None:
    """The setup; None if there is neither a provider nor a proxy. Raises SettingsError for half of one."""
    base = settings.base_url.rstrip("/")
    provider, proxy = _provider(settings, base), _proxy(settings)
    if provider is None and proxy is None:
        return None
    named = urlsplit(base).hostname
    return Setup(
        provider,
        proxy,
        (*settings.allowed_hosts, *([named] if named else [])),
        base.startswith("https://"),
        settings.identity_idle_min * 60,
        settings.identity_session_h * 3600,
        settings.identity_contact,
    )


def is_loopback(host: str) -> bool:
    """True for names and addresses that only this machine reaches."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _provider(settings: Settings, base: str) -> ProviderSetup | None:
    issuer = settings.identity_issuer
    if not issuer:
        return None
    if not settings.identity_client_id:
        hint = f"Register {base or 'the ledger'}{CALLBACK} as its redirect URI there, and set identity_client_id."
        raise SettingsError("identity_issuer is set, and no client id", hint)
    if "openid" not in settings.identity_scopes.split():
        raise SettingsError("identity_scopes has no openid", 'Set it to "openid email profile".')
    _refuse_clear_text("identity_issuer", issuer)
    _refuse_clear_text("base_url", base)
    if urlsplit(base).path:
        raise SettingsError(f"base_url is {base}, with a path", "Give the ledger a host name of its own.")
    secret = settings.identity_client_secret_file
    return ProviderSetup(
        issuer,
        settings.identity_client_id,
        _secret(secret, "identity_client_secret_file") if secret else None,
        settings.identity_client_auth == "post",
        settings.identity_scopes,
        settings.identity_groups_claim,
        settings.identity_email == "as_given",
        _trusted(settings.identity_ca_file),
        base + CALLBACK,
        base + SIGNED_OUT,
    )


def _proxy(settings: Settings) -> ProxySetup | None:
    addresses, file = settings.identity_proxy_addresses, settings.identity_proxy_secret_file
    if not addresses and not file:
        return None
    if not addresses or not file:
        hint = "Set both: identity_proxy_addresses and identity_proxy_secret_file."
        raise SettingsError("a proxy is known by its address and a secret, and one of them is not set", hint)
    headers = (
        settings.identity_proxy_user_header,
        settings.identity_proxy_email_header,
        settings.identity_proxy_groups_header,
    )
    if len({header.lower() for header in headers}) < len(headers):
        raise SettingsError("two headers of the proxy have one name", "Give each its own: identity_proxy_*_header.")
    secret = _secret(file, "identity_proxy_secret_file")
    return ProxySetup(tuple(ipaddress.ip_network(address) for address in addresses), secret, *headers)


def _refuse_clear_text(name: str, url: str) -> None:
    """Logins pass through it: anybody on the way could read and use them."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment or parts.username:
        hint = "Write it as https://ledger.example.org; with a login, base_url is where people reach the dashboard."
        raise SettingsError(f"{name} is no address: {url!r}", hint)
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise SettingsError(f"{name} is {url}: logins would pass in the clear", "Use https; a proxy can do TLS.")


def _secret(file: str, name: str) -> str:
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise SettingsError(f"{name} names {file}, which cannot be read: {error.strerror}") from error
    try:
        secret = content[: LARGEST_SECRET + 1].decode("ascii").rstrip("\r\n")
    except UnicodeDecodeError:
        secret = ""
    if not LEAST_SECRET <= len(secret) <= LARGEST_SECRET or not secret.isprintable():
        hint = f"It holds that alone, on one line: {LEAST_SECRET} characters or more (openssl rand -hex 32)."
        raise SettingsError(f"{name}: {file} holds no secret that can be used", hint)
    return secret


def _trusted(file: str) -> ssl.SSLContext | bool:
    if not file:
        return True
    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        hint = "It holds certificates (PEM)."
        raise SettingsError(f"identity_ca_file: {file} cannot be used: {error}", hint) from error
