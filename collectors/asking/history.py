"""One stream of history of one daemon, asked with htcondor2: final ads, epoch records, or a startd's records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import classad2
import htcondor2

from collectors.asking.ad_text import unresolved
from collectors.asking.daemons import location_of
from collectors.asking.failures import asked
from collectors.kinds import wanted_names
from pipeline.schema import ATTEMPT_RECORD, JOB
from pipeline.schema.job import IDENTITY

Kind = Literal["history", "epochs", "startd"]
LIMIT = "HISTORY_HELPER_MAX_HISTORY"
"""HTCondor's setting: how many ads are looked at for one query. What is behind them is silently left out."""
_ALL_TYPES = "ALL"
_CLUSTER, _PROC = (column.attributes[0] for column in IDENTITY if column.name in ("cluster", "proc"))
_RUN, _WRITTEN = (ATTEMPT_RECORD.column(name).attributes[0] for name in ("run_instance", "write_utc"))
_STATUS = JOB.column("status_utc").attributes[0]


@dataclass(frozen=True)
class Asked:
    """What is asked for: `axes` are the attributes that windows are cut by, `key` those that tell records apart."""

    axes: tuple[str, ...]
    key: tuple[str, ...]
    time: str


STREAMS: dict[Kind, Asked] = {
    "history": Asked((_STATUS, _CLUSTER, _PROC), (_CLUSTER, _PROC, _STATUS), _STATUS),
    "epochs": Asked((_WRITTEN, _CLUSTER, _PROC), (_CLUSTER, _PROC, _RUN, _WRITTEN), _WRITTEN),
    "startd": Asked((_STATUS, _CLUSTER, _PROC), (_CLUSTER, _PROC, _STATUS), _STATUS),
}


class History:
    """Asks one daemon for one stream. Raises SourceError where it does not answer as it should."""

    def __init__(self, kind: Kind, whom: str, location: str) -> None:
        self.kind, self.whom, self.asked = kind, whom, STREAMS[kind]
        self._location = location_of(location)
        self._names = sorted(wanted_names() | set(self.asked.key))

    def fetch(self, constraint: str, most: int, since: str = "", names: Sequence[str] = ()) -> list[Any]:
        """Ads, newest first in the order of the file, as far as the daemon looks back."""
        wanted = list(names) or self._names
        with asked(self.whom):
            ads: list[Any] = self._query(constraint or None, wanted, most or -1, since)
        return ads if names else [self._whole(ad) for ad in ads]

    def limit(self) -> int | None:
        """How many ads the daemon looks at for a query; None if it does not say."""
        try:
            return int(htcondor2.RemoteParam(self._location)[LIMIT])
        except (htcondor2.HTCondorException, KeyError, ValueError):
            return None  # it may be asked for history and not for its configuration

    def key(self, ad: Any) -> tuple[int | None, ...]:
        """What tells the record from others."""
        return tuple(value if isinstance(value := ad.get(name), int) else None for name in self.asked.key)

    def since(self, key: Sequence[int | None]) -> str:
        """The expression that stops a query at the record with that key."""
        pairs = zip(self.asked.key, key, strict=True)
        return " && ".join(f"{name} =?= {'undefined' if value is None else value}" for name, value in pairs)

    def _query(self, constraint: str | None, names: list[str], most: int, since: str) -> list[Any]:
        stop = classad2.ExprTree(since) if since else None
        if self.kind == "epochs":
            schedd = htcondor2.Schedd(self._location)
            return list(schedd.jobEpochHistory(constraint, names, most, stop, ad_type=_ALL_TYPES))
        daemon = (htcondor2.Startd if self.kind == "startd" else htcondor2.Schedd)(self._location)
        return list(daemon.history(constraint, names, most, stop))

    def _whole(self, ad: Any) -> Any:
        """The ad; asked for again with all its attributes if its expressions refer to some that were left out."""
        if not unresolved(ad):
            return ad
        found = [
            whole
            for whole in self._query(self.since(self.key(ad)), [], -1, "")
            if all(whole.get(name) == ad.get(name) for name in self.asked.key)
        ]
        return found[0] if len(found) == 1 else ad
