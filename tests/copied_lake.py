"""Lakes that are made once and copied for each test that writes to them: a copy takes a tenth of the making."""

import shutil
from pathlib import Path

from pipeline.lake import Lake


def copied(made: Lake, root: Path) -> Lake:
    """A lake at `root` with all that the made one holds: tables, cubes, closed months.

    There is nothing there yet, or a copy of that lake as it was before.
    """
    shutil.copytree(made.root, root, dirs_exist_ok=True)
    return Lake(root)
