"""Polls every target of one source until nothing has more: `python -m tests.pool.polling`, an order on stdin.

An order is {"lake": folder, "source": {...}, "answer": file, "daemons": word}; the answer is a list of visits as JSON.
"moved": targets are told a place where their daemon was, and is not any more; "alone": once they are found, the
collector daemon cannot be reached any more.
"""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from collectors.pollers import poller_of
from collectors.sources.target import Polled, Target
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.source_settings import Source

_PORT = re.compile(r":\d+(?=[?>])")


@dataclass
class Visit:
    """What came of one target. `error` and `hint` are None where all went well."""

    target: str
    new: int = 0
    rejects: int = 0
    skipped: int = 0
    polls: int = 0
    notes: list[str] = field(default_factory=list)
    error: str | None = None
    hint: str | None = None

    def add(self, polled: Polled) -> None:
        self.polls += 1
        for tally in polled.report.kinds.values():
            self.new += tally.new
            self.rejects += tally.rejects
            self.skipped += tally.skipped
        self.notes += polled.report.notes


def carry_out(order: dict[str, Any]) -> list[Visit]:
    source: Source = TypeAdapter(Source).validate_python(order["source"])
    settings = Settings(lake=Path(order["lake"]), pool="test")
    lake = Lake(settings.lake)
    lake.create()
    try:
        targets = poller_of(source).targets(source, settings)
    except SourceError as error:
        return [Visit(source.name, error=error.what, hint=error.hint)]
    changed = CHANGES[order["daemons"]]
    return [_visit(changed(target), lake, settings) for target in targets]


def _visit(target: Target, lake: Lake, settings: Settings) -> Visit:
    visit = Visit(target.name)
    poller = poller_of(target.source)
    try:
        while True:
            polled = poller.poll(target, lake, settings, datetime.now(UTC))
            visit.add(polled)
            if not polled.more:
                return visit
    except SourceError as error:
        visit.error, visit.hint = error.what, error.hint
        return visit


def _moved(target: Target) -> Target:
    return replace(target, location=_PORT.sub(":9", target.location or ""))


def _alone(target: Target) -> Target:
    return replace(target, source=target.source.model_copy(update={"collector": "127.0.0.1:9"}))


def _same(target: Target) -> Target:
    return target


CHANGES: dict[str, Callable[[Target], Target]] = {"as they are": _same, "moved": _moved, "alone": _alone}


def main() -> None:
    order = json.load(sys.stdin)
    Path(order["answer"]).write_text(json.dumps([asdict(visit) for visit in carry_out(order)]), "utf-8")


if __name__ == "__main__":
    main()
