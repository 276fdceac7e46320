"""Half an identity setup is an error that says what is missing, and so is one that would send logins in the clear."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.identity.setup import setup_of
from pipeline import settings as configuration
from pipeline.errors import SettingsError
from pipeline.settings import Settings

WHOLE: dict[str, Any] = {
    "base_url": "https://ledger.example.org/",
    "identity_issuer": "https://login.example.org",
    "identity_client_id": "ledger",
}
SECRET = "0123456789abcdef"


@pytest.fixture
def secret(tmp_path: Path) -> str:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    return str(file)


def test_without_a_provider_and_a_proxy_there_is_no_setup() -> None:
    assert setup_of(Settings(base_url="https://ledger.example.org", allowed_hosts=("a",))) is None


def test_a_whole_setup_is_taken(secret: str) -> None:
    found = setup_of(Settings(**WHOLE, identity_client_secret_file=secret, allowed_hosts=("inner.example.org",)))
    assert found is not None
    assert found.provider is not None
    assert found.provider.redirect_uri == "https://ledger.example.org/login/callback"
    assert (found.provider.client_secret, found.is_https) == (SECRET, True)
    assert found.hosts == ("inner.example.org", "ledger.example.org")
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"identity_client_id": ""}, "no client id"),
        ({"base_url": ""}, "base_url is no address"),
        ({"base_url": "http://ledger.example.org"}, "in the clear"),
        ({"base_url": "https://ada:pw@ledger.example.org"}, "no address"),
        ({"base_url": "https://example.org/ledger"}, "with a path"),
        ({"identity_issuer": "http://login.example.org"}, "in the clear"),
        ({"identity_issuer": "login.example.org"}, "no address"),
        ({"identity_scopes": "email"}, "no openid"),
        ({"identity_client_secret_file": "/nowhere"}, "cannot be read"),
        ({"identity_ca_file": "/nowhere"}, "identity_ca_file"),
        ({"identity_proxy_addresses": ("10.0.0.1",)}, "one of them is not set"),
        ({"identity_proxy_secret_file": "/nowhere"}, "one of them is not set"),
    ],
)
def test_half_a_setup_is_an_error(change: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        setup_of(Settings(**{**WHOLE, **change}))


@pytest.mark.parametrize("content", ["", "short", "two\nlines of some length", "0123456789abcdeé", "x" * 5000])
def test_a_secret_is_one_long_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secret"
    file.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match="no secret that can be used") as caught:
        setup_of(Settings(**WHOLE, identity_client_secret_file=str(file)))
    assert not content or content not in f"{caught.value.what} {caught.value.hint}"


def test_loopback_may_do_without_encryption() -> None:
    given = {**WHOLE, "base_url": "http://127.0.0.1:8050", "identity_issuer": "http://localhost:9000"}
    found = setup_of(Settings(**given))
    assert found is not None
    assert not found.is_https


def test_a_proxy_is_named_by_address_and_secret(secret: str) -> None:
    given = ("10.1.2.3", "fd00::/64")
    found = setup_of(Settings(identity_proxy_addresses=given, identity_proxy_secret_file=secret))
    assert found is not None
    assert found.proxy is not None
    assert [str(network) for network in found.proxy.networks] == ["10.1.2.3/32", "fd00::/64"]
    assert SECRET not in repr(found)


@pytest.mark.parametrize("addresses", ["proxy.example.org", "0.0.0.0/0", "::/0", "10.0.0.1/8"])
def test_a_proxy_s_address_is_one_and_not_every(addresses: str) -> None:
    with pytest.raises(ValueError, match="identity_proxy_addresses"):
        Settings(identity_proxy_addresses=(addresses,))


def test_two_headers_of_one_name_are_an_error(secret: str) -> None:
    given: dict[str, Any] = {"identity_proxy_addresses": ("10.1.2.3",), "identity_proxy_secret_file": secret}
    with pytest.raises(SettingsError, match="one name"):
        setup_of(Settings(**given, identity_proxy_user_header="X-Remote-Email"))


def test_the_environment_sets_it_up_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTC_LEDGER_IDENTITY_PROXY_ADDRESSES", "10.0.0.1, 10.0.0.2")
    monkeypatch.setenv("HTC_LEDGER_ALLOWED_HOSTS", "ledger.example.org")
    loaded = configuration.load()
    assert loaded.identity_proxy_addresses == ("10.0.0.1", "10.0.0.2")
    assert loaded.allowed_hosts == ("ledger.example.org",)
