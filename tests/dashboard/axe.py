"""axe-core, the rules of accessibility that every page is checked with: installed once, by the lock file beside.

In: tests/dashboard/npm with the version and the hash of what is in it. Out: its script, in a folder of this machine,
made beside its final name and renamed when it is whole. `python -m tests.dashboard.axe` installs it beforehand.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

LOCKED = Path(__file__).parent / "npm"
FILES = ("package.json", "package-lock.json")
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
SERIOUS = ("serious", "critical")
RUN = """async () => {
    const found = await axe.run(document, { resultTypes: ['violations'] });
    return found.violations.map(one => ({
        id: one.id, impact: one.impact, help: one.help,
        nodes: one.nodes.map(node => [node.target.join(' '), node.html, node.failureSummary]),
    }));
}"""


class NoAxe(Exception):
    """The rules cannot be had: the message says what to do."""


@dataclass(frozen=True)
class Violation:
    """One rule that a page breaks, and where."""

    rule: str
    impact: str
    help: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return "\n    ".join([f"{self.rule} ({self.impact}): {self.help}", *self.places[:6]])


def home() -> Path:
    """Where it is kept: HTC_LEDGER_AXE_HOME, else a folder in /var/tmp."""
    return Path(os.environ.get("HTC_LEDGER_AXE_HOME", "/var/tmp/htc-ledger-axe"))


def script() -> Path:
    """The file to run in a page, installed now if it is not there. Raises NoAxe, never skips."""
    folder = home() / hashlib.sha256(b"".join((LOCKED / name).read_bytes() for name in FILES)).hexdigest()[:16]
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _install(folder)
    return folder / "node_modules" / "axe-core" / "axe.min.js"


def _install(folder: Path) -> None:
    """Make `folder`; a half-made one of an earlier try is thrown away. npm checks the hash."""
    if shutil.which(INSTALL[0]) is None:
        raise NoAxe("the accessibility tests need npm: apt-get install npm")
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name in FILES:
        shutil.copy(LOCKED / name, unfinished)
    done = subprocess.run(INSTALL, cwd=unfinished, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoAxe(f"`{' '.join(INSTALL)}` failed in {unfinished}: {done.stderr.strip()[-2000:]}")
    unfinished.rename(folder)


def violations(page: Page) -> list[Violation]:
    """What the page as it stands breaks, seriously or critically."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.add_script_tag(path=script())
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        Violation(
            one["id"],
            one["impact"],
            one["help"],
            tuple(f"{where}  {html[:160]}  {why}".replace("\n", " ") for where, html, why in one["nodes"]),
        )
        for one in found
        if one["impact"] in SERIOUS
    ]


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{script()}\n")
    except NoAxe as problem:
        sys.exit(str(problem))
