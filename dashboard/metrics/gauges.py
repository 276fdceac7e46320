"""What one look at the ledger came to, as families of samples: values by name and labels in, lines for Prometheus out.

An unknown value has no sample: it is not 0. Labels are text of strangers, made visible and cut; where two become the
same their values are put together, because one series has one value.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prometheus_client.metrics_core import GaugeMetricFamily

from pipeline.terminal import visible

NAMESPACE = "htc_ledger"
LONGEST = 120
"""Characters of a label; what is longer is cut."""


@dataclass(frozen=True)
class Family:
    """One metric: its name after the namespace, with its unit at its end, what it says, and its labels.

    adds    values of equal labels are added up; else the largest is kept
    """

    name: str
    doc: str
    labels: tuple[str, ...] = ()
    unit: str = ""
    adds: bool = True


class Gauges:
    """Values of some families, to be read once."""

    def __init__(self, families: Sequence[Family]) -> None:
        self._families = {family.name: family for family in families}
        self._values: dict[str, dict[tuple[str, ...], float]] = {family.name: {} for family in families}

    def put(self, name: str, value: float | None, *labels: str) -> None:
        """Note a value; None, which is not known, is left out. KeyError for a family that is not declared."""
        family, found = self._families[name], self._values[name]
        if len(labels) != len(family.labels):
            raise ValueError(f"{name} has the labels {', '.join(family.labels)}, not {labels!r}")
        if value is None:
            return
        key = tuple(label_of(text) for text in labels)
        before = found.get(key)
        found[key] = float(value) if before is None else _together(before, float(value), adds=family.adds)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families in their order, those without a sample too: that they are there is worth knowing."""
        for name, family in self._families.items():
            made = GaugeMetricFamily(f"{NAMESPACE}_{name}", family.doc, labels=family.labels, unit=family.unit)
            for labels, value in self._values[name].items():
                made.add_metric(labels, value)
            yield made


def label_of(text: str) -> str:
    """The text as a label's value."""
    shown = visible(text[: LONGEST + 1])
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def _together(one: float, other: float, *, adds: bool) -> float:
    return one + other if adds else max(one, other)
