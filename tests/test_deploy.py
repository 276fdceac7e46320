"""What stands in deploy/: the units and the container file name commands, options, settings and files that exist."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.settings import NOT_SETTINGS, PREFIX, Settings
from tests.conftest import ROOT
from tests.ledger_command import Ledger

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
TIMERS = sorted((DEPLOY / "systemd").glob("*.timer"))
CONTAINER = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
VARIABLES = {PREFIX + name.upper() for name in Settings.model_fields} | NOT_SETTINGS


class Unit(configparser.RawConfigParser):
    """A unit file, whose keys may stand there more than once."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters="=", comment_prefixes="#")
        self.optionxform = str  # type: ignore[method-assign,assignment]
        self.read(path, "utf-8")


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists_with_options_that_exist(path: Path, ledger: Ledger) -> None:
    program, *words = shlex.split(Unit(path)["Service"]["ExecStart"])
    assert program.endswith("/htc-ledger")
    command = " ".join(word for word in words if not word.startswith("--"))
    assert f" {command} [OPTIONS]" in ledger.ok(*words, "--help").out


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_sets_nothing_that_is_no_setting(path: Path) -> None:
    assert set(re.findall(rf"{PREFIX}\w+(?==)", path.read_text("utf-8"))) <= VARIABLES


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_may_write_the_lake_at_most_and_gains_no_right(path: Path) -> None:
    service = Unit(path)["Service"]
    assert (service["ProtectSystem"], service["NoNewPrivileges"], service["User"]) == ("strict", "yes", "htc-ledger")
    assert service["CapabilityBoundingSet"] == ""
    writable = service.get("ReadWritePaths", "").split()
    assert writable in ([], ["/var/lib/htc-ledger"])


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_every_line(path: Path, tmp_path: Path) -> None:
    program = Unit(path)["Service"]["ExecStart"].split()[0]
    copy = tmp_path / path.name
    copy.write_text(path.read_text("utf-8").replace(program, str(shutil.which("true"))), "utf-8")
    timed = path.with_suffix(".timer").exists()
    assert Unit(path).sections() == ["Unit", "Service", *([] if timed else ["Install"])]
    said = ""
    if shutil.which("systemd-analyze"):
        said = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(copy)], check=False, capture_output=True, text=True
        ).stderr
    assert path.name not in said, said


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_a_timer_starts_a_unit_that_ends_by_itself_and_is_enabled_in_its_place(path: Path) -> None:
    assert Unit(path).sections() == ["Unit", "Timer", "Install"]
    assert Unit(path)["Install"]["WantedBy"] == "timers.target"
    assert Unit(path.with_suffix(".service"))["Service"]["Type"] == "oneshot"
    moments = [value for key, value in Unit(path)["Timer"].items() if key == "OnCalendar"]
    if moments and shutil.which("systemd-analyze"):
        subprocess.run(["systemd-analyze", "calendar", *moments], check=True, capture_output=True)


def test_the_collector_is_given_the_time_that_it_needs_to_stop() -> None:
    service = Unit(DEPLOY / "systemd" / "htc-ledger-collect.service")["Service"]
    assert service["KillMode"] == "mixed", "the parent is asked, and ends its children itself"
    assert int(service["TimeoutStopSec"]) > 5
    assert service["OOMPolicy"] == "continue", "one poll that takes too much does not end the service"


def test_the_container_copies_what_exists() -> None:
    copied = [word for line in re.findall(r"^COPY (.*)$", CONTAINER, re.MULTILINE) for word in line.split()[:-1]]
    assert {"requirements.lock", "pyproject.toml", "htc_ledger.py", "collectors", "pipeline", "dashboard"} <= set(
        copied
    )
    assert all((ROOT / word).exists() for word in copied)


def test_the_container_checks_every_package_against_its_hash() -> None:
    assert "--require-hashes" in CONTAINER
    installs = re.findall(r"pip install[^&\n]*", CONTAINER)
    assert installs
    assert all("--no-index" in command for command in installs)


def test_the_container_runs_a_command_that_exists_and_not_as_root(ledger: Ledger) -> None:
    (words,) = re.findall(r"^CMD \[(.*)\]$", CONTAINER, re.MULTILINE)
    ledger.ok(*(word.strip(' "') for word in words.split(",")), "--help")
    assert re.findall(r"^USER (.*)$", CONTAINER, re.MULTILINE)[-1] == "htc-ledger"
    assert set(re.findall(rf"{PREFIX}\w+(?==)", CONTAINER)) <= VARIABLES


def test_the_container_holds_no_secret() -> None:
    assert not re.search(r"(?i)password|token|secret=|^ARG ", CONTAINER, re.MULTILINE)
