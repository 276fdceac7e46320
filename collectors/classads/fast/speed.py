"""When the fast reader is used: only where what it saves is more than what it costs to load, or to compile.

Nothing is compiled while somebody waits: that is done by a process beside, once per machine and version, while the
careful reader reads a large file. It is kept in the user's cache folder.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.bounds import Limits

if TYPE_CHECKING:
    from collectors.classads.fast.piece import Kernel

NEVER = 1 << 62


@dataclass(frozen=True)
class Speed:
    """`smallest`: bytes left from which on the compiled kernel is loaded; `compiles_from`: and made, if need be.

    `folder`: where compiled kernels are kept; None: in the user's cache.
    """

    smallest: int = 16 << 20
    compiles_from: int = 64 << 20
    folder: Path | None = None

    def kernel(self, limits: Limits, passed: int, left: int | None) -> "Kernel | None":
        """The fast reader, if it is ready and pays.

        `left`: bytes to read, None where that is not known, as of a packed file: then as much as has `passed`.
        """
        ahead = passed if left is None else left
        if ahead < self.smallest:
            return None
        from collectors.classads.fast.store import KernelStore

        store = KernelStore.of_user() if self.folder is None else KernelStore(self.folder)
        if store is None:
            return None
        kernel = store.load(limits)
        if kernel is None and ahead >= self.compiles_from:
            store.prepare()
        return kernel


CAREFUL_ONLY = Speed(smallest=NEVER)
