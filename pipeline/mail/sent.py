"""What was sent to whom, in the lake's table `sent`: rows in, and all of one source out."""

import json
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.schema import SENT

BEGUN, DONE, REFUSED = "begun", "sent", "refused"
_TRIES = 8


@dataclass(frozen=True)
class Step:
    """A row of the table; see there. `number` tells it from others: equal ones are written once."""

    pool: str
    source: str
    rule: str
    about: str
    content: str
    recipient: str
    period: str
    state: str
    message_id: str
    said: str
    about_utc: int
    at_utc: int
    number: int

    @property
    def row(self) -> dict[str, Any]:
        """Its row in the table."""
        named = dict(vars(self))
        return {**named, "record_id": named.pop("number")}


_NAMES = tuple(field.name for field in fields(Step) if field.name != "number")


def number_of(*parts: str | int) -> int:
    """The 64-bit hash of what tells a step from others."""
    return int.from_bytes(blake2b(json.dumps(parts).encode(), digest_size=8).digest(), signed=True)


def steps(lake: Lake, source: str) -> list[Step]:
    """All steps of alerts, or of digests, the oldest first. Raises LakeError."""
    rows = [row for row in lake.read(SENT).to_pylist() if row["source"] == source]
    found = [
        Step(**{("number" if name == "record_id" else name): value for name, value in row.items()}) for row in rows
    ]
    return sorted(found, key=lambda step: (step.at_utc, step.state != BEGUN, step.number))


def note(lake: Lake, step: Step) -> bool:
    """Put the step into the lake, on the disk when this returns. False if it was there already. Raises LakeError."""
    lake.require()
    rows = pa.Table.from_pylist([step.row], schema=SENT.arrow)
    for _ in range(_TRIES):
        try:
            with lake.committing():
                return lake.writer(SENT).append(rows, {}).new == 1
        except LakeRace:
            continue
    raise LakeRace("table sent: others change it all the time", "Run it again.")
