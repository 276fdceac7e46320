"""How long something shall hold, as people type it: `3d`, `12h`, `2w`, or a moment; Unix seconds out."""

import re
from datetime import UTC, datetime

from pipeline.errors import UsageError

_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_SPAN = re.compile(r"([1-9][0-9]{0,3})([mhdw])", re.ASCII)


def until_of(span: str | None, moment: str | None, now_utc: int) -> int | None:
    """The end that is meant; None where neither is given. A moment without a zone is UTC. Raises UsageError."""
    if span is not None and moment is not None:
        raise UsageError("both --for and --until are given", "Give one of them.")
    if span is not None:
        parts = _SPAN.fullmatch(span.strip())
        if parts is None:
            raise UsageError(f"{span!r} is no span of time", "Write a number with m, h, d or w: 12h, 3d.")
        return now_utc + int(parts[1]) * _UNITS[parts[2]]
    return None if moment is None else moment_of(moment)


def moment_of(text: str) -> int:
    """A moment such as 2026-11-24 or 2026-11-24T08:00Z, as Unix seconds; UTC where no zone is given. UsageError."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is no moment", "Write 2026-11-24, or 2026-11-24T08:00Z.") from error
