"""What every export is asked for on the command line. Importing it costs nothing."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.options import BookingName


@dataclass(frozen=True)
class Options:
    """As typed; None: not said."""

    out: Path
    month: str | None
    first: datetime | None
    last: datetime | None
    pool: list[str] | None
    booking: BookingName
    venue: str
    target: str | None
    again: bool
    dry_run: bool
    zone: str | None
    lake: Path | None
