"""HTCondor's configuration, looked at before its library is loaded: the library writes to the screen if it lacks it."""

import os
from pathlib import Path

from pipeline.errors import SourceError

VARIABLE = "CONDOR_CONFIG"
_NO_FILE = ("", "ONLY_ENV", "NONE")


def need_configuration() -> None:
    """Raise SourceError if the configuration that the environment names is not there."""
    named = os.environ.get(VARIABLE, "")
    if named not in _NO_FILE and not Path(named).exists():
        hint = f"Correct {VARIABLE} in the environment of the collector, or unset it to use /etc/condor/condor_config."
        raise SourceError(f"{VARIABLE} names {named}, which is not there", hint)
