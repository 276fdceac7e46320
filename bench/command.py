"""The command as a user runs it, for benches that need files or a lake to begin with."""

import os
import sys
import time
from pathlib import Path
from subprocess import run


def ledger(*words: str, lake: Path) -> float:
    """Run the command; returns its wall time in seconds. Raises CalledProcessError where it fails."""
    start = time.monotonic()
    command = [sys.executable, "-m", "htc_ledger", *words]
    run(command, check=True, capture_output=True, env=os.environ | {"HTC_LEDGER_LAKE": str(lake)})
    return time.monotonic() - start
