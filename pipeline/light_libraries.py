"""Keeps the libraries of columns from loading what a command that reads and writes never uses; it would take 0.4 s.

NumPy's linear algebra starts a thread for each processor. And before pyarrow turns its first value into an array it
imports pandas, if that is installed, to ask whether the value is of pandas. It asks once: if pandas is not to be found
then, no value is. `to_pandas` imports it all the same.
"""

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


def load_lightly() -> None:
    """Load pyarrow. For a command's beginning: before others import NumPy, and before there are threads."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import pyarrow as pa

    if "pandas" in sys.modules:
        return
    hiding = _Hiding()
    sys.meta_path.insert(0, hiding)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(hiding)


class _Hiding:
    """Finds no module, and lets nobody else find pandas."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is hidden", name=name)
        return None
