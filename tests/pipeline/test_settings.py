"""Settings come from TOML and environment, and a key that nobody knows is refused."""

import re
from pathlib import Path

import pytest

from pipeline import settings
from pipeline.errors import SettingsError
from pipeline.source_settings import KINDS


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LAKE", "CONFIG", "ZONE", "PORT"):
        monkeypatch.delenv(f"HTC_LEDGER_{name}", raising=False)


def test_the_environment_alone_chooses_the_lake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTC_LEDGER_LAKE", "/srv/lake")
    assert settings.load().lake == Path("/srv/lake")


def test_the_environment_is_stronger_than_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ledger.toml").write_text('zone = "Europe/Berlin"\nport = 9000\n')
    monkeypatch.setenv("HTC_LEDGER_PORT", "9001")
    assert (settings.load().zone, settings.load().port) == ("Europe/Berlin", 9001)


def test_what_the_command_line_names_is_strongest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTC_LEDGER_LAKE", "/srv/lake")
    assert settings.load(lake=Path("here"), port=None).lake == Path("here")


def test_an_unknown_key_is_refused_with_the_nearest() -> None:
    Path("ledger.toml").write_text('zonne = "UTC"\n')
    with pytest.raises(SettingsError, match=r"'zonne' is no setting.*'zone'"):
        settings.load()


def test_an_unknown_variable_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTC_LEDGER_LAKEE", "/srv/lake")
    with pytest.raises(SettingsError) as raised:
        settings.load()
    assert "HTC_LEDGER_LAKE'" in raised.value.hint


@pytest.mark.parametrize("line", ['zone = "Mars/Olympus"', "port = 70000", 'port = "x"', "port = "])
def test_a_value_that_cannot_be_used_is_refused(line: str) -> None:
    Path("ledger.toml").write_text(line + "\n")
    with pytest.raises(SettingsError):
        settings.load()


def test_a_config_file_that_is_named_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTC_LEDGER_CONFIG", "nowhere.toml")
    with pytest.raises(SettingsError, match="nowhere"):
        settings.load()


def test_the_file_that_init_writes_can_be_uncommented_as_it_is() -> None:
    uncommented = re.sub(r"(?m)^#(?! )", "", settings.as_toml())
    for number in range(len(KINDS)):
        uncommented = uncommented.replace('name = "mine"', f'name = "mine{number}"', 1)
    Path("ledger.toml").write_text(uncommented)
    loaded = settings.load()
    assert [type(source) for source in loaded.sources] == list(KINDS)
    assert loaded.model_copy(update={"sources": ()}) == settings.Settings(sources=())
