"""Polls that die at a named step: `python -m tests.pool.deadly`, orders on stdin, exit codes on stdout.

An order is a line of JSON: {"config": ledger.toml, "condor": CONDOR_CONFIG, "step": S, "nth": N}: poll every target
of every source once and die by SIGKILL when step S is reached for the N-th time ("never": live on; "after_s": die
then). Each order is carried out in a fork of this process, which has imported everything already: that is all that
it saves; the dying is real.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pipeline.maintenance
import pipeline.rewrite
from collectors.intake import StreamIntake
from collectors.pollers import poller_of
from pipeline import settings as configuration
from pipeline.commit import commit
from pipeline.errors import SourceError
from pipeline.lake import Lake, TableWriter
from pipeline.schema import ARCHIVE, COVERAGE, REJECT, SOURCE_FILE

SOURCE_FAILED = 3
ROWS = ("job", "attempt_record", "transfer")
AFTER = {REJECT.name: "rejects committed", ARCHIVE.name: "archive committed"} | dict.fromkeys(ROWS, "rows committed")
BEFORE = {COVERAGE.name: "between tables", SOURCE_FILE.name: "offset"} | dict.fromkeys(ROWS, "between tables")


class Fate:
    """Counts a step and kills this process when its time has come."""

    def __init__(self, step: str, nth: int) -> None:
        self._step, self._left = step, nth

    def reached(self, step: str) -> None:
        if step == self._step:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(_exit_code(json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201  it is the answer


def _exit_code(order: dict[str, Any]) -> int:
    try:
        _carry_out(order)
    except SourceError:  # an access point that is down, or has written nothing yet
        return SOURCE_FAILED
    return 0


def _carry_out(order: dict[str, Any]) -> None:
    os.environ |= {"HTC_LEDGER_CONFIG": order["config"], "CONDOR_CONFIG": order["condor"]}
    fate = Fate(order["step"], order["nth"])
    _die_in_time(order.get("after_s"))
    settings = configuration.load()
    lake = Lake(settings.lake)
    lake.create()
    if order["step"].startswith("compaction"):
        pipeline.rewrite.commit = _compacting(commit, fate)  # type: ignore[attr-defined]
        pipeline.maintenance.maintain(lake, settings, datetime.now(UTC))
        return
    StreamIntake.take = _then(StreamIntake.take, lambda *_: fate.reached("read"))  # type: ignore[method-assign]
    TableWriter.append = _around(TableWriter.append, fate)  # type: ignore[method-assign]
    for source in settings.sources:
        poller = poller_of(source)
        for target in poller.targets(source, settings):
            while poller.poll(target, lake, settings, datetime.now(UTC)).more:
                pass


def _die_in_time(seconds: float | None) -> None:
    def die() -> None:
        time.sleep(seconds or 0)
        os.kill(os.getpid(), signal.SIGKILL)

    if seconds is not None:
        threading.Thread(target=die, daemon=True).start()


def _then(call: Callable[..., Any], after: Callable[..., None]) -> Callable[..., Any]:
    def called(*args: Any, **named: Any) -> Any:
        done = call(*args, **named)
        after(*args)
        return done

    return called


def _around(append: Callable[..., Any], fate: Fate) -> Callable[..., Any]:
    def called(writer: TableWriter, *args: Any) -> Any:
        fate.reached(BEFORE.get(writer.table.name, ""))
        done = append(writer, *args)
        fate.reached(AFTER.get(writer.table.name, ""))
        return done

    return called


def _compacting(commit: Callable[..., Any], fate: Fate) -> Callable[..., Any]:
    def called(*args: Any, **named: Any) -> Any:
        fate.reached("compaction written")
        done = commit(*args, **named)
        fate.reached("compaction committed")
        return done

    return called


if __name__ == "__main__":
    main()
