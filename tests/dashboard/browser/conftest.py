"""A page in a real browser that fails its test if it logs an error or asks another host for anything."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from tests.dashboard import chromium

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 120_000
"""Long enough for a busy machine: only a test that fails waits for so long."""
Visit = Callable[..., Page]
Contexts = Callable[[int, int, str], BrowserContext]


class Visitor:
    """Opens addresses of servers, and writes down what their pages do that no page should."""

    def __init__(self, contexts: Contexts) -> None:
        self.wrong: list[str] = []
        self._contexts = contexts
        self._pages: list[Page] = []

    def __call__(self, address: str, path: str, viewport: dict[str, int] = DESKTOP, scheme: str = "light") -> Page:
        page = self._contexts(viewport["width"], viewport["height"], scheme).new_page()
        self._pages.append(page)
        page.set_default_timeout(PATIENCE_MS)
        wrong = self.wrong
        page.on("console", lambda said: wrong.append(f"{said.type}: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(f"exception: {error}"))
        page.on("dialog", self._refused)
        ours = (address, "data:", "blob:", address.replace("http:", "ws:"))
        page.on("request", lambda asked: None if asked.url.startswith(ours) else wrong.append(f"asks {asked.url}"))
        page.goto(address + path)
        return page

    def _refused(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def leave(self) -> None:
        """Close what was opened."""
        for page in self._pages:
            page.evaluate("() => window.localStorage.clear()")
            page.close()
        self._pages = []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        chromium.path()
    except chromium.NoChromium as error:
        pytest.fail(str(error))
    expect.set_options(timeout=PATIENCE_MS)
    with chromium.launched() as launched:
        yield launched


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[Contexts]:
    """One browser profile for each size and colour scheme: scripts are loaded once."""
    made: dict[tuple[int, int, str], BrowserContext] = {}

    def context(width: int, height: int, scheme: str) -> BrowserContext:
        if (width, height, scheme) not in made:
            made[width, height, scheme] = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,  # type: ignore[arg-type]
                accept_downloads=True,
            )
        return made[width, height, scheme]

    yield context
    for one in made.values():
        one.close()


@pytest.fixture
def visit(contexts: Contexts) -> Iterator[Visit]:
    """Opens an address of a server: `visit(address, path, viewport, scheme)`. Ends with the check of what it did."""
    visitor = Visitor(contexts)
    yield visitor
    visitor.leave()
    assert visitor.wrong == []


@pytest.fixture(scope="module")
def stay(contexts: Contexts) -> Iterator[Visitor]:
    """Opens pages that several tests of a file look at; each of these tests asserts that its `wrong` is empty."""
    visitor = Visitor(contexts)
    yield visitor
    visitor.leave()
