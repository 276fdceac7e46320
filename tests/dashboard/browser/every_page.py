"""How tests that know no page by its name open each of them: with something to show, whatever it is about."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page

from dashboard.pages import PAGES
from dashboard.pages.page import Page as PageOf
from pipeline.lake import Lake
from pipeline.schema import JOB
from tests.dashboard.browser.conftest import DESKTOP, Visit
from tests.dashboard.browser.reading import settle

NUMBERED = tuple(page for page in PAGES if page.tables or page.lake_tables)
"""Pages that show numbers of a pool: what a page shows can be downloaded from it."""
FILTERED = tuple(page for page in NUMBERED if page.filtered)
DATED = tuple(page for page in FILTERED if page.dated)

NOT_CHOSEN = "main .entity-picker input:not([type=hidden])"
CHOICES = "#page .facts a.job-link"
NUMBERS = """() => {
    const read = '.card-value, .fact-number, .ag-cell.number, .statement, b, dd, td, .fact-code';
    const shown = [...document.querySelectorAll('#page')].flatMap(part => [...part.querySelectorAll(read)])
        .filter(one => one.checkVisibility()).map(one => one.textContent);
    const drawn = [...document.querySelectorAll('#page .js-plotly-plot')].filter(one => one.checkVisibility())
        .flatMap(plot => plot._fullData || []).flatMap(trace => [...(trace.x || []), ...(trace.y || [])]);
    return [...shown, ...drawn.filter(value => typeof value === 'number').map(String)];
}"""
TEXT = """() => {
    const charts = [...document.querySelectorAll('#page .js-plotly-plot')].filter(one => one.checkVisibility());
    const whole = document.querySelector('#page').innerText;
    const spoken = [...document.querySelectorAll('#page .ag-aria-description-container')];
    const all = [...charts, ...spoken].reduce((left, one) => left.replace(one.innerText, ''), whole);
    const drawn = charts.flatMap(plot => plot._fullData || []).map(one => [one.name, [...(one.y || [])].join(' ')]);
    return [all, ...drawn.flat()].join('\\n');
}"""
AGE = re.compile(r"\d+\s(s|min|h|days?)\sago|just now")


@dataclass(frozen=True)
class Shown:
    """A page that is open in the browser, and what it was asked for."""

    of: PageOf
    pool: str
    page: Page


def a_job(lake: Path, pool: str) -> str:
    """The name of one of that pool's jobs, for pages that are about one."""
    rows = Lake(lake).read(JOB, ["pool", "global_job_id", "wall_s"]).to_pylist()
    known = [row for row in rows if row["pool"] == pool and row["global_job_id"] and row["wall_s"]]
    return str(max(known, key=lambda row: (row["wall_s"], row["global_job_id"]))["global_job_id"])


def search(pool: str, job: str, *more: str) -> str:
    """The query string that gives every page something to show: all days of the pool, one of its jobs."""
    return "?" + "&".join([f"pool={quote(pool)}", "range=all", f"job={quote(job, safe='')}", *more])


def opened(
    visit: Visit, address: str, of: PageOf, pool: str, job: str, *more: str, viewport: dict[str, int] = DESKTOP
) -> Page:
    """The page, settled. One that is about a single thing is led to its largest, by the first link that it offers."""
    page = visit(address, of.path + search(pool, job, *more), viewport)
    settle(page)
    choose_first(page)
    return page


def choose_first(page: Page) -> None:
    """Follow the first link of a page that asks which of several things is meant."""
    picker = page.locator(NOT_CHOSEN)
    if picker.count() and not picker.first.input_value() and page.locator(CHOICES).count():
        page.locator(CHOICES).first.click()
        page.wait_for_function(f"() => document.querySelector('{NOT_CHOSEN}').value !== ''")
        settle(page)


def numbers(page: Page) -> list[str]:
    """Every figure that can be read on the page, and every number that its charts draw."""
    found: list[str] = page.evaluate(NUMBERS)
    return found


def text(page: Page) -> str:
    """What stands on the page, and what its charts have drawn; not how long ago it was, nor what a grid says aloud of
    the cell that has the focus."""
    said: str = page.evaluate(TEXT)
    return AGE.sub("ago", said)
