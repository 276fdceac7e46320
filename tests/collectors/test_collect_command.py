"""The command `collect`: what it refuses, and that it teaches."""

import pytest

from tests.ledger_command import Ledger

SOURCE = '[[sources]]\nkind = "files"\nname = "ap1"\npaths = ["nowhere/history*"]\n'


def test_without_sources_it_shows_how_to_name_one(ledger: Ledger) -> None:
    answer = ledger.run("collect")
    assert answer.code == 2
    assert "no [[sources]] are configured" in answer.err
    assert "htc-ledger init" in answer.err
    assert 'kind = "files"' in answer.err
    assert not ledger.lake.exists()


def test_what_it_shows_can_be_pasted_into_the_settings(ledger: Ledger) -> None:
    shown = ledger.run("collect").err
    (ledger.cwd / "ledger.toml").write_text(shown[shown.index("\n[[sources]]") :], "utf-8")
    assert "ap1" in ledger.run("collect", "--source", "ap2").err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--source", "ap2"), "no source is called 'ap2'"),
        (("--watch", "--format", "json"), "--format is for one round"),
        (("--metrics-port", "9100"), "--metrics-port is for --watch"),
        (("--metrics-port", "no"), "--metrics-port"),
    ],
)
def test_a_mistake_is_a_message_and_nothing_is_collected(ledger: Ledger, words: tuple[str, ...], says: str) -> None:
    (ledger.cwd / "ledger.toml").write_text(SOURCE, "utf-8")
    answer = ledger.run("collect", *words)
    assert answer.code == 2
    assert says in answer.err
    assert "Traceback" not in answer.err
    assert not ledger.lake.exists()
