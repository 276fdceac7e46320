"""The queue as a grid: a row a project, user or access point, its jobs by state. Pure: rows of `Cube.queue` in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard import format as fmt
from dashboard.colours import NOT_KNOWN_NAMES, OTHER
from dashboard.labels import short

MOST_ROWS = 1_000
STATUSES = ("running", "idle", "held")
OTHERS = "others"
PROVISIONAL = (
    "Used so far by jobs that run now: from the start of the run to the moment of asking, times its cores. "
    "Provisional: it is in no other number, and replaced by the job's records when the run ends."
)
COLUMNS: tuple[tuple[str, str, str, int], ...] = (
    ("running", "Running", "Jobs that run, send output or are suspended: they hold a slot.", 92),
    ("cores_held", "Cores held", "Cores of the slots of running jobs.", 104),
    ("gpus_held", "GPUs held", "GPUs of the slots of running jobs.", 100),
    ("provisional_cpu_h", "Core h (provisional)", PROVISIONAL, 146),
    ("idle", "Idle", "Jobs that wait for a slot.", 80),
    ("cores_idle", "Cores wanted", "Cores that idle jobs ask for; unknown where one asks by an expression.", 116),
    ("gpus_idle", "GPUs wanted", "GPUs that idle jobs ask for.", 112),
    ("held", "Held", "Jobs on hold.", 80),
    (OTHERS, "Leaving", "Jobs that are done or removed and still in the queue.", 88),
)


@dataclass
class Entry:
    """What one project, user or access point has in the queue. None is not known."""

    name: str
    jobs: dict[str, int] = field(default_factory=dict)
    sums: dict[str, float | None] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        """Add the jobs of one status."""
        status = drawn_status(row["status"])
        self.jobs[status] = self.jobs.get(status, 0) + row["jobs"]
        if status == "running":
            for name in ("cores_held", "gpus_held", "provisional_cpu_h"):
                self._sum(name, row[name])
        if status == "idle":
            self._sum("cores_idle", row["cores_asked"])
            self._sum("gpus_idle", row["gpus_asked"])

    def value(self, name: str) -> float | None:
        """A column's number."""
        return self.sums.get(name) if name in _SUMMED else self.jobs.get(name, 0)

    def _sum(self, name: str, value: float | None) -> None:
        known = self.sums.get(name)
        self.sums[name] = known if value is None else value if known is None else known + value


_SUMMED = frozenset({"cores_held", "gpus_held", "provisional_cpu_h", "cores_idle", "gpus_idle"})


def drawn_status(status: str) -> str:
    """running (anything that holds a slot), idle, held, or others."""
    if status in ("running", "transferring", "suspended"):
        return "running"
    return status if status in STATUSES else OTHERS


def entries(rows: Sequence[Mapping[str, Any]], by: str) -> list[Entry]:
    """One entry per value of `by`, those with most jobs first."""
    found: dict[str, Entry] = {}
    for row in rows:
        found.setdefault(row[by], Entry(row[by])).add(row)
    return sorted(found.values(), key=lambda entry: (-sum(entry.jobs.values()), entry.name))


def grid_columns(head: str) -> list[dict[str, Any]]:
    """The grid's columns: the entity, then its numbers."""
    first = {
        "field": "label",
        "headerName": head,
        "cellRenderer": "EntityCell",
        "tooltipField": "tooltip",
        "minWidth": 190,
        "flex": 2,
        "comparator": {"function": "ledgerText"},
    }
    return [first, *(_number(*column) for column in COLUMNS)]


def grid_rows(found: Sequence[Entry]) -> list[dict[str, Any]]:
    """Numbers to sort by, and texts to show."""
    return [_row(entry) for entry in found[:MOST_ROWS]]


def _row(entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {
        "label": short(entry.name, 64),
        "tooltip": short(entry.name, 400),
        "colour": OTHER,
        "swatch": "swatch swatch-hatched" if entry.name in NOT_KNOWN_NAMES else "swatch-none",
        "link": None,
    }
    for name, _, _, _ in COLUMNS:
        value = entry.value(name)
        row[name] = value
        row[f"{name}_text"] = fmt.number(value, 1 if name == "provisional_cpu_h" else 0)
    return row


def _number(name: str, head: str, tip: str, width: int) -> dict[str, Any]:
    return {
        "field": name,
        "headerName": head,
        "headerTooltip": tip,
        "type": "rightAligned",
        "cellClass": "ag-right-aligned-cell number" + (" provisional" if name == "provisional_cpu_h" else ""),
        "valueFormatter": {"function": f"params.data.{name}_text"},
        "comparator": {"function": "ledgerNumbers"},
        "minWidth": width,
        "flex": 1,
        "initialSort": None,
    }
