"""Takes the pictures of every page into docs/images: `python -m tests.dashboard.screenshots [DEMO_FOLDER]`.

Serves the demo's lake (made anew in a temporary folder where none is given), opens every page in a real browser, on a
desktop and on a phone, in light and in dark, and saves what a reader sees without scrolling.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser
from rich.console import Console

from dashboard.pages import PAGES
from htc_ledger import OTHER_ZONE
from tests.dashboard import chromium
from tests.dashboard.browser.conftest import DESKTOP, PHONE
from tests.dashboard.browser.reading import settle
from tests.dashboard.served import served

ROOT = Path(__file__).parent.parent.parent
IMAGES = ROOT / "docs" / "images"
VIEW = f"?pool={quote('prairie (simulated)')}"
REAL = {
    "/site": f"{VIEW}&site={quote('Sõlmejärv')}",
    "/project": f"{VIEW}&project=Lapwing_Glaciers",
    "/access-point": f"{VIEW}&ap=ap1.prairie.simulated",
    "/triage": f"{VIEW}&hours=168",
    "/pool-now": "?pool=sample",
    "/data-health": "?pool=sample",
    "/reconciliation": "?pool=sample&range=all",
    "/receipt": "?pool=sample&job=ap1.pool.test%23103.2",
}
"""Pages that are about one thing, or that a simulated pool has nothing (or less) for."""
RENAMED = """[[alias]]
of = "project"
name = "Pipit_Orbits"
registered = "Redstart_Tides"
pool = "prairie (simulated)"
"""
SCALE = 2


def main() -> None:
    console = Console()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)
        command = [sys.executable, "-m", "htc_ledger", "demo", str(folder), "--no-serve"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        _close_october(folder)
        IMAGES.mkdir(parents=True, exist_ok=True)
        with served(folder / "lake") as address, chromium.launched() as browser:
            for page in PAGES:
                for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
                    for scheme in ("light", "dark"):
                        file = IMAGES / f"{page.path.strip('/')}-{size}-{scheme}.png"
                        _picture(browser, address + page.path + REAL.get(page.path, VIEW), viewport, scheme, file)
                        console.print(file.relative_to(ROOT))


def _close_october(folder: Path) -> None:
    """A closed month, and a project that was renamed after it: what the page Closed months is about."""
    if (folder / "lake" / "closed").exists():
        return
    renamed = folder / "renamed.toml"
    renamed.write_text(RENAMED, "utf-8")
    for words in (
        ("close", "2026-10", "--even-so", "--reason", "report of October"),
        ("metadata", "import", "toml", str(renamed)),
        ("build",),
    ):
        command = [sys.executable, "-m", "htc_ledger", *words, "--lake", str(folder / "lake")]
        zones = {"HTC_LEDGER_OTHER_ZONES": OTHER_ZONE}  # those of the demo
        subprocess.run(command, cwd=ROOT, env=os.environ | zones, check=True, stdout=subprocess.DEVNULL)


def _picture(browser: Browser, url: str, viewport: dict[str, int], scheme: str, file: Path) -> None:
    context = browser.new_context(
        viewport=viewport,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=SCALE if viewport is PHONE else 1,
    )
    page = context.new_page()
    page.goto(url)
    settle(page)
    page.evaluate("() => document.fonts.ready")
    page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    main()
