"""Login, session and logout with a real OpenID Connect provider."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from pipeline.rights.grant import Who, Wish
from pipeline.rights.journal import grant, revoke
from tests.identity.ledger import Guarded
from tests.identity.person import Person
from tests.identity.provider import RealProvider

FRESH_S = 2.5
"""After that long, rights are read again."""


def cookie(person: Person) -> str:
    return next(one.value or "" for one in person.cookies.jar if one.name == "htc-ledger-session")


def test_who_logs_in_gets_the_page_that_was_asked_for(ada: Person) -> None:
    answer = ada.open("/usage?pool=a&project=b")
    assert str(answer.url).endswith("/usage?pool=a&project=b")
    assert answer.status_code == 403  # nobody has given her a right yet
    assert "ada@example.org" in answer.text
    assert "ask ledger-admins@example.org" in answer.text


def test_who_may_see_no_page_begins_with_what_there_is(ada: Person) -> None:
    answer = ada.open("/")
    assert (str(answer.url), answer.status_code) == (f"{ada.address}/account", 200)


def test_who_is_not_logged_in_gets_nothing(guarded: Guarded) -> None:
    with Person(guarded.address, "nobody") as nobody:
        page = nobody.get("/usage")
        assert (page.status_code, page.headers["location"]) == (303, "/login?next=%2Fusage")
        for path in ("/api/v1/usage", "/download/usage/table.csv", "/_dash-layout", "/_dash-dependencies", "/metrics"):
            answer = nobody.get(path)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path
        assert nobody.post("/_dash-update-component").status_code == 401
        assert nobody.get("/healthz").status_code == 200


def test_the_code_is_asked_for_with_state_nonce_and_a_hashed_verifier(ada: Person, provider: RealProvider) -> None:
    ada.open("/account")
    ada.get("/login")
    asked = parse_qs(provider.asked()[-1])
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {len(asked[name][0]) for name in ("state", "nonce", "code_challenge")} == {43}


def test_rights_decide_what_is_seen_and_count_at_once(ada: Person, guarded: Guarded) -> None:
    ada.open("/account")
    assert ada.get("/usage").status_code == 403
    now = int(guarded.clock())
    right = grant(guarded.lake, Wish(Who("group", "htc-ops"), "operator", None, None, "", "root", "command").made(now))
    guarded.clock.ahead_s += FRESH_S
    assert ada.get("/usage").json()["name"] == "ada@example.org"
    assert ada.get("/usage").json()["projects"] is None
    revoke(guarded.lake, right.id, "root", "command", now + 1)
    guarded.clock.ahead_s += FRESH_S
    assert ada.get("/usage").status_code == 403


def test_a_member_of_a_project_is_asked_for_it_and_reaches_checked_answers_alone(ada: Person, guarded: Guarded) -> None:
    now = int(guarded.clock())
    wish = Wish(Who("email", "ada@example.org"), "pi", "IceNorth", None, "", "root", "command", now + 3600)
    right = grant(guarded.lake, wish.made(now))
    guarded.clock.ahead_s += FRESH_S
    account = ada.open("/account")
    assert "IceNorth" in account.text
    assert ada.get("/api/v1/usage").json()["projects"] == ["IceNorth"]
    for path in ("/usage", "/_dash-layout", "/api/v1/jobs", "/api/v1/usage/", "/metrics", "/download/usage/table.csv"):
        assert ada.get(path).status_code == 403, path
    assert ada.post("/_dash-update-component").status_code == 403
    assert ada.post("/api/v1/usage").status_code == 403
    revoke(guarded.lake, right.id, "root", "command", now + 1)


def test_an_address_that_the_provider_did_not_check_is_nobody_s(guarded: Guarded) -> None:
    with Person(guarded.address, "eve") as eve:
        text = eve.open("/account").text
    assert "You are eve." in text
    assert "ada@example.org" not in text


def test_no_token_is_in_a_cookie_or_an_address(ada: Person) -> None:
    ada.open("/account")
    kept = [cookie.value or "" for cookie in ada.cookies.jar if "htc-ledger" in cookie.name]
    assert len(kept) == 1
    for text in (*kept, *ada.visited):
        assert not re.search(r"eyJ[\w-]+\.eyJ|access_token|id_token", text)


def test_cookies_are_for_the_server_alone(ada: Person) -> None:
    begun = ada.get("/login").headers["set-cookie"]
    back = ada.come_back("/login")
    done = ada.get(back).headers.get_list("set-cookie")
    for one in (begun, *done):
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(re.split(r";\s*", one)), one


def test_each_login_has_a_session_of_its_own_and_ends_the_one_before(ada: Person, guarded: Guarded) -> None:
    ada.open("/account")
    first = cookie(ada)
    ada.open("/login?next=/account")
    assert cookie(ada) != first
    with Person(guarded.address, "thief") as thief:
        assert thief.get("/account", Cookie=f"htc-ledger-session={first}").status_code == 303


def test_an_id_that_was_set_before_the_login_is_not_taken_over(ada: Person) -> None:
    ada.cookies.set("htc-ledger-session", "chosen-by-another.signature", domain="127.0.0.1")
    ada.open("/account")
    assert "chosen-by-another" not in cookie(ada)


def test_a_cookie_that_was_changed_or_doubled_is_no_login(ada: Person, guarded: Guarded) -> None:
    ada.open("/account")
    good = cookie(ada)
    for bad in (good[:-1], good[1:], "x." + good, f"{good}; htc-ledger-session={good}", ""):
        with Person(guarded.address, "thief") as thief:
            assert thief.get("/account", Cookie=f"htc-ledger-session={bad}").status_code == 303, bad


def test_after_logout_no_copy_of_the_cookie_is_worth_anything(ada: Person, guarded: Guarded) -> None:
    ada.open("/account")
    good = cookie(ada)
    left = ada.follow(ada.post("/logout"))
    assert (left.status_code, "logged out" in left.text) == (200, True)
    assert any("/session/end?" in url or "client_id=ledger" in url for url in ada.visited)
    with Person(guarded.address, "thief") as thief:
        assert thief.get("/account", Cookie=f"htc-ledger-session={good}").status_code == 303
    assert ada.get("/account").status_code == 303


def test_logout_needs_more_than_a_link(ada: Person) -> None:
    ada.open("/account")
    assert ada.get("/logout").status_code == 405
    assert ada.get("/account").status_code == 200


def test_who_is_idle_for_too_long_logs_in_again(ada: Person, guarded: Guarded) -> None:
    ada.open("/account")
    for _ in range(3):
        guarded.clock.ahead_s += 59 * 60
        assert ada.get("/account").status_code == 200
    guarded.clock.ahead_s += 60 * 60
    assert ada.get("/account").status_code == 303


def test_a_session_ends_in_any_case(ada: Person, guarded: Guarded) -> None:
    ada.open("/account")
    for _ in range(23):
        guarded.clock.ahead_s += 31 * 60
        assert ada.get("/account").status_code == 200
    guarded.clock.ahead_s += 31 * 60
    assert ada.get("/account").status_code == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example.org/",
        "//evil.example.org",
        "/\\evil.example.org",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "/logout",
    ],
)
def test_a_login_leads_nowhere_else(ada: Person, wanted: str, guarded: Guarded) -> None:
    back = ada.come_back(f"/login?next={quote(wanted, safe='')}")
    assert ada.get(back).headers["location"] == "/"
    assert urlsplit(back).netloc == urlsplit(guarded.address).netloc
