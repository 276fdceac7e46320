"""The command `serve`: loopback alone, a busy port is a clear error."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dashboard import serving
from dashboard.identity.setup import is_loopback, setup_of
from pipeline.errors import SettingsError
from pipeline.settings import Settings
from tests.identity.ledger import proxy_settings
from tests.ledger_command import Ledger


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_loopback_addresses_are_taken(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", "127.0.0.1.example.org", ""])
def test_any_other_address_is_refused_before_anything_listens(host: str) -> None:
    with pytest.raises(SettingsError, match="no login is set up") as caught:
        serving.listen(host, 0)
    assert "identity_issuer" in caught.value.hint
    assert "ssh -L" in caught.value.hint


def test_with_a_login_any_address_is_taken_that_keeps_it_secret(tmp_path: Path) -> None:
    given: dict[str, Any] = {"identity_issuer": "https://login.example.org", "identity_client_id": "ledger"}
    clear = setup_of(Settings(base_url="http://127.0.0.1:8050", **given))
    with pytest.raises(SettingsError, match="in the clear"):
        serving.listen("0.0.0.0", 0, clear)
    with serving.listen("0.0.0.0", 0, setup_of(Settings(base_url="https://ledger.example.org", **given))) as listening:
        assert listening.getsockname()[0] == "0.0.0.0"
    with serving.listen("0.0.0.0", 0, setup_of(proxy_settings(tmp_path, tmp_path))) as listening:
        assert listening.getsockname()[0] == "0.0.0.0"


def test_the_command_refuses_an_address_without_a_login(ledger: Ledger) -> None:
    answer = ledger.run("serve", "--host", "0.0.0.0", "--port", "0")
    assert (answer.code, answer.out) == (2, "")
    assert "no login is set up" in answer.err
    assert "docs/security.md" in answer.err


def test_a_busy_port_is_named() -> None:
    with serving.listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} of 127.0.0.1 is in use") as caught:
            serving.listen("127.0.0.1", port)
    assert "--port" in caught.value.hint


def test_the_address_can_be_opened() -> None:
    with serving.listen("127.0.0.1", 0) as listening:
        assert serving.address(listening) == f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_importing_the_commands_imports_no_dash() -> None:
    code = "import sys, dashboard.commands; sys.exit('dash' in sys.modules or 'duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
