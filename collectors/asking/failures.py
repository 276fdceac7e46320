"""htcondor2's exceptions -> SourceError, with what to do. An answer that failed must never look like an empty one."""

from collections.abc import Iterator
from contextlib import contextmanager

import htcondor2

from pipeline.errors import SourceError

_HINTS = (
    (
        ("authoriz", "authentic", "permission", "denied", "not allowed", "token", "secman"),
        "It refuses this host or its token: allow READ there (ALLOW_READ), and look at SEC_TOKEN_DIRECTORY and "
        "SEC_CLIENT_AUTHENTICATION_METHODS here.",
    ),
    (("disabled",), "Remote history is switched off there: see HISTORY_HELPER_MAX_HISTORY and _MAX_CONCURRENCY."),
    (
        ("connect", "communicat", "timed out", "timeout", "resolve", "locate", "unreachable", "refused"),
        "Is the daemon up, and may this host reach its port? It is asked again at the next interval.",
    ),
)


@contextmanager
def asked(whom: str) -> Iterator[None]:
    """What goes wrong while a daemon is asked is an error of the source, with its name and what to do."""
    try:
        yield
    except htcondor2.HTCondorException as error:
        raise failure(whom, str(error)) from error


def failure(whom: str, said: str) -> SourceError:
    """The error in HTCondor's own words, and what to do about it."""
    text = " ".join(said.split()) or "no reason given"
    lower = text.lower()
    hint = next((hint for words, hint in _HINTS if any(word in lower for word in words)), "Its log says more.")
    return SourceError(f"{whom}: {text}", hint)
