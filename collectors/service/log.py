"""The service's log on standard error: one JSON object a line, or coloured text on a terminal.

Names, errors and what children print are strangers' texts: control characters are shown as escapes.
"""

import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from collectors.service.errand import Done, Outcome
from collectors.service.states import counts, trouble
from collectors.sources.target import Polled, Target
from pipeline.health import Health
from pipeline.source_settings import Source


def open_log(stream: TextIO = sys.stderr) -> FilteringBoundLogger:
    """A logger that writes to `stream`; it configures nothing that others share."""
    # both escape what a terminal could obey: JSON all that is not plain ASCII, repr all that is not printable
    renderer: Processor = structlog.processors.JSONRenderer()
    if stream.isatty():
        renderer = structlog.dev.ConsoleRenderer(repr_native_str=True)
    made: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _in_order,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
    )
    return made


class LogLines:
    """A listener that writes one line per poll, and one for whatever else changes."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        self._log = log
        self._found: dict[str, int] = {}

    def polled(self, target: Target, outcome: Outcome[Polled], health: Health) -> None:
        new_rows, rejects = counts(outcome)
        write = self._log.info if health.state == "ok" else self._log.warning
        write(
            "poll",
            target=target.name,
            state=health.state,
            new_rows=new_rows,
            rejects=rejects,
            seconds=health.seconds,
            more=(outcome.value.more or None) if isinstance(outcome, Done) else None,
            error=health.error,
            hint=health.hint,
            failures=health.failures or None,
            said=outcome.said or None,
        )

    def searched(self, source: Source, outcome: Outcome[list[Target]], found: int) -> None:
        wrong = trouble(outcome)
        if wrong is not None:
            self._found.pop(source.name, None)
            error, hint = wrong
            self._log.warning("discovery", source=source.name, targets=found, error=error, hint=hint, said=outcome.said)
        elif self._found.get(source.name) != found:
            self._found[source.name] = found
            self._log.info("discovery", source=source.name, targets=found, said=outcome.said or None)

    def gone(self, before: Health, health: Health | None) -> None:
        if health is None:
            self._log.info("forgotten", target=before.name)
        elif health.error != before.error:
            self._log.warning("gone", target=health.name, error=health.error, hint=health.hint)

    def kept(self, chore: str, outcome: Outcome[object]) -> None:
        event, seconds, said = chore.removeprefix("lake: "), round(outcome.seconds, 3), outcome.said or None
        if isinstance(outcome, Done):
            self._log.info(event, seconds=seconds, result=outcome.value, said=said)
        else:
            self._log.error(event, seconds=seconds, error=outcome.what, hint=outcome.hint, said=said)


def _in_order(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """When, how grave and what come first; what is not known is left out."""
    first = {key: event.pop(key) for key in ("timestamp", "level", "event")}
    return first | {key: value for key, value in event.items() if value is not None}
