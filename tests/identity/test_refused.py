"""What is no login: tokens that are not as they have to be, codes that were used, answers that nobody asked for."""

from urllib.parse import urlsplit

import pytest

from tests.identity.ledger import Guarded
from tests.identity.person import Person
from tests.identity.provider import RealProvider

FAULTS = (
    "nonce",
    "no nonce",
    "issuer",
    "audience",
    "asked by another",
    "expired",
    "old",
    "of tomorrow",
    "no end",
    "no subject",
    "stranger key",
    "changed",
    "unsigned",
    "signed with the secret",
    "no token",
    "userinfo of another",
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_that_is_not_as_it_has_to_be_is_no_login(ada: Person, provider: RealProvider, fault: str) -> None:
    with provider.wrong(fault):
        answer = ada.open("/login?next=/account")
    assert answer.status_code == 400
    assert "Not logged in" in answer.text
    assert ada.get("/account").status_code == 303
    assert ada.open("/account").status_code == 200, "the same person, and nothing wrong"


def test_a_clock_that_is_a_little_ahead_is_no_fault(ada: Person, provider: RealProvider) -> None:
    with provider.wrong("skewed"):
        assert ada.open("/account").status_code == 200


def test_keys_may_change_at_any_time(ada: Person, provider: RealProvider) -> None:
    assert ada.open("/account").status_code == 200
    provider.rotate()
    assert ada.open("/login?next=/account").status_code == 200


def test_a_code_counts_once(ada: Person, guarded: Guarded) -> None:
    back = ada.come_back("/login?next=/account")
    begun = {one.name: one.value or "" for one in ada.cookies.jar if "login" in one.name}
    assert ada.get(back).status_code == 303
    with Person(guarded.address, "thief") as thief:
        for name, value in begun.items():
            thief.cookies.set(name, value, domain="127.0.0.1")
        assert thief.get(back).status_code == 400
        assert thief.get("/account").status_code == 303
    again = ada.get(back)
    assert (again.status_code, "not begun in this browser" in again.text) == (400, True)


def test_a_login_ends_in_the_browser_in_which_it_was_begun(ada: Person, guarded: Guarded) -> None:
    back = ada.come_back("/login")
    with Person(guarded.address, "victim") as victim:
        assert victim.get(back).status_code == 400
        victim.get("/login")
        assert victim.get(back).status_code == 400
        assert victim.get("/account").status_code == 303


@pytest.mark.parametrize("change", ["state", "iss", "code", "twice", "none"])
def test_what_comes_back_is_what_was_asked_for(ada: Person, change: str) -> None:
    back = ada.come_back("/login")
    query = urlsplit(back).query
    parts = dict(part.split("=", 1) for part in query.split("&"))
    assert {"code", "state", "iss"} <= parts.keys()
    if change == "twice":
        query += f"&code={parts['code']}"
    elif change == "none":
        query = f"state={parts['state']}&iss={parts['iss']}&error=access_denied"
    else:
        query = "&".join(f"{name}={value + 'x' if name == change else value}" for name, value in parts.items())
    assert ada.get(f"/login/callback?{query}").status_code == 400
    assert ada.get("/account").status_code == 303


def test_an_answer_without_its_sender_is_not_taken(ada: Person) -> None:
    back = ada.come_back("/login")
    query = "&".join(part for part in urlsplit(back).query.split("&") if not part.startswith("iss="))
    assert ada.get(f"/login/callback?{query}").status_code == 400


def test_what_went_wrong_is_told_without_what_could_be_used(
    ada: Person, provider: RealProvider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "htc_ledger.audit"), provider.wrong("nonce"):
        back = ada.come_back("/login")
        text = ada.get(back).text
    code = urlsplit(back).query.split("code=")[1].split("&")[0]
    said = "".join(record.getMessage() for record in caplog.records)
    assert "refused" in said
    assert "nonce" in said
    for secret in (code, "eyJ", "correct-horse"):
        assert secret not in said
        assert secret not in text
