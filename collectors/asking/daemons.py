"""Which daemons there are and where: asked of the collector daemon, by name or by constraint."""

import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import classad2
import htcondor2

from collectors.asking.ad_text import long_form, quoted
from collectors.asking.failures import asked, failure
from pipeline.errors import SourceError
from pipeline.schema import SLOT_AD
from pipeline.schema.pool_ads import DAEMON_ADDRESS, DAEMON_NAME, HOST, SLOT_NUMBER

SCHEDD, STARTD = htcondor2.AdType.Schedd, htcondor2.AdType.Startd
WORDS = {SCHEDD: "schedd", STARTD: "startd"}
_DYNAMIC = SLOT_AD.column("is_dynamic").attributes[0]
_ONE_EACH = {SCHEDD: "true", STARTD: f"{SLOT_NUMBER} =?= 1 && {_DYNAMIC} =!= true"}
"""A startd has an ad for each slot: one of them is enough."""
_PORT = 9618
_HOST = re.compile(r"<?(\[[0-9a-fA-F:]+\]|[^\s:?>,]+)(?::(\d+))?")
_KNOCK_S = 5
_NO_EXPRESSION = "Write it as for condor_status -constraint."


@dataclass(frozen=True)
class Daemon:
    """A daemon's name, and its ad in long form: enough to speak to it; None if the collector does not know it."""

    name: str
    location: str | None


class CollectorDaemon:
    """The collector daemon of a pool. `timeout_s` is how long it may be silent. Raises SourceError."""

    def __init__(self, host: str | None, timeout_s: int) -> None:
        htcondor2.param["QUERY_TIMEOUT"] = str(timeout_s)
        self.host = host or str(htcondor2.param.get("COLLECTOR_HOST", "") or "")
        self.whom = f"collector {self.host}".strip()
        with asked(self.whom):
            self._collector = htcondor2.Collector(host) if host else htcondor2.Collector()

    def query(self, kind: Any, constraint: str, names: Sequence[str]) -> list[Any]:
        """The ads of that kind, with those attributes; all of them if none are named."""
        check_expression(self.whom, constraint)
        with self._asked():
            return list(self._collector.query(kind, constraint or None, list(names)))

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            with asked(self.whom):
                yield
        except SourceError as error:
            if "collector" not in str(error.__cause__):
                raise
            raise self._silence() from error

    def _silence(self) -> SourceError:
        """The library says the same whatever failed: whether anything listens there tells the one from the other."""
        found = _HOST.match(self.host)
        if found is None:
            return failure(self.whom, "no answer")
        try:
            socket.create_connection((found[1].strip("[]"), int(found[2] or _PORT)), _KNOCK_S).close()
        except OSError as error:
            hint = "Is its name right (`collector`, else COLLECTOR_HOST), is it up, do firewalls let us reach it?"
            return SourceError(f"{self.whom}: cannot be reached ({error.strerror or error})", hint)
        return SourceError(
            f"{self.whom}: takes connections, but gave no answer: it refuses this host or its token, or is stopped",
            "Put a token of that pool into SEC_TOKEN_DIRECTORY of this host, or add this host to ALLOW_READ there; "
            f"`condor_ping -pool {self.host} READ` says which.",
        )


def find(kind: Any, collector: CollectorDaemon, names: Sequence[str], constraint: str) -> list[Daemon]:
    """The daemons of that kind that fulfil `constraint`, in order: all, or those named by their name or host.

    A name that the collector does not know is a Daemon without a location. Raises SourceError.
    """
    check_expression(collector.whom, constraint)
    wanted = f"({_ONE_EACH[kind]})" + (f" && ({constraint})" if constraint else "")
    found = _by_name(collector.query(kind, wanted, (DAEMON_NAME, *DAEMON_ADDRESS)))
    if not names:
        if not found:
            hint = "Do they report to it? Is `constraint` right?"
            raise SourceError(f"{collector.whom}: knows no such {WORDS[kind]}", hint)
        return [Daemon(name, long_form(found[name]).decode("utf-8", "surrogateescape")) for name in sorted(found)]
    return list(dict.fromkeys(daemon for name in names for daemon in _named(name, found)))


