"""The page Receipt in a real browser: a job's hours as they came about, and strangers' text that stays text."""

import csv
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import sampled_lake
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import has_no_sideways_scroll, settle
from tests.dashboard.conftest import Serve


@pytest.fixture(scope="module")
def sampled_address(serve: Serve, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("receipts")
    return serve(sampled_lake.make(folder / "lake", samples, folder))


def receipt(visit: Visit, address: str, job: str, *how: object) -> Page:
    page = visit(address, f"/receipt?job={quote(job)}", *how)
    settle(page)
    return page


def test_a_job_twice_in_history_is_explained(visit: Visit, sampled_address: str) -> None:
    page = receipt(visit, sampled_address, "ap2#52.0")
    expect(page.locator("#receipt-notes")).to_contain_text("The job is in history twice")
    expect(page.locator("#receipt-notes")).to_contain_text("says 0 s of wall time, one before it 61 s")
    expect(page.locator("#receipt-cards")).to_contain_text("61 s of wall time on 2026-11-21")
    states = page.locator("#receipt-records .pill").all_inner_texts()
    assert states.count("counts") == 2


def test_a_lost_run_is_explained_and_its_record_unfolds(visit: Visit, sampled_address: str) -> None:
    page = receipt(visit, sampled_address, "ap1.pool.test#103.2")
    expect(page.locator("#receipt-attempts tbody tr")).to_have_count(3)
    expect(page.locator("#receipt-attempts")).to_contain_text("the shadow or the schedd died")
    expect(page.locator("#receipt-totals")).to_contain_text(
        "Attempts 196 s + residual 552 s = wall time of the final ad 748 s."
    )
    page.locator("#receipt-records summary").first.click()
    record = page.locator("#receipt-records .record").first
    expect(record).to_be_visible()
    expect(record).to_contain_text("ClusterId = 103")
    expect(page.locator("#receipt-records details").first).to_contain_text("byte ")


def test_the_search_box_leads_to_a_job_and_the_address_reproduces_it(visit: Visit, sampled_address: str) -> None:
    page = visit(sampled_address, "/receipt")
    settle(page)
    expect(page.locator("#receipt-notice")).to_contain_text("Which job?")
    page.locator("#receipt-job").fill("ap1#81.0")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**/receipt?job=ap1%2381.0")
    settle(page)
    expect(page.locator("#receipt-totals")).to_contain_text("The job kept a slot for 16 s")


@pytest.mark.parametrize(
    ("job", "said"),
    [("99999.0", "There is no job 99999.0"), ("nonsense", "names no job"), ("92.0", "2 jobs are called 92.0")],
)
def test_what_is_no_job_is_said_with_what_is_near(visit: Visit, sampled_address: str, job: str, said: str) -> None:
    page = receipt(visit, sampled_address, job)
    expect(page.locator("#receipt-notice")).to_contain_text(said)
    expect(page.locator("#receipt-body")).to_be_hidden()


def test_a_strangers_text_does_nothing(visit: Visit, sampled_address: str) -> None:
    page = receipt(visit, sampled_address, f"{sampled_lake.HOSTILE_AP}#1.0")
    expect(page.locator("#receipt-facts")).to_contain_text("<img src=x onerror=alert(1)>")
    page.locator("#receipt-records summary").first.click()
    expect(page.locator("#receipt-records .record").first).to_contain_text("⟨U+001B⟩[31m")
    expect(page.locator("#receipt-records .record").first).to_contain_text("⟨U+202E⟩")
    assert page.locator("#page img").count() == 0
    page = receipt(visit, sampled_address, "<img src=x onerror=alert(1)>#1.0")
    expect(page.locator("#receipt-notice")).to_contain_text("<img src=x")
    assert page.locator("#page img").count() == 0


@pytest.mark.parametrize("name", ["attempts", "charges", "records"])
def test_every_table_can_be_downloaded(visit: Visit, sampled_address: str, tmp_path: Path, name: str) -> None:
    from dashboard.pages.receipt import DOWNLOADS

    page = receipt(visit, sampled_address, "ap1.pool.test#103.2")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text(f"{DOWNLOADS[name]}, CSV", exact=True).click()
    started.value.save_as(tmp_path / "download.csv")
    with (tmp_path / "download.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["job"] for row in rows} == {"ap1.pool.test#103.2"}


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, sampled_address: str) -> None:
    page = receipt(visit, sampled_address, "ap1.pool.test#103.2", PHONE)
    assert has_no_sideways_scroll(page)
