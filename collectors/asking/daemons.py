"""Which daemons there are: asked of the collector daemon, by name or by constraint."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import classad2
import htcondor2

from collectors.asking.failures import asked
from pipeline.errors import SourceError
from pipeline.schema.pool_ads import DAEMON_ADDRESS, DAEMON_NAME

SCHEDD, STARTD = htcondor2.AdType.Schedd, htcondor2.AdType.Startd


@dataclass(frozen=True)
class Daemon:
    """A daemon's name, and its ad in long form: enough to speak to it."""

    name: str
    location: str


def collector_of(host: str | None) -> htcondor2.Collector:
    """The collector daemon; the one of HTCondor's configuration where none is named. Raises SourceError."""
    with asked(f"collector {host or 'of the configuration'}"):
        return htcondor2.Collector(host) if host else htcondor2.Collector()


def find(kind: Any, host: str | None, names: Sequence[str], constraint: str) -> list[Daemon]:
    """The daemons of that kind, one per name. Raises SourceError, also for a name that the collector does not know."""
    whom = f"collector {host or htcondor2.param.get('COLLECTOR_HOST', '')}"
    with asked(whom):
        ads = collector_of(host).query(kind, constraint or None, [DAEMON_NAME, *DAEMON_ADDRESS])
    found = {name: Daemon(name, str(ad.printOld())) for ad in ads if (name := _name(ad))}
    if not ads and not names:
        raise SourceError(f"{whom}: knows no daemon of that kind", "Is the constraint right, and do they report to it?")
    unknown = [name for name in names if name not in found]
    if unknown:
        hint = f"It knows: {', '.join(sorted(found)[:10])}." if found else "It knows none: do they report to it?"
        raise SourceError(f"{whom}: does not know {', '.join(unknown)}", hint)
    return [found[name] for name in (names or sorted(found))]


def location_of(text: str) -> classad2.ClassAd:
    """The ad that `find` gave, as htcondor2 wants it."""
    ad: classad2.ClassAd = next(classad2.parseAds(text, classad2.ParserType.Old))
    return ad


def _name(ad: Any) -> str | None:
    """The daemon's name. A startd has an ad for each slot, called SLOT@STARTD."""
    name = ad.get(DAEMON_NAME)
    if not isinstance(name, str) or not name:
        return None
    return name.partition("@")[2] if name.startswith("slot") and "@" in name else name
