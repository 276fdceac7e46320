"""The commands `htc-ledger rights` and `htc-ledger tokens`."""

import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger


@pytest.fixture
def mine(ledger: Ledger, empty_lake: Lake) -> Ledger:
    copied(empty_lake, ledger.lake)
    return ledger


def test_a_right_is_given_seen_and_taken_back(mine: Ledger) -> None:
    said = mine.ok("rights", "grant", "pi", "--email", "Ada@example.org", "--project", "A", "--project", "B").out
    assert [line.split(": ")[1] for line in said.splitlines()] == [
        "pi of A, given to ada@example.org",
        "pi of B, given to ada@example.org",
    ]
    assert "ada@example.org sees A, B." in mine.ok("rights", "who", "ada@example.org").out
    assert "bob@example.org sees nothing." in mine.ok("rights", "who", "bob@example.org").out
    assert "Taken back: pi of A" in mine.ok("rights", "revoke", said.split(":")[0]).out
    (right,) = mine.ok("rights", "list", "--format", "json").json
    assert (right["project"], right["who"], right["holds"]) == ("B", "ada@example.org", True)
    everything = mine.ok("rights", "list", "--all", "--format", "json").json
    assert sorted((line["done"], line["project"], line["holds"]) for line in everything) == [
        ("grant", "A", False),
        ("grant", "B", True),
        ("revoke", "A", False),
    ]


def test_a_group_s_right_is_seen_by_who_is_in_it(mine: Ledger) -> None:
    mine.ok("rights", "grant", "operator", "--group", "htc-ops", "--for", "30d", "--note", "on call")
    assert "sees all projects" in mine.ok("rights", "who", "ada@example.org", "--group", "htc-ops").out
    assert "sees nothing" in mine.ok("rights", "who", "ada@example.org").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rights", "grant", "admin"), "a right is given to one"),
        (("rights", "grant", "admin", "--email", "a@b.org", "--group", "x"), "a right is given to one"),
        (("rights", "grant", "king", "--email", "a@b.org"), "no role 'king'"),
        (("rights", "grant", "admin", "--subject", "u1"), "without the provider"),
        (("rights", "revoke", "ffff"), "no right in force"),
        (("tokens", "create", "x"), "needs projects"),
        (("tokens", "create", "x", "--all-projects", "--project", "A"), "Give one of them"),
        (("tokens", "create", "x", "--all-projects", "--for", "99w"), "366 days at most"),
        (("tokens", "revoke", "abc"), "no token"),
    ],
)
def test_a_mistake_is_a_message_and_changes_nothing(mine: Ledger, words: tuple[str, ...], said: str) -> None:
    answer = mine.run(*words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert mine.ok("rights", "list", "--format", "json").json == []


def test_a_token_is_shown_once(mine: Ledger) -> None:
    made = mine.ok("tokens", "create", "nightly report", "--project", "A")
    text = made.out.strip()
    short = text.split("_")[1]
    assert text.startswith("htcl_")
    assert f"revoke {short}" in made.err
    listed = mine.ok("tokens", "list", "--format", "json")
    assert text.split("_", 2)[2] not in listed.out
    (token,) = listed.json
    assert (token["token"], token["name"], token["projects"]) == (short, "nightly report", "A")
    mine.ok("tokens", "revoke", short)
    assert mine.ok("tokens", "list", "--format", "json").json == []
    assert [line["done"] for line in mine.ok("tokens", "list", "--all", "--format", "json").json] == [
        "create",
        "revoke",
    ]
