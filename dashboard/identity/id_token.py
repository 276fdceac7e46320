"""An ID token: text in, its claims out, if its signature, issuer, audience, times and nonce are as they have to be.

Only signatures with a provider's private key are taken: a token that is not signed, or signed with a secret, is none.
"""

from collections.abc import Callable
from typing import Any, Protocol

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError
from joserfc.jwk import KeySet

SKEW_S = 60
"""Seconds by which the provider's clock and this one may differ."""
OLDEST_S = 600
"""A token is fetched right after it was made: an older one is not of this login."""
LONGEST = 64 * 1024
KINDS = ("RSA", "EC", "OKP")
ASYMMETRIC = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)


class Keys(Protocol):
    """How the provider's keys are had; `anew`: not those that are kept."""

    async def __call__(self, *, anew: bool) -> dict[str, Any]: ...


class IdTokens:
    """Reads the ID tokens of one provider for one client. `clock` gives Unix seconds."""

    def __init__(self, issuer: str, client_id: str, keys: Keys, clock: Callable[[], float]) -> None:
        self._issuer, self._client_id, self._keys, self._clock = issuer, client_id, keys, clock

    async def claims(self, text: object, nonce: str, offered: object) -> dict[str, Any]:
        """The claims of a token that is the answer to that nonce; `offered`: algorithms that the provider names.

        Raises JoseError, AuthlibBaseError or ValueError for any other token.
        """
        if not isinstance(text, str) or len(text) > LONGEST:
            raise ValueError("there is no ID token, or it is too long")
        token = await self._decoded(text, _algorithms(offered))
        claims = dict(token.claims)
        self._validate(claims, token.header, nonce)
        return claims

    async def _decoded(self, text: str, algorithms: list[str]) -> jwt.Token:
        """With the keys that are kept; where none of them signed it, with those that there are now."""
        try:
            return jwt.decode(text, _key_set(await self._keys(anew=False)), algorithms=algorithms)
        except (InvalidKeyIdError, BadSignatureError):
            return jwt.decode(text, _key_set(await self._keys(anew=True)), algorithms=algorithms)

    def _validate(self, claims: dict[str, Any], header: dict[str, Any], nonce: str) -> None:
        options = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "iat": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        checked = CodeIDToken(claims, header, options, {"nonce": nonce, "client_id": self._client_id})
        now = int(self._clock())
        checked.validate(now=now, leeway=SKEW_S)
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise ValueError("the subject is no id")
        if claims["iat"] < now - OLDEST_S - SKEW_S:
            raise ValueError("the token was made long ago")
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if audience != [self._client_id] and claims.get("azp") != self._client_id:
            raise ValueError("the token is for others, too, and was not asked for by this client")


def _algorithms(offered: object) -> list[str]:
    """Those of the provider's algorithms that prove who signed; RS256 where it names none."""
    named = [name for name in offered if name in ASYMMETRIC] if isinstance(offered, list) else []
    return named or ["RS256"]


def _key_set(published: dict[str, Any]) -> KeySet:
    """Those of the published keys that sign, and are of a kind that is known. Raises ValueError without any."""
    listed = published.get("keys")
    usable = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict) and key.get("kty") in KINDS and key.get("use", "sig") == "sig"
    ]
    if not usable:
        raise ValueError("the provider publishes no key that signs")
    return KeySet.import_key_set({"keys": usable})
