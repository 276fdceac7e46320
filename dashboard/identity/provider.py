"""One OpenID Connect provider: where to log in, and who somebody is by the code that they come back with.

In: its address. Its other addresses and its keys are read from it and kept for an hour; keys that it does not have yet
are asked for once more, so that a provider may change its keys at any time. Codes are exchanged with the verifier that
they were asked for with (PKCE, S256). Out: an `Identity`. Tokens are used here and kept nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.errors import JoseError

from dashboard.identity.claims import identity_of
from dashboard.identity.cookies import Begun
from dashboard.identity.id_token import IdTokens
from dashboard.identity.provider_answers import post, read
from dashboard.identity.refusals import LoginRefused, ProviderAway
from dashboard.identity.setup import ProviderSetup, is_loopback
from pipeline.rights.viewing import Identity

KEPT_S = 3600.0
DISCOVERY = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
AGAIN = "Log in again; if it stays so, tell whoever runs the ledger: its log says why."


@dataclass(frozen=True)
class Described:
    """What the provider says of itself."""

    content: dict[str, Any]
    read_at: float

    def url(self, name: str) -> str | None:
        """One of its addresses."""
        found = self.content.get(name)
        return found if isinstance(found, str) else None


class Provider:
    """`clock` gives Unix seconds. The event loop alone asks it."""

    def __init__(self, setup: ProviderSetup, clock: Callable[[], float]) -> None:
        self._setup, self._clock = setup, clock
        self._described: Described | None = None
        self._published_keys: dict[str, Any] | None = None
        self._tokens = IdTokens(setup.issuer, setup.client_id, self._keys, clock)

    @property
    def issuer(self) -> str:
        """Its address, as it names itself."""
        return self._setup.issuer

    async def login_url(self, begun: Begun) -> str:
        """Where a browser goes to log in. Raises ProviderAway."""
        described = await self._description()
        url = prepare_grant_uri(
            described.content["authorization_endpoint"],
            client_id=self._setup.client_id,
            response_type="code",
            redirect_uri=self._setup.redirect_uri,
            scope=self._setup.scopes,
            state=begun.state,
            nonce=begun.nonce,
            code_challenge=create_s256_code_challenge(begun.verifier),
            code_challenge_method="S256",
        )
        return str(url)

    async def logout_url(self) -> str | None:
        """Where a browser goes to log out at the provider, too; None if the provider has no such place.

        No token is in it: the provider may ask the person whether they mean it. Raises ProviderAway.
        """
        end = (await self._description()).url("end_session_endpoint")
        if end is None:
            return None
        asked = {"client_id": self._setup.client_id, "post_logout_redirect_uri": self._setup.signed_out_uri}
        return f"{end}{'&' if urlsplit(end).query else '?'}{urlencode(asked)}"

    async def requires_issuer(self) -> bool:
        """Whether it names itself in what it sends browsers back with (RFC 9207)."""
        described = await self._description()
        return described.content.get("authorization_response_iss_parameter_supported") is True

    async def identity(self, code: str, begun: Begun) -> Identity:
        """Who the person is whom the provider sent back with that code. Raises LoginRefused, ProviderAway."""
        described = await self._description()
        try:
            token = await self._exchanged(described, code, begun.verifier)
            algorithms = described.content.get("id_token_signing_alg_values_supported")
            claims = await self._tokens.claims(token.get("id_token"), begun.nonce, algorithms)
            more = await self._more(described, str(token.get("access_token")), claims)
        except httpx.HTTPError as error:
            raise ProviderAway(f"the login provider did not answer: {type(error).__name__}", AGAIN) from error
        except (AuthlibBaseError, JoseError, ValueError) as error:
            raise LoginRefused("the login provider's answer cannot be trusted", AGAIN) from error
        return identity_of(
            self._setup.issuer, {**more, **claims}, self._setup.groups_claim, any_email=self._setup.takes_any_email
        )

    async def _exchanged(self, described: Described, code: str, verifier: str) -> dict[str, Any]:
        """The tokens for a code."""
        setup = self._setup
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": setup.redirect_uri,
            "code_verifier": verifier,
            "client_id": setup.client_id,
        }
        auth = None
        if setup.client_secret is not None and setup.sends_secret_in_form:
            form["client_secret"] = setup.client_secret
        elif setup.client_secret is not None:  # RFC 6749, 2.3.1: both are encoded before they are put together
            auth = httpx.BasicAuth(quote_plus(setup.client_id), quote_plus(setup.client_secret))
        return await post(described.content["token_endpoint"], setup.trusted, form, auth)

    async def _more(self, described: Described, access_token: str, claims: dict[str, Any]) -> dict[str, Any]:
        """What the provider tells about the person elsewhere, where it is not in the token."""
        url = described.url("userinfo_endpoint")
        if url is None or {"email", self._setup.groups_claim} <= claims.keys():
            return {}
        found = await read(url, self._setup.trusted, access_token)
        if found.get("sub") != claims["sub"]:
            raise ValueError("userinfo is about somebody else")
        # whether an address was checked is said of the address beside it
        return {name: value for name, value in found.items() if "email" not in claims or not name.startswith("email")}

    async def _keys(self, *, anew: bool) -> dict[str, Any]:
        """The provider's public keys as it publishes them."""
        described = await self._description()
        if anew or self._published_keys is None:
            self._published_keys = await read(described.content["jwks_uri"], self._setup.trusted)
        return self._published_keys

    async def _description(self) -> Described:
        kept, now = self._described, self._clock()
        if kept is not None and 0 <= now - kept.read_at < KEPT_S:
            return kept
        try:
            content = await read(self._setup.issuer.rstrip("/") + DISCOVERY, self._setup.trusted)
            self._refuse_unsafe(content)
        except httpx.HTTPError as error:
            hint = "Try again in a minute; if it stays so, tell whoever runs the ledger."
            raise ProviderAway(f"the login provider cannot be reached: {type(error).__name__}", hint) from error
        except ValueError as error:
            hint = "Tell whoever runs the ledger: is identity_issuer written as the provider writes it?"
            raise ProviderAway(f"what the login provider says of itself cannot be used: {error}", hint) from error
        self._described, self._published_keys = Described(content, now), None
        return self._described

    def _refuse_unsafe(self, content: dict[str, Any]) -> None:
        """Raise ValueError for another provider's description, or one with addresses that are not safe."""
        if content.get("issuer") != self._setup.issuer:
            raise ValueError("it is about another issuer")
        named = [name for name in content if name.endswith(("_endpoint", "_uri"))]
        for name in {*NEEDED, *named}:
            parts = urlsplit(content[name]) if isinstance(content.get(name), str) else urlsplit("")
            if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
                raise ValueError(f"{name} is missing or not on https")
