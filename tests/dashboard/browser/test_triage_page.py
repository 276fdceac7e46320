"""The page Triage in a real browser: what the command finds, opened to its evidence, copied for a ticket."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import has_no_sideways_scroll, settle
from tests.dashboard.conftest import Serve
from tests.ledger_command import Ledger
from tests.pipeline.triage.full_disk import POOL, full_disk

VIEW = f"/triage?pool={quote(POOL)}"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return full_disk(tmp_path_factory.mktemp("triage"))


@pytest.fixture(scope="module")
def address(serve: Serve, ledger: Ledger) -> str:
    return serve(Path(ledger.lake))


def test_the_page_says_what_the_command_says_and_opens_to_evidence(visit: Visit, address: str, ledger: Ledger) -> None:
    page = visit(address, f"{VIEW}&hours=72")
    settle(page)
    rows = ledger.ok("triage", "--since", "72", "--format", "json").json
    shown = page.locator(".triage-sentence").all_inner_texts()
    assert shown == [row["sentence"] for row in rows]
    (planted,) = json.loads((ledger.cwd / "truth.json").read_text("utf-8"))
    full = page.locator(".triage-card", has_text="Disk exceeded").first
    if full.get_attribute("open") is None:
        full.locator("summary").first.click()
    expect(full.locator(".triage-action")).to_be_visible()
    expect(full.locator(".triage-bar")).not_to_have_count(0)
    listed = full.get_by_role("link", name="All attempts there").get_attribute("href") or ""
    assert listed.endswith(f"&from=2026-11-17&to=2026-11-20&site={planted['value']}&failure=disk_exceeded&of=attempts")
    full.get_by_text("Text for a ticket").click()
    text = full.locator(".triage-ticket").inner_text()
    assert f"Site: {planted['value']}" in text
    assert f"HTC Ledger: {address}/triage?" in text
    full.locator("a.job-link").first.click()
    expect(page.locator("h1")).to_contain_text("Receipt")


def test_a_ticket_s_link_shows_the_same_window_again(visit: Visit, address: str) -> None:
    page = visit(address, f"{VIEW}&hours=72")
    settle(page)
    before = page.locator("#triage-window").inner_text()
    page.get_by_role("link", name="Link to this window").click()
    page.wait_for_url("**until=*")
    settle(page)
    assert page.locator("#triage-window").inner_text() == before


def test_what_was_not_there_at_the_last_visit_is_marked(visit: Visit, address: str) -> None:
    page = visit(address, f"{VIEW}&hours=72")
    settle(page)
    assert not page.locator(".triage-since").count()
    page.wait_for_function("() => localStorage.getItem('triage-seen')")
    page.evaluate(
        """() => {
            const seen = JSON.parse(localStorage.getItem('triage-seen'));
            for (const view of Object.values(seen)) { view.at -= 86400; view.keys = view.keys.slice(1); }
            localStorage.setItem('triage-seen', JSON.stringify(seen));
        }"""
    )
    page.reload()
    settle(page)
    expect(page.locator(".triage-since")).to_contain_text("1 new since your last visit")
    expect(page.locator(".triage-card summary", has_text="since your last visit")).to_have_count(1)


def test_a_link_with_a_time_that_is_none_says_so(visit: Visit, address: str) -> None:
    page = visit(address, f"{VIEW}&until=12")
    expect(page.locator("#triage-notice")).to_contain_text("names a time that is no time")
    expect(page.locator("#triage-page")).to_be_hidden()


def test_it_can_be_read_on_a_phone(visit: Visit, address: str) -> None:
    page = visit(address, VIEW, PHONE)
    settle(page)
    assert has_no_sideways_scroll(page)


def test_a_finding_is_muted_with_a_note_folded_away_and_heard_again(visit: Visit, address: str, ledger: Ledger) -> None:
    page = visit(address, f"{VIEW}&hours=72")
    settle(page)
    card, said = page.locator(".triage-card").first, page.locator("#triage-said")
    sentence = card.locator(".triage-sentence").inner_text()
    card.get_by_text("Acknowledge, mute or note").click()
    card.get_by_role("button", name="Acknowledge").click()
    expect(said).to_contain_text("Say who you are")
    page.get_by_label("Your name").fill("Ada")
    card.locator(".desk-note").fill("<b>disk</b> ordered")
    card.get_by_role("button", name="Mute for a day").click()
    folded = page.locator(".triage-muted")
    expect(folded.locator("> summary")).to_have_text("1 muted")
    folded.locator("> summary").click()
    expect(folded.locator(".triage-sentence")).to_have_text(sentence)
    expect(folded.locator(".desk-said")).to_contain_text("Muted by Ada")
    expect(folded.locator(".desk-said")).to_contain_text("<b>disk</b> ordered")
    (act,) = ledger.ok("desk", "list", "--format", "json").json
    assert (act["done"], act["by"], act["note"], act["source"]) == ("mute", "Ada", "<b>disk</b> ordered", "page")
    folded.get_by_role("button", name="Take back").click()
    expect(folded).to_have_count(0)
    expect(page.locator(".triage-card").first.locator(".triage-sentence")).to_have_text(sentence)
    assert ledger.ok("desk", "list", "--format", "json").json == []
    page.reload()
    settle(page)
    expect(page.get_by_label("Your name")).to_have_value("Ada")
