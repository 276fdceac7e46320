"""The page Reconciliation in a real browser: what it shows is what the cube says, and leads to receipts."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.bridge.asked import BridgeQuery
from pipeline.cube import Cube
from pipeline.receipt.amounts import core_h
from pipeline.viewer import LOCAL
from tests.dashboard import sampled_lake
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import has_no_sideways_scroll, settle
from tests.dashboard.conftest import Serve


@pytest.fixture(scope="module")
def root(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reconciliation")
    return sampled_lake.make(folder / "lake", samples, folder)


@pytest.fixture(scope="module")
def sampled_address(serve: Serve, root: Path) -> str:
    return serve(root)


def opened(visit: Visit, address: str, search: str = "?range=all", *how: object) -> Page:
    page = visit(address, f"/reconciliation{search}", *how)
    settle(page)
    return page


def cells(page: Page, part: str) -> list[list[str]]:
    rows = page.locator(f"#{part} .facts tbody tr")
    return [[cell.inner_text() for cell in row.locator("td").all()] for row in rows.all()]


def test_the_statement_and_the_causes_are_those_of_the_pool(visit: Visit, sampled_address: str) -> None:
    """The samples' 469 jobs, and the hostile one of 100 s."""
    page = opened(visit, sampled_address)
    expect(page.locator("#reconciliation-statement")).to_contain_text(
        "20,941 s of attempts − 484 s of residual = 20,457 s of wall time".replace("−", "\u2212")
    )
    causes = {row[0]: row[1:] for row in cells(page, "reconciliation-causes")}
    assert causes["A run's record was lost (shadow or schedd died)"] == ["7", "1,389\u00a0s", "0.5369"]
    assert causes["The schedd restarted and forgot time"][0] == "29"


@pytest.mark.parametrize("target", ["ended", "history", "gracc", "chtc"])
def test_the_bridge_is_the_cubes_in_table_and_chart(
    visit: Visit, sampled_address: str, root: Path, target: str
) -> None:
    page = opened(visit, sampled_address, f"?range=all&target={target}")
    (bridge,) = Cube.open(root).bridge(BridgeQuery(target=target), LOCAL)  # type: ignore[arg-type]
    shown = cells(page, "reconciliation-bridge")
    steps = [core_h(one.mcore_s) for one in bridge.steps]
    totals = {core_h(bridge.used_mcore_s), core_h(bridge.ended_mcore_s), core_h(bridge.target_mcore_s)}
    assert [row[1] for row in shown if row[2]] == steps
    assert {row[1] for row in shown if not row[2]} == totals | {"0.0000"}
    page.wait_for_function("() => document.querySelector('.js-plotly-plot')?._fullData?.[0]?.x")
    drawn = page.evaluate("() => [...document.querySelector('.js-plotly-plot')._fullData[0].x]")
    assert len(drawn) == len(shown) - 1
    assert drawn[0] == pytest.approx(bridge.used_mcore_s / 3_600_000)


def test_a_large_residual_leads_to_its_receipt(visit: Visit, sampled_address: str) -> None:
    page = opened(visit, sampled_address)
    first = cells(page, "reconciliation-largest")[0]
    assert first[0] == "ap1.pool.test#103.2"
    page.locator("#reconciliation-largest a").first.click()
    page.wait_for_url("**/receipt?pool=sample&job=ap1.pool.test%23103.2")
    settle(page)
    expect(page.locator("#receipt-totals")).to_contain_text("residual 552 s")


def test_a_filter_narrows_everything(visit: Visit, sampled_address: str) -> None:
    page = opened(visit, sampled_address, "?range=all&project=IceNorth")
    assert {row[2] for row in cells(page, "reconciliation-largest")} == {"IceNorth"}
    page = opened(visit, sampled_address, "?range=all&project=Nobody")
    expect(page.locator("#reconciliation-notice")).to_contain_text("No usage in this selection")


@pytest.mark.parametrize("name", ["bridge", "residuals", "causes"])
def test_every_table_can_be_downloaded(visit: Visit, sampled_address: str, tmp_path: Path, name: str) -> None:
    from dashboard.pages.reconciliation import DOWNLOADS

    page = opened(visit, sampled_address)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text(f"{DOWNLOADS[name]}, CSV", exact=True).click()
    started.value.save_as(tmp_path / "download.csv")
    with (tmp_path / "download.csv").open(newline="", encoding="utf-8") as lines:
        assert len(list(csv.DictReader(lines))) >= 4


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, sampled_address: str) -> None:
    page = opened(visit, sampled_address, "?range=all", PHONE)
    assert has_no_sideways_scroll(page)
