"""How each thing that is polled is doing: what `status`, the Data health page and /metrics tell.

`<lake>/collect/health/<digest of the name>.json` holds one `Health`, written by whoever polled last and replaced at
once. It is about the collectors, not about the records: losing it loses no evidence.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Literal

State = Literal["ok", "failing"]
FOLDER = Path("collect") / "health"


@dataclass(frozen=True)
class Health:
    """One target's state. Times are Unix seconds; `error` and `hint` are of the last poll, None where it went well.

    `since_utc` is when it came into its state, `failures` the number of polls that failed one after the other.
    """

    name: str
    source: str
    kind: str
    pool: str
    ap: str | None
    stream: str
    state: State
    since_utc: int
    tried_utc: int
    ok_utc: int | None
    failures: int
    error: str | None
    hint: str | None
    new_rows: int
    rejects: int
    interval_s: int
    seconds: float


def read_health(lake_root: Path) -> list[Health]:
    """Every target that was ever polled, by name. Files of another version or half a file are left out."""
    found = []
    for path in sorted((lake_root / FOLDER).glob("*.json")):
        health = _read(path)
        if health is not None:
            found.append(health)
    return sorted(found, key=lambda health: health.name)


def write_health(lake_root: Path, health: Health) -> None:
    """Replace what was known of that target. Raises OSError where the folder cannot be written."""
    folder = lake_root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_digest(health.name)}.json"
    fresh = path.with_suffix(f".{os.getpid()}.new")
    try:
        fresh.write_text(json.dumps(asdict(health), indent=1), "utf-8")
        fresh.replace(path)
    except OSError:
        with suppress(OSError):  # what is told is why it could not be written, not that half of it stays
            fresh.unlink(missing_ok=True)
        raise


def forget_health(lake_root: Path, name: str) -> None:
    """Drop what is known of a target that is gone for good. Raises OSError where that is not possible."""
    (lake_root / FOLDER / f"{_digest(name)}.json").unlink(missing_ok=True)


def health_of(lake_root: Path, name: str) -> Health | None:
    """What is known of that target."""
    return _read(lake_root / FOLDER / f"{_digest(name)}.json")


def _read(path: Path) -> Health | None:
    try:
        said: Mapping[str, object] = json.loads(path.read_text("utf-8"))
        return Health(**said)  # type: ignore[arg-type]
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
