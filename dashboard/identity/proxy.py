"""A reverse proxy that says in headers who asks: believed from its address and with its secret, refused otherwise.

Headers of those names are taken out of every request before anything else sees them, whether they were believed or not.
"""

import hmac
import ipaddress

from starlette.datastructures import Headers
from starlette.types import Scope

from dashboard.identity.claims import groups_of
from dashboard.identity.refusals import LoginRefused
from dashboard.identity.setup import ProxySetup
from pipeline.mail.address import is_address
from pipeline.rights.viewing import Identity

ISSUER = "proxy"
SECRET_HEADER = "X-HTC-Ledger-Secret"
USUAL = frozenset({"x-remote-user", "x-remote-email", "x-remote-groups", SECRET_HEADER.lower()})
LONGEST = 255
LONGEST_LIST = 16_384


class ProxyHeaders:
    """Reads and removes them; without a setup it only removes those of the usual names."""

    def __init__(self, setup: ProxySetup | None) -> None:
        self._setup = setup
        own = () if setup is None else (setup.user_header, setup.email_header, setup.groups_header)
        self._names = frozenset({*USUAL, *(name.lower() for name in own)})

    def without(self, scope: Scope) -> Scope:
        """The same request without such headers."""
        kept = [(name, value) for name, value in scope["headers"] if name.decode("latin-1").lower() not in self._names]
        return {**scope, "headers": kept}

    def identity(self, scope: Scope) -> Identity | None:
        """Whom the proxy names; None where it names nobody, or no proxy is set up.

        Raises LoginRefused for such headers from anywhere else, and for a name that is there twice.
        """
        setup = self._setup
        if setup is None:
            return None
        headers = Headers(scope=scope)
        if not any(name in headers for name in self._names):
            return None
        if not (_comes_from(scope, setup) and self._knows_secret(headers, setup)):
            hint = "Open the ledger at the address that you were given."
            raise LoginRefused("headers that say who asks come from the proxy alone", hint)
        subject = _one(headers, setup.user_header, LONGEST)
        if subject is None:
            return None
        email = _one(headers, setup.email_header, LONGEST)
        groups = _one(headers, setup.groups_header, LONGEST_LIST) or ""
        known = email.lower() if email is not None and is_address(email) else None
        return Identity(ISSUER, subject, known, groups_of([group.strip() for group in groups.split(",")]))

    def _knows_secret(self, headers: Headers, setup: ProxySetup) -> bool:
        given = headers.getlist(SECRET_HEADER)
        return len(given) == 1 and hmac.compare_digest(given[0].encode("latin-1"), setup.secret.encode())


def _comes_from(scope: Scope, setup: ProxySetup) -> bool:
    """Whether the connection is the proxy's: not what any header says, such as X-Forwarded-For."""
    client = scope.get("client")
    try:
        address = ipaddress.ip_address(client[0]) if client else None
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in setup.networks) if address is not None else False


def _one(headers: Headers, name: str, longest: int) -> str | None:
    """The header's value; None without one. Raises LoginRefused if it is there twice, or no line of text."""
    given = headers.getlist(name)
    if len(given) > 1 or any(len(value) > longest or not value.isprintable() for value in given):
        raise LoginRefused(f"the proxy sent {name} twice, or as something that is no name", "Tell whoever runs it.")
    return (given[0].strip() or None) if given else None
