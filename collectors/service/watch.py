"""`collect --watch`: every source at its interval, until a signal says stop.

In: settings, sources, the kinds of pollers. Out: rows in the lake, health beside it, log lines, metrics. Trouble with
a source or with the lake never ends it.
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack

from structlog.typing import FilteringBoundLogger

from collectors.service import loop
from collectors.service.agenda import Agenda
from collectors.service.collecting import Collecting
from collectors.service.crew import Crew
from collectors.service.health_book import open_book
from collectors.service.heartbeat import Heartbeat
from collectors.service.listener import Listeners
from collectors.service.log import LogLines
from collectors.service.metrics import Metrics
from collectors.service.metrics_server import MetricsServer
from collectors.service.notes import Notes
from collectors.service.stopping import Stopping
from collectors.service.upkeep import Upkeep
from collectors.sources.target import Poller
from pipeline.settings import Settings
from pipeline.source_settings import Source

STANDS_STILL_S = 60.0
"""A loop that did not turn for so long hangs: it turns every few seconds."""


def watch(settings: Settings, sources: Sequence[Source], pollers: Sequence[Poller], log: FilteringBoundLogger) -> None:
    """Collect until SIGTERM or SIGINT. Raises SettingsError if the metrics cannot be served, LakeError if the health
    that is beside the lake cannot be read."""
    with Stopping() as stopping, ExitStack() as stack:
        service = Service(settings, pollers, log)
        if settings.metrics_port:
            stack.callback(service.serve_metrics().close)
        log.info(
            "watch",
            sources=[source.name for source in sources],
            lake=str(settings.lake),
            metrics=settings.metrics_port or None,
        )
        service.run(sources, stopping)
        log.info("stopped", signal=None if stopping.asked is None else stopping.asked.name)


class Service:
    """Everything that one watch consists of."""

    def __init__(self, settings: Settings, pollers: Sequence[Poller], log: FilteringBoundLogger) -> None:
        self._settings, self._log = settings, log
        self._metrics = Metrics()
        self._notes = Notes(self._writing_changed)
        self._agenda, self._crew = Agenda(settings.collect_processes), Crew()
        self._heartbeat = Heartbeat(settings.lake, self._notes)
        book = open_book(settings, self._notes)
        told = Listeners(LogLines(log), self._metrics)
        self._upkeep = Upkeep(self._agenda, settings, book, told)
        kinds = {poller.kind: poller for poller in pollers}
        listening = Listeners(told, self._upkeep)
        self._collecting = Collecting(self._agenda, settings, kinds, book, listening, once=False)
        self._turned = time.monotonic()

    def serve_metrics(self) -> MetricsServer:
        """Metrics and health of the loop, at the address that the settings say."""
        settings = self._settings
        return MetricsServer(settings.metrics_host, settings.metrics_port, self._metrics.registry, self.alive)

    def run(self, sources: Sequence[Source], stopping: Stopping) -> None:
        """The loop, with a warning before it if another service watches this lake."""
        other = self._heartbeat.other()
        if other is not None:
            self._log.warning("another watch", other=other, hint="Each record is still there once. Stop one of them.")
        self._collecting.begin(sources)
        self._upkeep.begin()
        loop.run(self._agenda, self._crew, stopping, self._turn)
        self._heartbeat.end()

    def alive(self) -> tuple[bool, dict[str, int | float]]:
        """For /healthz, from another thread."""
        still_s = time.monotonic() - self._turned
        return still_s < STANDS_STILL_S, {"seconds_since_turn": round(still_s, 1), "chores": len(self._agenda)}

    def _turn(self) -> None:
        self._turned = time.monotonic()
        self._heartbeat.beat()
        self._notes.retry()

    def _writing_changed(self, error: OSError | None) -> None:
        if error is None:
            self._log.info("health is written again")
            return
        self._metrics.health_unwritten()
        hint = "What could not be written is kept in memory and tried again."
        self._log.error("health cannot be written", error=str(error), hint=hint)
