"""The journal of rights: nothing in it is ever changed; what is taken back, over or said twice is told apart."""

import pytest

from pipeline.errors import LakeError, UsageError
from pipeline.lake import Lake
from pipeline.rights.grant import Who
from pipeline.rights.journal import grant, in_force, journaled, revoke
from tests.pipeline.rights.given import DAY, NOW, given

ADA, BOB = Who("email", "ada@example.org"), Who("email", "bob@example.org")


def test_a_right_taken_back_is_in_the_journal_and_not_in_force(lake: Lake) -> None:
    first, second = grant(lake, given("admin", ADA)), grant(lake, given("pi", BOB, "A"))
    assert revoke(lake, first.id[:6], "root", "command", NOW + 9) == first
    lines = journaled(lake)
    assert {(line.who, line.undoes) for line in lines} == {(ADA, None), (BOB, None), (ADA, first.number)}
    assert in_force(lines, NOW + 10) == (second,)


def test_a_right_that_is_given_twice_is_there_once(lake: Lake) -> None:
    first = grant(lake, given("admin", ADA))
    assert grant(lake, given("admin", ADA, at_utc=NOW + 500)) == first
    assert journaled(lake) == [first]


def test_a_right_that_was_taken_back_can_be_given_again(lake: Lake) -> None:
    first = grant(lake, given("admin", ADA))
    revoke(lake, first.id, "root", "command", NOW + 1)
    again = grant(lake, given("admin", ADA, at_utc=NOW + 2))
    assert in_force(journaled(lake), NOW + 3) == (again,)


def test_a_right_holds_until_its_end(lake: Lake) -> None:
    right = grant(lake, given("admin", ADA, until_utc=NOW + DAY))
    assert in_force(journaled(lake), NOW + DAY - 1) == (right,)
    assert in_force(journaled(lake), NOW + DAY) == ()


@pytest.mark.parametrize("identity", ["", "ff", "ffffffffffffffff", "%"])
def test_what_is_not_in_force_cannot_be_taken_back(lake: Lake, identity: str) -> None:
    right = grant(lake, given("admin", ADA))
    with pytest.raises(UsageError, match="no right in force"):
        revoke(lake, identity, "root", "command", NOW + 1)
    revoke(lake, right.id, "root", "command", NOW + 1)
    with pytest.raises(UsageError, match="no right in force"):
        revoke(lake, right.id, "root", "command", NOW + 2)


def test_without_a_lake_nothing_is_written_beside_it(lake: Lake) -> None:
    nowhere = Lake(lake.root / "elsewhere")
    with pytest.raises(LakeError, match="no lake"):
        grant(nowhere, given("admin", ADA))
    assert not nowhere.root.exists()
