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
    for name in ("LAKE", "CONFIG", "ZONE", "OTHER_ZONES", "PORT"):
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


def test_other_zones_are_a_list_in_the_file_and_words_with_commas_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings.load().other_zones == ()
    Path("ledger.toml").write_text('other_zones = ["Asia/Kolkata"]\n')
    assert settings.load().other_zones == ("Asia/Kolkata",)
    monkeypatch.setenv("HTC_LEDGER_OTHER_ZONES", "America/Chicago, Europe/Berlin")
    assert settings.load().other_zones == ("America/Chicago", "Europe/Berlin")
    monkeypatch.setenv("HTC_LEDGER_OTHER_ZONES", "")
    assert settings.load().other_zones == ()


@pytest.mark.parametrize("given", ["Mars/Olympus", "America", "UTC", "Europe/Berlin,Europe/Berlin"])
def test_another_zone_is_one_that_there_is_and_that_is_not_there_already(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTC_LEDGER_OTHER_ZONES", given)
    with pytest.raises(SettingsError, match="other_zones"):
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
