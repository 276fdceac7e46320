"""What tests look at in a lake: the jobs, how often each, and what is stated about which time."""

from typing import NamedTuple

from pipeline.lake import Lake
from pipeline.schema import COVERAGE, JOB, SOURCE_FILE


class Statement(NamedTuple):
    """A row of `coverage`."""

    state: str
    from_utc: int
    to_utc: int
    evidence: str = ""


def jobs(lake: Lake) -> list[int]:
    """The clusters of all jobs in the lake, each as often as it is there."""
    return sorted(lake.read(JOB, ["cluster"]).column("cluster").to_pylist())


def statements(lake: Lake) -> list[Statement]:
    """All statements, in the order of their ends."""
    rows = lake.read(COVERAGE).to_pylist()
    found = [Statement(row["state"], row["from_utc"], row["to_utc"], row["evidence"]) for row in rows]
    return sorted(found, key=lambda said: (said.to_utc, said.from_utc, said.state))


def spans(lake: Lake) -> list[tuple[str, int, int]]:
    """The same without their sentences."""
    return [said[:3] for said in statements(lake)]


def readings(lake: Lake) -> int:
    """Rows of `source_file`."""
    return lake.count(SOURCE_FILE)
