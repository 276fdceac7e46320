"""What a person reads on the page Efficiency, as values."""

from playwright.sync_api import Page

DRAWN = "() => document.querySelector('.js-plotly-plot')?._fullData?.length > 0"
SUMS = """() => document.querySelector('.js-plotly-plot')._fullData.map(
    trace => [trace.name, [...trace.x].reduce((sum, value) => sum + (value || 0), 0)])"""


def drawn(page: Page) -> dict[str, float]:
    """The sum of each colour of the chart, from what Plotly has drawn."""
    page.wait_for_function(DRAWN)
    return dict(page.evaluate(SUMS))


def quantiles(page: Page) -> dict[str, list[str]]:
    """The table of quantiles: name -> its cells."""
    rows = page.locator("#efficiency-spread .facts tbody tr").all()
    cells = [[cell.inner_text() for cell in row.locator("td").all()] for row in rows]
    return {name: rest for name, *rest in cells}
