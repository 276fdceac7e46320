"""What a person reads on the usage page, as values."""

import itertools

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TookTooLong

DRAWN = """() => {
    const named = document.querySelectorAll('#usage-legend .legend-entry').length;
    const plot = document.querySelector('.js-plotly-plot');
    return !named || (plot && plot._fullData && plot._fullData.length === named);
}"""
"""The chart has a piece for each name of the legend: it is drawn a moment after the rest."""

QUIET = """asked => {
    const busy = document.querySelector('#page .mantine-Skeleton-root, [data-dash-is-loading=true]');
    if (busy || window.quiet?.asked !== asked) window.quiet = { asked, since: performance.now(), looks: 0 };
    window.quiet.looks += 1;
    return window.quiet.looks > 10 && performance.now() - window.quiet.since > 350;
}"""
"""Nothing was on its way for some time and at some looks: an answer can set off the next question, and on a busy
machine it does so late."""
ASKED = itertools.count()


def settle(page: Page) -> None:
    """Wait until the page shows an answer: no skeleton, nothing on its way."""
    page.wait_for_selector("#page h1, #page h2")
    page.wait_for_function(QUIET, arg=next(ASKED))
    page.wait_for_function(DRAWN)


def card(page: Page, metric: str) -> float | None:
    """The exact number behind a card, None if unknown."""
    text = page.locator(f"[data-metric={metric}]").get_attribute("data-value")
    return float(text) if text else None


def card_text(page: Page, metric: str) -> str:
    return page.locator(f"[data-metric={metric}]").inner_text().replace("\n", " ").strip()


def table(page: Page) -> dict[str, dict[str, str]]:
    """The grid as it stands: name -> column -> text, in order."""
    rows = page.locator(".usage-grid .ag-center-cols-container [role=row]")
    found: dict[str, dict[str, str]] = {}
    for row in rows.all():
        cells = {cell.get_attribute("col-id"): cell.inner_text() for cell in row.locator("[role=gridcell]").all()}
        found[cells["label"] or ""] = {str(name): text for name, text in cells.items()}
    return found


def legend(page: Page) -> list[str]:
    return [entry.strip() for entry in page.locator("#usage-legend .legend-entry").all_inner_texts()]


def bars(page: Page) -> float:
    """The sum of all pieces of the chart, from what Plotly has drawn."""
    traces = "document.querySelector('.js-plotly-plot')._fullData"
    script = f"() => {traces}.flatMap(trace => [...trace.y]).reduce((sum, value) => sum + (value || 0), 0)"
    return float(page.evaluate(script))


def pieces(page: Page) -> list[dict[str, float]]:
    """Where the chart's pieces stand on the screen, those that can be pointed at."""
    script = """() => [...document.querySelectorAll('.js-plotly-plot .bars .point path')].map(piece => {
        const box = piece.getBoundingClientRect();
        return { x: box.x, y: box.y, width: box.width, height: box.height };
    })"""
    found: list[dict[str, float]] = page.evaluate(script)
    return [box for box in found if box["height"] > 4 and box["x"] > 0]


def choose(page: Page, control: str, option: str) -> None:
    """Pick an option of a select by the text it begins with."""
    page.locator(control).click()
    page.get_by_role("option", name=option).first.click()
    settle(page)


def has_no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))


def comes_to_fit(page: Page) -> bool:
    """Whether the page fits its window before long: charts follow a change of its size a moment later."""
    try:
        page.wait_for_function("() => document.documentElement.scrollWidth <= window.innerWidth", timeout=30_000)
    except TookTooLong:
        return False
    return True


def facts(page: Page, part: str) -> dict[str, dict[str, str]]:
    """A plain table within that part, as it stands: first cell -> head -> text, in order."""
    found: dict[str, dict[str, str]] = {}
    for row in page.locator(f"#{part} .facts tbody tr").all():
        cells = {cell.get_attribute("data-label") or "": cell.inner_text().strip() for cell in row.locator("td").all()}
        found[next(iter(cells.values()))] = cells
    return found


def drawn_sum(page: Page, figure: str) -> float:
    """The sum of all bars of the chart of that name, from what Plotly has drawn."""
    chart = (
        f"[...document.querySelectorAll('.js-plotly-plot')].find(p => p.closest('.dash-graph').id.includes('{figure}'))"
    )
    page.wait_for_function(f"() => ({chart})?._fullData?.length")
    bars = f"({chart})._fullData.filter(trace => trace.type === 'bar')"
    script = f"() => {bars}.flatMap(trace => [...trace.y]).reduce((sum, value) => sum + (value || 0), 0)"
    return float(page.evaluate(script))
