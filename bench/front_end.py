"""Pages in a real headless browser over a warm server: `python -m bench.front_end LAKE`.

In: a lake that has its cube. Out: Markdown: when each page's last part is drawn, with and without the browser's cache;
what it asks and how large the largest answer is; how far its parts move.
"""

import statistics
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
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
OWNERS = {
    "Plotly": "plotly",
    "Mantine": "dash_mantine",
    "Dash": "dash_renderer",
    "React": "react",
    "AG Grid": "dash_ag_grid",
    "ours": "ledger.js",
}
OTHERS, ENGINE, WAITING = "others", "(engine)", "(idle)"
"""Whose code ran, by a part of its script's name."""
WATCH = """
window.seen = { answered: 0, drawn: 0, moved: 0 };
new MutationObserver(() => {
    const page = document.querySelector('#page');
    window.seen.drawn = performance.now();
    if (!window.seen.answered && page?.querySelector('h1') && !page.querySelector('.mantine-Skeleton-root'))
        window.seen.answered = performance.now();
})
    .observe(document, { childList: true, subtree: true, characterData: true });
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.seen.moved += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
"""


@dataclass(frozen=True)
class View:
    """One opening of a page: ms until the answer stood there, and until the last part was drawn; layout shift,
    callbacks asked, and bytes of answers."""

    answered_ms: float
    ms: float
    moved: float
    asked: int
    largest: int
    read: int


def front_end(lake: Path, runs: int) -> list[str]:
    """Markdown, a row a page."""
    with served(lake) as address, chromium.launched() as browser:
        rows = [_row(browser, page.title, address + page.path + _view(lake, page.path), runs) for page in PAGES]
        shares = [_share(browser, "(nothing)", f"{address}/nowhere")]
        shares += [_share(browser, page.title, address + page.path + _view(lake, page.path)) for page in PAGES]
    return [
        "## Pages in a browser",
        "",
        f"Headless Chromium of {SIZE['width']} × {SIZE['height']}, a warm server beside it; medians. Drawn: the last",
        "change of the page; answer: its numbers stand there, and no part is on its way. First: nothing is in the",
        "browser's cache. Moved: cumulative layout shift.",
        "",
        "| page | first, answer ms | again, answer ms | first, drawn ms | again, drawn ms | callbacks "
        "| largest answer KiB | sent first KiB | moved |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *rows,
        "",
        "Where the time of a view goes that has its scripts: ms of the page's main thread by whose code ran, as",
        "Chromium's sampling profiler has it. A page with nothing on it is what every Dash page pays.",
        "",
        f"| page | {' | '.join(OWNERS)} | others' | engine, layout, painting | waiting |",
        f"| --- |{' ---: |' * (len(OWNERS) + 3)}",
        *shares,
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
    answers = (statistics.median(view.answered_ms for view in views) for views in (first, again))
    told = " | ".join(f"{ms:,.0f}" for ms in (*answers, cold, warm))
    return f"| {title} | {told} | {asked} | {largest:,.0f} | {read:,.0f} | {moved:.3f} |"


def _share(browser: Browser, title: str, address: str) -> str:
    """A row: main thread time of one view by the owner of the code."""
    with _context(browser) as context:
        _open(context, address)
        page = context.new_page()
        profiler = context.new_cdp_session(page)
        profiler.send("Profiler.enable")
        profiler.send("Profiler.start")
        page.goto(address)
        settle(page)
        profile = profiler.send("Profiler.stop")["profile"]
    spent = Counter[str]()
    owners = {node["id"]: _owner(node["callFrame"]) for node in profile["nodes"]}
    for node, microseconds in zip(profile["samples"], profile["timeDeltas"], strict=True):
        spent[owners[node]] += microseconds
    shown = (spent[name] / 1000 for name in (*OWNERS.values(), OTHERS, ENGINE, WAITING))
    return f"| {title} | {' | '.join(f'{ms:,.0f}' for ms in shown)} |"


def _owner(frame: dict[str, Any]) -> str:
    if not frame["url"]:
        return WAITING if frame["functionName"] == "(idle)" else ENGINE
    script = frame["url"].rpartition("/")[2]
    return next((part for part in OWNERS.values() if part in script), OTHERS)


def _context(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport=SIZE)  # type: ignore[arg-type]
    context.add_init_script(WATCH)
    return context


def _open(context: BrowserContext, address: str) -> View:
    page = context.new_page()
    done: list[Request] = []
    page.on("requestfinished", lambda request: done.append(request))
    page.goto(address)
    settle(page)
    seen = page.evaluate("() => window.seen")
    read = sum(request.sizes()["responseBodySize"] for request in done)
    answers = [answer for request in done if UPDATE in request.url and (answer := request.response())]
    largest = max((len(answer.body()) for answer in answers), default=0)
    page.close()
    return View(seen["answered"], seen["drawn"], seen["moved"], len(answers), largest, read)


if __name__ == "__main__":
    Console().print("\n".join(front_end(Path(sys.argv[1]), 3)), highlight=False, soft_wrap=True)
