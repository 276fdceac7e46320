"""Compiled kernels on disk, each for one machine, Python, Numba and text of the kernel; made by a process beside.

What is kept there is run: neither a folder that others can write to is used, nor a file that is not the user's alone.
"""

import os
import platform
import stat
import sys
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.classads import literals
from collectors.classads.fast.code import Code, code_of, linked
from pipeline.bounds import Limits

if TYPE_CHECKING:
    import subprocess

    from collectors.classads.fast.piece import Kernel

_SHARED = 0o022


class KernelStore:
    """A folder of compiled kernels."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / f"kernel-{_key()}"
        self._path = self.folder / "code"

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
        return cls(folder) if _is_own(state) and os.access(folder, os.W_OK) else None

    @property
    def is_ready(self) -> bool:
        return self._stored() is not None

    def load(self, limits: Limits) -> "Kernel | None":
        """The fast reader; None where its code has to be made first."""
        code = self._stored()
        if code is None:
            return None
        from collectors.classads.fast.piece import Kernel

        return Kernel(limits, linked(code))

    def prepare(self) -> None:
        """Have it compiled by a process beside, which ends by itself, unless one is at it."""
        _beside(self.folder.parent)

    def compile(self) -> None:
        """Compile now, unless that was done. One process at a time does it; the others leave it to that one."""
        import fcntl

        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if not self.is_ready:
                from collectors.classads.fast.kernel.making import made

                self._keep(made())

    def _stored(self) -> Code | None:
        """The code, if it is whole and nobody else can have put it there."""
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        with os.fdopen(file, "rb") as stored:
            state = os.fstat(file)
            return code_of(stored.read()) if stat.S_ISREG(state.st_mode) and _is_own(state) else None

    def _keep(self, code: Code) -> None:
        """Write it, so that whoever looks sees either nothing or all of it."""
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(fresh, "xb", opener=_private) as file:
            file.write(code.as_file())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)


def _is_own(state: os.stat_result) -> bool:
    return state.st_uid == os.geteuid() and not state.st_mode & _SHARED


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@cache
def _beside(folder: Path) -> "subprocess.Popen[bytes]":
    """At most one a process: a kernel that cannot be compiled is not tried again and again."""
    import subprocess

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
    import llvmlite
    import numpy as np
    from llvmlite import binding

    parts = [platform.machine(), platform.python_version(), _numba(), llvmlite.__version__, np.__version__]
    parts += [binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten(), str(literals.LONGEST_TEXT)]
    digest = blake2b("\n".join(parts).encode(), digest_size=8)
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(b"\0" + source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def _numba() -> str:
    """Which Numba is installed, by the name of its metadata: neither it nor what reads metadata is loaded for that."""
    found = find_spec("numba")
    if found is None or found.origin is None:
        return ""
    return " ".join(sorted(path.name for path in Path(found.origin).parents[1].glob("numba-*.*-info")))


if __name__ == "__main__":
    os.nice(10)
    KernelStore(Path(sys.argv[1])).compile()
