"""What HTCondor's library and tools say when something fails -> SourceError: what is wrong, and which knob to turn.

The texts are those of 23.9.6 and 25.14.1. One that is not known is passed on as it is.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import classad2
import htcondor2

from collectors.report import storable
from pipeline.errors import SourceError

_LONGEST = 500


@dataclass(frozen=True)
class Failure:
    """`said` finds a failure in HTCondor's words; its first group, if it has one, goes into `what` and `hint`."""

    said: "re.Pattern[str]"
    what: str
    hint: str


def _known(said: str, what: str, hint: str) -> Failure:
    return Failure(re.compile(said), what, hint)


FAILURES = (
    _known(
        r'Received "DENIED" from server for user (\S+)',
        "refused (not authorised as {})",
        "Add this host or user to ALLOW_READ there, or give this host a token of that pool (SEC_TOKEN_DIRECTORY).",
    ),
    _known(
        r"[Ff]ailed to authenticate|AUTHENTICATE:\d+|SECMAN:2010",
        "refused (not authenticated)",
        "Put a token that this pool's key has signed, and that has not expired, into SEC_TOKEN_DIRECTORY of this host, "
        "readable by this user; SEC_CLIENT_AUTHENTICATION_METHODS has to name IDTOKENS or SCITOKENS.",
    ),
    _known(
        r"SECMAN:2007|did not respond in a reasonable time|deadline for security handshake",
        "takes connections, but does not answer",
        "It is overloaded, or stopped. It is asked again after a pause.",
    ),
    _known(
        r"[Ff]ailed to connect to (<[^>?]*)",
        "cannot be reached at {}>",
        "Is the daemon up, and do firewalls let this host reach that port?",
    ),
    _known(
        r"[Uu]nable to connect|[Ff]ailed to connect",
        "cannot be reached",
        "Is the daemon up, and do firewalls let this host reach its port?",
    ),
    _known(
        r"(\w+) undefined in remote configuration",
        "it keeps none",
        "Set {} on that host, or leave this stream out of the source.",
    ),
    _known(
        r"Remote history has been disabled",
        "remote history is switched off",
        "Set HISTORY_HELPER_MAX_CONCURRENCY on that host to more than 0, or read its files.",
    ),
    _known(
        r"Failed to launch history helper",
        "its helper for history cannot be started",
        "See HISTORY_HELPER on that host: it has to name condor_history.",
    ),
    _known(
        r"Failed to receive (?:history|remote) ad",
        "the answer broke off",
        "Its helper for history died, or the connection: the daemon's log says more. It is asked again after a pause.",
    ),
    _known(
        r"Connection closed during command authorization",
        "it does not know this question",
        "Is another daemon at that address, or an HTCondor that is too old for it?",
    ),
    _known(
        r"Unable to determine collector host",
        "no collector is named",
        "Set `collector` of the source, or COLLECTOR_HOST in HTCondor's configuration (CONDOR_CONFIG).",
    ),
    _known(
        r"Unable to locate remote (\w+)",
        "HTCondor's tool cannot find that {}",
        "Is COLLECTOR_HOST right, or `collector` of the source?",
    ),
    _known(r"invalid constraint", "the constraint is no ClassAd expression", "Correct `constraint` of the source."),
)


@contextmanager
def asked(whom: str) -> Iterator[None]:
    """What goes wrong while a daemon is asked is an error of the source, with its name and what to do."""
    try:
        yield
    except (htcondor2.HTCondorException, classad2.ClassAdException, ValueError) as error:
        raise failure(whom, str(error)) from error


def failure(whom: str, said: str) -> SourceError:
    """The error for what HTCondor said, in one sentence, with what to do about it."""
    text = " ".join(storable(said).split())[:_LONGEST] or "failed, and says nothing"
    for known in FAILURES:
        found = known.said.search(text)
        if found:
            subject = found[1] if found.groups() else ""
            return SourceError(f"{storable(whom)}: {known.what.format(subject)}", known.hint.format(subject))
    return SourceError(f"{storable(whom)}: {text}", "The log of that daemon may say more.")
