"""A real Chromium for tests and pictures. A machine without one fails the tests: a page nobody opened is not tested."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class NoChromium(Exception):
    """There is no browser to test with."""


def path() -> str:
    """HTC_LEDGER_CHROMIUM, else the `chromium` of this machine. Raises NoChromium."""
    found = os.environ.get("HTC_LEDGER_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise NoChromium("no Chromium: install the package `chromium`, or name one in HTC_LEDGER_CHROMIUM")
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path(), args=ARGUMENTS, timeout=120_000)
        yield browser
        browser.close()
