"""Login and logout in a real browser, which sends and keeps what a browser does."""

from playwright.sync_api import Page, expect

from tests.dashboard.chromium import launched
from tests.identity.ledger import Guarded


def log_in(page: Page, guarded: Guarded, name: str) -> None:
    page.goto(f"{guarded.address}/account")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", "x")
    page.click("button[type=submit]")
    page.click("button[type=submit]")  # consent


def test_somebody_logs_in_sees_who_they_are_and_logs_out(guarded: Guarded) -> None:
    with launched() as browser:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        log_in(page, guarded, "ada")
        expect(page.locator("h1")).to_have_text("Your account")
        expect(page.locator("main")).to_contain_text("ada@example.org")
        assert "session" not in page.evaluate("() => document.cookie"), "no script reads it"
        page.click("text=Log out")
        page.click("button[value=yes]")  # the provider asks whether it is meant
        expect(page.locator("main")).to_contain_text("You are logged out")
        page.goto(f"{guarded.address}/account")
        expect(page.locator("input[name=login]")).to_be_visible()
