"""Tokens of programs: only the whole, living token is known again, and nothing that is kept tells what it is."""

import json

import pytest

from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.rights.token import Token, digest_of, made, recognised, revoked, standing
from pipeline.rights.token_journal import create, journaled, revoke
from pipeline.schema import API_TOKEN
from tests.pipeline.rights.given import DAY, NOW


def new(projects: tuple[str, ...] | None = ("A",), until_utc: int | None = None) -> tuple[Token, str]:
    return made("nightly", projects, "root", "command", NOW, until_utc)


def test_a_token_is_known_by_its_whole_text_alone() -> None:
    token, text = new()
    other, _ = new()
    assert recognised(text, [other, token]) is token
    wrong = [text[:-1], text + "A", text[:-1] + ("A" if text[-1] != "A" else "B"), "", "htcl_", f"Bearer {text}"]
    assert [recognised(one, [other, token]) for one in wrong] == [None] * len(wrong)
    assert recognised(text, [other]) is None
    assert recognised(f"htcl_{other.token}_{text[18:]}", [other, token]) is None


def test_a_token_sees_what_it_was_made_for() -> None:
    assert new(("B", "A", "B"))[0].viewer.projects == frozenset({"A", "B"})
    everything = new(None)[0].viewer
    assert (everything.sees_all, everything.may_operate, everything.may_administer) == (True, False, False)


@pytest.mark.parametrize(
    ("projects", "until_utc", "said"),
    [
        ((), None, "needs projects"),
        (("A", "unmapped"), None, "needs projects"),
        (("unmapped ",), None, "needs projects"),
        (("A",), NOW, "before it begins"),
        (("A",), NOW + 367 * DAY, "366 days at most"),
    ],
)
def test_no_token_sees_nothing_or_holds_for_ever(projects: tuple[str, ...], until_utc: int | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        new(projects, until_utc)


def test_a_token_ends_in_a_quarter_if_nobody_says_when() -> None:
    assert new()[0].until_utc == NOW + 90 * DAY


def test_the_lake_knows_no_token_only_what_it_is_recognised_by(lake: Lake) -> None:
    token, text = new()
    create(lake, token)
    rows = lake.read(API_TOKEN).to_pylist()
    assert [row["digest"] for row in rows] == [digest_of(text)]
    assert text.rpartition("_")[2] not in json.dumps(rows)
    assert journaled(lake) == [token]


def test_a_token_taken_back_is_known_no_more(lake: Lake) -> None:
    (token, text), (kept, _) = new(), new()
    create(lake, token)
    create(lake, kept)
    assert revoke(lake, token.token, "root", "command", NOW + 1) == token
    lines = journaled(lake)
    assert standing(lines) == [kept]
    assert recognised(text, standing(lines)) is None
    assert revoked(token, "root", "command", NOW + 1) in lines
    with pytest.raises(UsageError, match="no token"):
        revoke(lake, token.token, "root", "command", NOW + 2)
