"""Pages in a real headless browser over a warm server: `python -m bench.front_end LAKE`.

In: a lake that has its cube. Out: Markdown: when each page's last part is drawn, with and without the browser's cache;
what it asks and how large the largest answer is; how far its parts move.
"""

import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Request
from rich.console import Console

from dashboard.pages import PAGES
from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL
from tests.dashboard import chromium
from tests.dashboard.browser.reading import settle
from tests.dashboard.served import served

SIZE = {"width": 1440, "height": 900}
UPDATE = "/_dash-update-component"
WATCH = """
window.seen = { drawn: 0, moved: 0 };
new MutationObserver(() => { window.seen.drawn = performance.now(); })
    .observe(document, { childList: true, subtree: true, characterData: true });
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.seen.moved += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
"""


@dataclass(frozen=True)
class View:
    """One opening of a page: ms until the last part was drawn, layout shift, callbacks asked, and bytes of answers."""

    ms: float
    moved: float
    asked: int
    largest: int
    read: int


def front_end(lake: Path, runs: int) -> list[str]:
    """Markdown, a row a page."""
    with served(lake) as address, chromium.launched() as browser:
        rows = [_row(browser, page.title, address + page.path + _view(lake, page.path), runs) for page in PAGES]
    return [
        "## Pages in a browser",
        "",
        f"Headless Chromium of {SIZE['width']} × {SIZE['height']}, a warm server beside it; medians. Drawn: the last",
        "change of the page. First: nothing is in the browser's cache. Moved: cumulative layout shift.",
        "",
        "| page | first, drawn ms | again, drawn ms | callbacks | largest answer KiB | sent first KiB | moved |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *rows,
    ]


def _view(lake: Path, path: str) -> str:
    """The query of a page: those about one entity show the largest of the first pool."""
    of = {"/project": "project", "/site": "site", "/access-point": "ap"}.get(path)
    if of is None:
        return ""
    cube = Cube.open(lake)
    where = (("pool", (cube.pools(LOCAL)[0].name,)),)
    found = cube.usage(UsageQuery(by=(of,), metrics=("cpu_h",), where=where), LOCAL).to_pylist()
    return f"?{of}={quote(max(found, key=lambda row: row['cpu_h'] or 0)[of])}"


def _row(browser: Browser, title: str, address: str, runs: int) -> str:
    with _context(browser) as context:
        _open(context, address)  # the server is warm
    first, again = [], []
    for _ in range(runs):
        with _context(browser) as context:
            first.append(_open(context, address))
            again.append(_open(context, address))
    cold, warm = (statistics.median(view.ms for view in views) for views in (first, again))
    largest, read = (max(getattr(view, name) for view in first) / 1024 for name in ("largest", "read"))
    asked, moved = max(view.asked for view in first), max(view.moved for view in first)
    return f"| {title} | {cold:,.0f} | {warm:,.0f} | {asked} | {largest:,.0f} | {read:,.0f} | {moved:.3f} |"


def _context(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport=SIZE)  # type: ignore[arg-type]
    context.add_init_script(WATCH)
    return context


def _open(context: BrowserContext, address: str) -> View:
    page = context.new_page()
    done: list[Request] = []
    page.on("requestfinished", done.append)
    page.goto(address)
    settle(page)
    seen = page.evaluate("() => window.seen")
    read = sum(request.sizes()["responseBodySize"] for request in done)
    answers = [answer for request in done if UPDATE in request.url and (answer := request.response())]
    largest = max((len(answer.body()) for answer in answers), default=0)
    page.close()
    return View(seen["drawn"], seen["moved"], len(answers), largest, read)


if __name__ == "__main__":
    Console().print("\n".join(front_end(Path(sys.argv[1]), 3)), highlight=False, soft_wrap=True)
