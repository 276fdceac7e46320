"""Headers that say who asks: from the proxy's address with its secret, from nowhere else, and never further inside."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.identity.proxy import ProxyHeaders
from dashboard.identity.refusals import LoginRefused
from dashboard.identity.setup import setup_of
from pipeline.rights.viewing import Identity
from tests.identity.ledger import PROXY_SECRET, proxy_settings

SECRET = ("X-HTC-Ledger-Secret", PROXY_SECRET)
USER = ("X-Remote-User", "ada")


def scope(*headers: tuple[str, str], client: str | None = "127.0.0.1") -> dict[str, Any]:
    written = [(name.lower().encode(), value.encode()) for name, value in headers]
    return {"type": "http", "headers": written, "client": None if client is None else (client, 4711)}


@pytest.fixture
def proxy(tmp_path: Path) -> ProxyHeaders:
    setup = setup_of(proxy_settings(tmp_path, tmp_path))
    assert setup is not None
    return ProxyHeaders(setup.proxy)


def test_the_proxy_is_believed(proxy: ProxyHeaders) -> None:
    more = (("X-Remote-Email", "Ada@example.org"), ("X-Remote-Groups", "ops, htc admins,,"))
    found = proxy.identity(scope(SECRET, USER, *more))
    assert found == Identity("proxy", "ada", "ada@example.org", frozenset({"ops", "htc admins"}))
    assert proxy.identity(scope(SECRET, USER, client="::ffff:127.0.0.1")) == Identity("proxy", "ada")


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ((USER,), "127.0.0.1"),
        ((USER, ("X-HTC-Ledger-Secret", "guess")), "127.0.0.1"),
        ((USER, ("X-HTC-Ledger-Secret", "")), "127.0.0.1"),
        ((USER, SECRET, SECRET), "127.0.0.1"),
        ((USER, SECRET), "127.0.0.2"),
        ((USER, SECRET, ("X-Forwarded-For", "127.0.0.1")), "10.0.0.9"),
        ((USER, SECRET), None),
        ((USER, SECRET), "unix"),
        ((("X-Remote-Email", "ada@example.org"),), "127.0.0.1"),
        ((("X-Remote-Groups", "ops"),), "127.0.0.1"),
        ((SECRET,), "10.0.0.9"),
    ],
)
def test_nobody_else_is(proxy: ProxyHeaders, headers: tuple[tuple[str, str], ...], client: str | None) -> None:
    with pytest.raises(LoginRefused, match="the proxy alone"):
        proxy.identity(scope(*headers, client=client))


@pytest.mark.parametrize(
    "headers", [(USER, ("X-Remote-User", "root")), (("X-Remote-User", "x" * 256),), (("X-Remote-User", "a\x1b[2J"),)]
)
def test_a_name_is_one_line_and_there_once(proxy: ProxyHeaders, headers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(LoginRefused, match="X-Remote-User"):
        proxy.identity(scope(SECRET, *headers))


def test_a_proxy_that_names_nobody_names_nobody(proxy: ProxyHeaders) -> None:
    assert proxy.identity(scope()) is None
    assert proxy.identity(scope(SECRET)) is None
    assert proxy.identity(scope(SECRET, ("X-Remote-User", " "))) is None


def test_such_headers_reach_nothing_inside(proxy: ProxyHeaders) -> None:
    given = scope(SECRET, USER, ("X-Remote-Email", "a@b.org"), ("X-Remote-Groups", "x"), ("Accept", "*/*"))
    for one in (proxy, ProxyHeaders(None)):
        assert one.without(given)["headers"] == [(b"accept", b"*/*")]
    assert ProxyHeaders(None).identity(given) is None
