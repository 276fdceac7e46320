"""A watch over made-up sources, as a process of its own: `python -m tests.collectors.service.run_watch PICKLED`."""

import pickle
import sys
from pathlib import Path

from collectors.service.log import open_log
from collectors.service.watch import watch
from tests.collectors.service.made_up import POLLERS

if __name__ == "__main__":
    settings = pickle.loads(Path(sys.argv[1]).read_bytes())
    watch(settings, settings.sources, POLLERS, open_log())
