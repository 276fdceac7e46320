"""What the service counts, for Prometheus. The parent counts, from what children report; nothing here is estimated."""

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from collectors.service.errand import Done, Outcome
from collectors.service.states import trouble
from collectors.sources.target import Polled, Target
from pipeline.health import Health
from pipeline.source_settings import Source
from pipeline.terminal import visible

BUCKETS_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600)


class Metrics:
    """A listener that counts into a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._last_success: dict[str, float] = {}
        self._records = self._counter("records", "New rows that the lake took in.", "target", "kind")
        self._rejects = self._counter("rejects", "Records that were kept as rejects.", "target", "rule")
        self._polls = self._counter("polls", "Polls that have ended: ok or failed.", "target", "result")
        self._searches = self._counter("discoveries", "Searches for what a source has to poll.", "source", "result")
        self._chores = self._counter("chores", "Builds and maintenances of the lake.", "chore", "result")
        self._unwritten = self._counter("health_write_failures", "Times that health could not be written any more.")
        self._seconds = Histogram(
            "htc_ledger_poll_seconds",
            "Seconds that a poll took.",
            ["source"],
            registry=self.registry,
            buckets=BUCKETS_S,
        )
        self._up = self._gauge("target_up", "1 if the last poll of the target was good in all parts, else 0.", "target")
        self._failures = self._gauge("target_failures", "Polls that failed one after the other.", "target")
        self._gauge("up", "1 while the service runs.").set(1)
        self.registry.register(_SinceSuccess(self._last_success))
        ProcessCollector(namespace="htc_ledger", registry=self.registry)

    def polled(self, target: Target, outcome: Outcome[Polled], health: Health) -> None:
        name = visible(target.name)
        self._polls.labels(name, "ok" if health.state == "ok" else "failed").inc()
        self._seconds.labels(visible(target.source.name)).observe(outcome.seconds)
        if isinstance(outcome, Done):
            for label, tally in outcome.value.report.kinds.items():
                self._records.labels(name, visible(label)).inc(tally.new)
            for rule, times in outcome.value.report.rejects.items():
                self._rejects.labels(name, visible(rule)).inc(times)
        if health.state == "ok":
            self._last_success[name] = time.time()
        self._state(health)

    def searched(self, source: Source, outcome: Outcome[list[Target]], found: int) -> None:
        self._searches.labels(visible(source.name), _result(outcome)).inc()

    def gone(self, before: Health, health: Health | None) -> None:
        if health is not None:
            self._state(health)
            return
        name = visible(before.name)
        self._last_success.pop(name, None)
        for metric in (self._records, self._rejects, self._polls, self._up, self._failures):
            metric.remove_by_labels({"target": name})

    def kept(self, chore: str, outcome: Outcome[object]) -> None:
        self._chores.labels(chore.removeprefix("lake: "), _result(outcome)).inc()

    def health_unwritten(self) -> None:
        """Health could be written before, and cannot now."""
        self._unwritten.inc()

    def _state(self, health: Health) -> None:
        name = visible(health.name)
        self._up.labels(name).set(health.state == "ok")
        self._failures.labels(name).set(health.failures)

    def _counter(self, name: str, doc: str, *labels: str) -> Counter:
        return Counter(f"htc_ledger_{name}", doc, labels, registry=self.registry)

    def _gauge(self, name: str, doc: str, *labels: str) -> Gauge:
        return Gauge(f"htc_ledger_{name}", doc, labels, registry=self.registry)


class _SinceSuccess(Collector):
    """Counted when it is asked: seconds since each target was last polled well; none for those that never were."""

    def __init__(self, last_success: dict[str, float]) -> None:
        self._last_success = last_success

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily(
            "htc_ledger_seconds_since_success", "Seconds since the target was last polled well.", labels=["target"]
        )
        now = time.time()
        for name, moment in list(self._last_success.items()):
            family.add_metric([name], max(0.0, now - moment))
        yield family


def _result(outcome: Outcome[object]) -> str:
    return "ok" if trouble(outcome) is None else "failed"
