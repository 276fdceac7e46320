"""Questions about one history of one daemon, put to the daemon or to HTCondor's own tool."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import htcondor2

from collectors.asking.ad_text import long_form
from collectors.asking.evidence import LIMIT, Limit
from collectors.asking.failures import asked
from collectors.asking.histories import History
from collectors.asking.mark import Ground
from collectors.asking.records import DEPTH
from collectors.asking.terms import same, within
from collectors.asking.tool import Tool
from collectors.asking.windows import Window


@dataclass(frozen=True)
class Asker:
    """`whose` is for people. `tool` reaches further back than the daemon lets htcondor2; None where there is none."""

    whose: str
    history: History
    location: Any
    tool: Tool | None = None

    def ask(self, window: Window, ground: Ground, most: int, *, by_tool: bool) -> Iterator[bytes]:
        """Ads of that window in long form, newest first, at most so many (0: all), down to what is known.

        The newest of what is known is among them whatever the window, if the answer reaches it. Raises SourceError.
        """
        terms = self.history.terms
        constraint = within(terms[:DEPTH], window.low, window.high)
        if constraint and ground.newest is not None:
            constraint = f"({constraint}) || ({same(terms, ground.newest)})"
        since = "" if ground.stop is None else same(terms, ground.stop)
        if by_tool and self.tool is not None:
            yield from self.tool.ask(constraint, most, since)
        else:
            yield from self._asked(constraint, most, since)

    def _asked(self, constraint: str, most: int, since: str) -> Iterator[bytes]:
        with asked(self.whose):
            ads = self.history.query(self.location, constraint, most, since)
        ads.reverse()
        while ads:  # each is let go when it has been given out
            yield long_form(ads.pop())

    def limit(self) -> Limit:
        """How many ads the daemon looks at for one question, if it tells."""
        try:
            return Limit(told=True, records=max(0, int(htcondor2.RemoteParam(self.location)[LIMIT])))
        except (htcondor2.HTCondorException, KeyError, ValueError):
            return Limit(told=False)  # who may ask for records need not be let in to its configuration
