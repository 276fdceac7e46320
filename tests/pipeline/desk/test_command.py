"""The commands `htc-ledger desk`: a finding is acknowledged, muted, noted, and all of it taken back."""

import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger

SINCE = ("--since", "72")


@pytest.fixture
def pool(ledger: Ledger, broken_pool: Lake) -> Ledger:
    copied(broken_pool, ledger.lake)
    return ledger


def state(pool: Ledger, key: str) -> tuple[str, str | None, str]:
    rows = pool.ok("desk", "findings", *SINCE, "--format", "json").json
    (row,) = [row for row in rows if row["key"] == key]
    return row["state"], row["by"], row["notes"]


def test_a_finding_is_noted_acknowledged_muted_and_heard_again(pool: Ledger) -> None:
    key = pool.ok("desk", "findings", *SINCE, "--format", "json").json[0]["key"]
    assert state(pool, key) == ("open", None, "")
    hostile = "<b>disk</b> ordered\x1b[2J"
    assert "\x1b" not in pool.ok("desk", "note", key, hostile, "--by", "ada", *SINCE).out
    pool.ok("desk", "ack", key[:6], "--by", "bob", *SINCE)
    assert state(pool, key) == ("acknowledged", "bob", f"ada: {hostile}")
    muted = pool.ok("desk", "mute", key, "--for", "3d", "--note", "known", *SINCE).out
    assert state(pool, key)[0] == "muted"
    pool.ok("desk", "undo", muted.split(":")[0])
    assert state(pool, key)[0] == "acknowledged"
    acts = pool.ok("desk", "list", "--all", "--format", "json").json
    assert [(act["done"], act["holds"]) for act in acts] == [
        ("note", True),
        ("ack", True),
        ("mute", False),
        ("undo", False),
    ]
    assert acts[3]["undoes"] == acts[2]["id"]
    assert len(pool.ok("desk", "list", "--format", "json").json) == 2
    assert "up to date" in pool.ok("build").out, "no cube is older for it"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ack", "0000000000000000"), "no finding of that window has a key"),
        (("mute", "KEY", "--for", "soon"), "no span of time"),
        (("undo", "ffff"), "no act has an id"),
    ],
)
def test_a_mistake_is_a_message(shared: tuple[Ledger, str], words: tuple[str, ...], said: str) -> None:
    pool, key = shared
    given = [key if word == "KEY" else word for word in words]
    answer = pool.run("desk", *given, *(() if words[0] == "undo" else SINCE))
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, broken_pool: Lake) -> tuple[Ledger, str]:
    """The command with that pool, where nothing is noted, and the key of its first finding."""
    ledger = Ledger(broken_pool.root, tmp_path_factory.mktemp("mistakes"))
    return ledger, ledger.ok("desk", "findings", *SINCE, "--format", "json").json[0]["key"]