def locate(kind: Any, host: str | None, timeout_s: int, daemon: Daemon) -> Any:
    """Where the daemon is now: it may have been started anew elsewhere. Where the collector is silent, where it was.

    Raises SourceError if nothing tells.
    """
    try:
        collector = CollectorDaemon(host, timeout_s)
        found = _by_name(collector.query(kind, _is_called(kind, daemon.name), (DAEMON_NAME, *DAEMON_ADDRESS)))
    except SourceError:
        if daemon.location is None:
            raise
        return _ad(daemon.location)
    if daemon.name not in found:
        raise SourceError(
            f"{collector.whom}: knows no {WORDS[kind]} {daemon.name}",
            "It is down, or reports to another collector, or its name is another: condor_status -any shows the names.",
        )
    return found[daemon.name]


def knock(kind: Any, whose: str, location: Any) -> None:
    """Ask the daemon for nothing, so that silence and refusal are told as such, and soon. Raises SourceError.

    A question about history has no time limit of its own.
    """
    if kind == SCHEDD:
        with asked(whose):
            htcondor2.Schedd(location).query("false", [DAEMON_NAME], limit=1)
        return
    try:
        htcondor2.Collector(location).query(kind, "false", [DAEMON_NAME])
    except htcondor2.HTCondorException as error:
        raise SourceError(
            f"{whose}: no answer",
            "Is it up, do firewalls let this host reach it? Or it refuses this host or its token: see ALLOW_READ there "
            "and SEC_TOKEN_DIRECTORY here.",
        ) from error


def check_expression(whom: str, constraint: str) -> None:
    """Raise SourceError if that is no ClassAd expression: daemons say nothing useful then."""
    try:
        if constraint:
            classad2.ExprTree(constraint)
    except classad2.ClassAdException as error:
        raise SourceError(f"{whom}: {constraint!r} is no ClassAd expression", _NO_EXPRESSION) from error


def _named(name: str, found: dict[str, Any]) -> list[Daemon]:
    same = [known for known in sorted(found) if name.lower() in _names_of(known, str(found[known].get(HOST, "")))]
    return [Daemon(known, long_form(found[known]).decode("utf-8", "surrogateescape")) for known in same] or [
        Daemon(name, None)
    ]


def _names_of(name: str, host: str) -> set[str]:
    """What people may call a daemon: its name, its host, and either without the domain."""
    known = {name.lower(), host.lower()} - {""}
    return known | {long.partition(".")[0] for long in known if "@" not in long}


def _by_name(ads: Sequence[Any]) -> dict[str, Any]:
    """The ads that say where to reach a daemon, one of each name."""
    address = DAEMON_ADDRESS[0]
    return {name: ad for ad in ads if (name := _name(ad)) and isinstance(ad.get(address), str)}


def _name(ad: Any) -> str | None:
    """The daemon's name. A startd has an ad for each slot, called SLOT@STARTD."""
    name = ad.get(DAEMON_NAME)
    if not isinstance(name, str) or not name:
        return None
    slot, at, startd = name.partition("@")
    return startd if at and SLOT_NUMBER in ad and slot else name


def _is_called(kind: Any, name: str) -> str:
    own = f"{DAEMON_NAME} == {quoted(name)}"
    if kind == SCHEDD:
        return own
    after = "@" + name
    return f"({_ONE_EACH[kind]}) && ({own} || substr({DAEMON_NAME}, -{len(after)}) == {quoted(after)})"


def _ad(text: str) -> Any:
    return next(classad2.parseAds(text, classad2.ParserType.Old))


def silence_s(timeout_s: int) -> int:
    """How long a collector daemon may be silent within a poll that has so much time: it is tried twice."""
    return max(2, min(30, timeout_s // 6))
