"""A Debian suite with HTCondor in a folder, made once and shared by every pool that runs.

In: the name of a suite, the package mirror that this machine's apt uses. Out: the folder, ready for chroot. It is
made with mmdebstrap, which checks signatures, beside its final name and renamed when it is whole; processes that want
it at the same time wait for the one that makes it.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from tests.pool.problem import PoolProblem

Suite = Literal["forky", "trixie"]
SUITES: tuple[Suite, ...] = ("forky", "trixie")
USERS = ("alice", "bob", "carol")
PACKAGES = ("condor", "nftables", "procps", "python3")
RECIPE = 1
"""Counted up when the folder is made in another way, so that an old one is not taken for a new one."""


def home() -> Path:
    """Where installed suites are kept: HTC_LEDGER_POOL_HOME, else /var/tmp/htc-ledger-pool."""
    return Path(os.environ.get("HTC_LEDGER_POOL_HOME", "/var/tmp/htc-ledger-pool"))


def installed(suite: Suite) -> Path:
    """The folder with `suite` in it, made now if it is not there. Raises PoolProblem, never skips."""
    root = home() / f"{suite}-{RECIPE}"
    if root.is_dir():
        return root
    _need_root()
    with _one_at_a_time(suite):
        if not root.is_dir():
            _install(suite, root)
    return root


def _need_root() -> None:
    if os.geteuid() != 0:
        raise PoolProblem(
            "A pool of real daemons with users of their own needs root",
            "Run the tests as root, for instance in a container with CAP_SYS_ADMIN; `make test` does the rest.",
        )


@contextmanager
def _one_at_a_time(suite: Suite) -> Iterator[None]:
    home().mkdir(parents=True, exist_ok=True)
    with (home() / f"{suite}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(suite: Suite, root: Path) -> None:
    """Make `root`; half-made ones of an earlier try are thrown away."""
    _need_mmdebstrap()
    unfinished = root.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    log = home() / f"{suite}.log"
    with log.open("wb") as out:
        done = subprocess.run(_mmdebstrap(suite, unfinished), check=False, stdout=out, stderr=subprocess.STDOUT)
    if done.returncode:
        tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-12:])
        raise PoolProblem(
            f"mmdebstrap could not make {suite} in {unfinished}:\n{tail}",
            f"The whole log is {log}. It needs the mirror {mirror()} and 700 MB; mend that and run the tests again.",
        )
    unfinished.rename(root)


def _mmdebstrap(suite: Suite, target: Path) -> list[str]:
    users = "; ".join(f'chroot "$1" useradd --create-home --shell /bin/bash {user}' for user in USERS)
    return [
        "mmdebstrap",
        "--variant=apt",
        f"--include={','.join(PACKAGES)}",
        # a testing suite on a mirror can be past its date; its signature is checked all the same
        '--aptopt=Acquire::Check-Valid-Until "false"',
        '--aptopt=Acquire::Retries "3"',
        f'--customize-hook={users}; mkdir "$1/pool"',
        suite,
        str(target),
        f"deb {mirror()} {suite} main",
    ]


def mirror() -> str:
    """The Debian mirror that this machine's apt uses. Raises PoolProblem where there is none."""
    command = ["apt-get", "indextargets", "--format", "$(SITE)", "Origin: Debian", "Label: Debian"]
    if shutil.which(command[0]):
        sites = subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()
        if sites:
            return sites[0]
    raise PoolProblem(
        "This machine's apt knows no Debian mirror",
        "On Debian run `apt-get update` first; elsewhere run the tests in a Debian container.",
    )


def _need_mmdebstrap() -> None:
    if shutil.which("mmdebstrap"):
        return
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "mmdebstrap"]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise PoolProblem(
                f"mmdebstrap is missing and {' '.join(command)} failed: {done.stderr.strip()}",
                "Install it and run the tests again: apt-get install mmdebstrap",
            )


def main() -> None:
    """Install every suite and say so: `python -m tests.pool.installed`."""
    for suite in SUITES:
        if not (home() / f"{suite}-{RECIPE}").is_dir():
            sys.stdout.write(f"Installing HTCondor of Debian {suite} for the pool tests (about a minute) ...\n")
            sys.stdout.flush()
        try:
            installed(suite)
        except PoolProblem as problem:
            sys.exit(str(problem))


if __name__ == "__main__":
    main()
