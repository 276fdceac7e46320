"""Compiled kernels on disk: a folder for this machine, Python, Numba and text of the kernel; made by a process beside.

What Numba keeps there is code that is run: a folder that others can write to is not used.
"""

import os
import platform
import subprocess
import sys
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.bounds import Limits

if TYPE_CHECKING:
    from collectors.classads.fast.piece import Kernel

_MARK = "ready"
_SHARED = 0o022


class KernelStore:
    """A folder of compiled kernels."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / f"kernel-{_key()}"

    @classmethod
    def of_user(cls) -> "KernelStore | None":
        """That in the user's cache folder; None where there is none that is the user's alone."""
        base = os.environ.get("CACHE_DIRECTORY", "").partition(":")[0] or os.environ.get("XDG_CACHE_HOME", "")
        folder = Path(base) if base else Path.home() / ".cache"
        folder = folder / "htc-ledger"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            state = folder.stat()
        except OSError:
            return None
        is_own = state.st_uid == os.geteuid() and not state.st_mode & _SHARED and os.access(folder, os.W_OK)
        return cls(folder) if is_own else None

    @property
    def is_ready(self) -> bool:
        return (self.folder / _MARK).exists()

    def load(self, limits: Limits) -> "Kernel":
        """The fast reader; it is compiled now where that was not done before."""
        from numba.core import config

        vars(config)["CACHE_DIR"] = str(self.folder)
        from collectors.classads.fast.piece import Kernel

        return Kernel(limits)

    def prepare(self) -> None:
        """Have it compiled by a process beside, which ends by itself, unless one is at it."""
        _beside(self.folder.parent)

    def compile(self) -> None:
        """Compile now, and mark the folder as ready. One process at a time does it; the others leave it to that one."""
        import fcntl

        from collectors.classads.fast.sample import exercise

        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            exercise(self.load)
            (self.folder / _MARK).touch()


@cache
def _beside(folder: Path) -> "subprocess.Popen[bytes]":
    """At most one a process: a kernel that cannot be compiled is not tried again and again."""
    command = [sys.executable, "-m", "collectors.classads.fast.store", str(folder)]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3],
        start_new_session=True,
    )


@cache
def _key() -> str:
    """What compiled code is good for, as a short hash."""
    from llvmlite import binding

    parts = [platform.machine(), platform.python_version(), version("numba"), version("llvmlite"), version("numpy")]
    parts += [binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()]
    for source in sorted(Path(__file__).parent.glob("*.py")):
        state = source.stat()
        parts += [str(source), str(state.st_mtime_ns), str(state.st_size)]
    return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


if __name__ == "__main__":
    os.nice(10)
    KernelStore(Path(sys.argv[1])).compile()
