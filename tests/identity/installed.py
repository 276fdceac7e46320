"""The OpenID Connect provider for tests, in a folder of this machine: installed once, by the lock file beside.

In: package.json and package-lock.json with the version and hash of each part. Out: the folder, made beside its final
name and renamed when it is whole. `python -m tests.identity.installed` installs it beforehand.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json")
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


class NoProvider(Exception):
    """The provider cannot be had: the message says what to do."""


def home() -> Path:
    """Where it is kept: HTC_LEDGER_PROVIDER_HOME, else a folder in /var/tmp."""
    return Path(os.environ.get("HTC_LEDGER_PROVIDER_HOME", "/var/tmp/htc-ledger-provider"))


def installed() -> Path:
    """The folder with its packages, made now if it is not there. Raises NoProvider, never skips."""
    made_of = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()
    folder = home() / made_of[:16]
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _install(folder)
    return folder


def _install(folder: Path) -> None:
    """Make `folder`; a half-made one of an earlier try is thrown away. npm checks the hashes."""
    if shutil.which(INSTALL[0]) is None:
        raise NoProvider("the login tests need node and npm: apt-get install npm")
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name in FILES:
        shutil.copy(HERE / name, unfinished)
    done = subprocess.run(INSTALL, cwd=unfinished, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoProvider(f"`{' '.join(INSTALL)}` failed in {unfinished}: {done.stderr.strip()[-2000:]}")
    unfinished.rename(folder)


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{installed()}\n")
    except NoProvider as problem:
        sys.exit(str(problem))
