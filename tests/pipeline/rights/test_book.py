"""The rights in force, as a server asks for them at each request: a change counts at once, without a restart."""

import pytest

from pipeline.errors import LakeError
from pipeline.lake import Lake
from pipeline.rights.book import RightsBook
from pipeline.rights.grant import Who
from pipeline.rights.journal import grant, revoke
from pipeline.rights.token import made
from pipeline.rights.token_journal import create
from pipeline.rights.token_journal import revoke as take_back
from tests.pipeline.rights.given import DAY, NOW, given

ADA = Who("email", "ada@example.org")


def test_a_right_given_and_taken_back_counts_at_once(lake: Lake) -> None:
    book = RightsBook(lake)
    assert book.now(NOW).grants == ()
    right = grant(lake, given("admin", ADA, until_utc=NOW + DAY))
    assert book.now(NOW).grants == (right,)
    assert book.now(NOW + DAY).grants == ()
    revoke(lake, right.id, "root", "command", NOW + 1)
    assert book.now(NOW + 2).grants == ()


def test_a_token_counts_until_it_is_over_or_taken_back(lake: Lake) -> None:
    book = RightsBook(lake)
    token, _ = made("nightly", None, "root", "command", NOW, NOW + DAY)
    create(lake, token)
    assert book.now(NOW).tokens == (token,)
    assert book.now(NOW + DAY).tokens == ()
    take_back(lake, token.token, "root", "command", NOW + 1)
    assert book.now(NOW + 2).tokens == ()


def test_rights_that_cannot_be_read_are_an_error_and_no_guess(lake: Lake) -> None:
    with pytest.raises(LakeError):
        RightsBook(Lake(lake.root / "elsewhere")).now(NOW)
