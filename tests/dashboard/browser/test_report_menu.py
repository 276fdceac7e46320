"""The menu Report in a real browser: the report of what the page shows, as a file and as a page."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.dashboard.browser.conftest import DESKTOP, PHONE, Visit
from tests.dashboard.browser.reading import card, has_no_sideways_scroll, settle
from tests.dashboard.made_lake import REAL
from tests.dashboard.registered_lake import PROJECT, SITE

VIEWS = {"facility": "", "project": f"&project={quote(PROJECT)}", "site": f"&site={quote(SITE)}"}


@pytest.mark.parametrize("kind", VIEWS)
def test_it_gives_the_report_of_what_is_shown(visit: Visit, registered_address: str, kind: str) -> None:
    page = visit(registered_address, f"/{kind}?pool={REAL}&from=2026-10-01&to=2026-10-31{VIEWS[kind]}", DESKTOP)
    settle(page)
    hours = card(page, "cpu_h")
    page.get_by_role("button", name="Report").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="HTML, in a new tab").click()
    report = opened.value
    expect(report.locator(".tiles .value").first).to_have_text(f"{hours:,.1f}")
    assert report.locator("h1").inner_text().endswith("October 2026")
    with page.expect_download() as saved:
        page.get_by_role("link", name="PDF").click()
    assert saved.value.suggested_filename.startswith(f"htc-ledger-report-{kind}")
    assert saved.value.path().read_bytes().startswith(b"%PDF")
    report.close()


def test_a_report_and_its_menu_fit_a_phone(visit: Visit, registered_address: str) -> None:
    for kind, one in VIEWS.items():
        page = visit(registered_address, f"/report/{kind}.html?pool={REAL}&range=all{one}", PHONE, "dark")
        assert has_no_sideways_scroll(page), kind
    page = visit(registered_address, f"/facility?pool={REAL}", PHONE, "dark")
    settle(page)
    assert has_no_sideways_scroll(page)
