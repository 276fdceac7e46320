"""Runs for tests of advice: all of a kind, with what a test wants to be different."""

from typing import Any

import numpy as np

from pipeline.advice.proposal import Exchange
from pipeline.advice.runs import TEXTS, Runs

PER_CORE = Exchange(2048.0, float("nan"), "a test")
"""2 GiB go with a core."""
USUAL: dict[str, Any] = {
    "user": "ann",
    "workflow": "align",
    "outcome": "succeeded",
    "end_utc": 0.0,
    "wall_s": 3600.0,
    "cores": 1.0,
    "cores_busy": 0.9,
    "gpus": 0.0,
    "gpus_busy": float("nan"),
    "memory_mib": 2048.0,
    "memory_used_mib": 1900.0,
    "disk_mib": float("nan"),
    "disk_used_mib": float("nan"),
    "staging_s": 0.0,
    "unsaved_s": float("nan"),
    "memory_floor_mib": float("nan"),
    "web_mib": float("nan"),
    "web_s": float("nan"),
}


def runs(count: int, **given: Any) -> Runs:
    """So many runs; a list gives each its own, None is not known."""
    columns: dict[str, Any] = {}
    for name, usual in USUAL.items():
        value = given.get(name, usual)
        values = value if isinstance(value, list) else [value] * count
        assert len(values) == count, name
        kind: Any = object if name in TEXTS else np.float64
        columns[name] = np.array([np.nan if one is None else one for one in values], dtype=kind)
    return Runs(**columns)
