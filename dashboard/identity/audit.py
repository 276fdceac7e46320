"""Who logged in, who was refused and why: a JSON line each on standard error. No token, secret or cookie is in one."""

import json
import logging
import sys
from datetime import UTC, datetime

_log = logging.getLogger("htc_ledger.audit")


def note(event: str, **about: str | None) -> None:
    """Write a line. JSON in ASCII: nothing that somebody sent can begin a line of its own."""
    utc = datetime.now(UTC).isoformat(timespec="milliseconds")
    _log.info("%s", json.dumps({"utc": utc, "event": event, **about}))


def to_stderr() -> None:
    """Let the lines go to standard error, where the service's log takes them up."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(logging.Formatter("%(message)s"))
    _log.handlers = [lines]
    _log.setLevel(logging.INFO)
    _log.propagate = False
