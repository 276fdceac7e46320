"""A suite is installed once, whole or not at all, and who cannot install it is told what to do."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.pool import installed as module
from tests.pool.installed import RECIPE, installed
from tests.pool.problem import PoolProblem


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No suite is installed in the folder that the environment names."""
    monkeypatch.setenv("HTC_LEDGER_POOL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", "ascii")
    (folder / name).chmod(0o755)


def test_those_who_want_a_suite_at_once_wait_for_the_one_that_installs_it(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def slowly(suite: str, root: Path) -> None:
        time.sleep(0.2)
        root.mkdir()
        made.append(root)

    monkeypatch.setattr(module, "_install", slowly)
    with ThreadPoolExecutor(3) as several:
        roots = list(several.map(lambda _: installed("forky"), range(3)))
    assert made == [empty_home / f"forky-{RECIPE}"]
    assert roots == made * 3


def test_an_installation_that_fails_is_told_with_its_log_and_leaves_no_suite(
    empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "mmdebstrap", "echo E: the mirror is away; exit 25")
    program(tmp_path / "bin", "apt-get", "echo http://mirror.test/debian")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    with pytest.raises(PoolProblem, match="the mirror is away") as failed:
        installed("forky")
    assert "http://mirror.test/debian" in failed.value.hint
    assert not (empty_home / f"forky-{RECIPE}").exists()


def test_a_missing_mmdebstrap_that_apt_cannot_install_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "apt-get", "echo E: no network >&2; exit 100")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(PoolProblem, match="mmdebstrap is missing and apt-get update -qq failed: E: no network"):
        installed("forky")


def test_a_machine_without_a_debian_mirror_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "apt-get", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(PoolProblem, match="knows no Debian mirror"):
        module.mirror()


def test_who_is_not_root_is_told_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(PoolProblem, match="needs root"):
        installed("forky")
