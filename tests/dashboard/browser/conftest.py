"""A page in a real browser that fails its test if it logs an error or asks another host for anything."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.dashboard import chromium

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        chromium.path()
    except chromium.NoChromium as error:
        pytest.fail(str(error))
    with chromium.launched() as launched:
        yield launched


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens an address of a server: `visit(address, path, viewport, scheme)`. Ends with the check of what it did."""
    wrong: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(address: str, path: str, viewport: dict[str, int] = DESKTOP, scheme: str = "light") -> Page:
        context = browser.new_context(viewport=viewport, color_scheme=scheme, accept_downloads=True)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: wrong.append(f"{said.type}: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(f"exception: {error}"))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        ours = (address, "data:", "blob:", address.replace("http:", "ws:"))
        page.on("request", lambda asked: None if asked.url.startswith(ours) else wrong.append(f"asks {asked.url}"))
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []
