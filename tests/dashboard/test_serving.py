"""The command `serve`: loopback alone, a busy port is a clear error."""

import subprocess
import sys

import pytest

from dashboard import serving
from pipeline.errors import SettingsError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_loopback_addresses_are_taken(host: str) -> None:
    assert serving.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", "127.0.0.1.example.org", ""])
def test_any_other_address_is_refused_before_anything_listens(host: str) -> None:
    with pytest.raises(SettingsError, match="no login yet"):
        serving.listen(host, 0)


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
