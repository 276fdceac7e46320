"""The models of a slot's GPUs, where there are several: each device is described by an attribute of its own.

`GPUs_GPU_ab12 = [ DeviceName = "Tesla T4"; ... ]` describes the device that `AssignedGPUs` calls GPU-ab12.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable

from collectors.classads.ad import Ad
from collectors.classads.literals import read_text
from collectors.classads.nested import nested_ads
from collectors.draft import Draft
from pipeline.schema.pool_ads import FREE_GPUS, GPU_IDS, GPU_MODEL, GPU_PREFIX

UNKNOWN = "unknown"
_MOST = 1024
_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
_NO_NAME = re.compile(r"[^A-Za-z0-9_]")


def fill_gpu_models(row: Draft, ad: Ad) -> None:
    """Set how many GPUs of which model the slot has, and has free, if its ad names several devices and no one model."""
    if row["gpu_model"] is not None or not row.whole("total_gpus"):
        return
    ids = _text(ad, GPU_IDS)
    if ids is None:
        return
    names = [GPU_PREFIX + _NO_NAME.sub("_", part.strip()) for part in ids.split(",") if part.strip()][:_MOST]
    row["gpu_models"] = _counted(ad, names)
    free = ad.find(FREE_GPUS.lower().encode())
    if free is not None:
        row["gpu_models_free"] = _counted(ad, [name.decode() for name in _NAME.findall(free)][:_MOST])


def _counted(ad: Ad, names: Iterable[str]) -> str:
    models = Counter(_model(ad, name) for name in names)
    return json.dumps(models, sort_keys=True, ensure_ascii=False)


def _model(ad: Ad, name: str) -> str:
    """The model of the device that the attribute describes."""
    raw = ad.find(name.lower().encode())
    described = None if raw is None else nested_ads(b"{" + raw + b"}")
    return (described and _text(described[0], GPU_MODEL)) or UNKNOWN


def _text(ad: Ad, name: str) -> str | None:
    raw = ad.find(name.lower().encode())
    value = None if raw is None else read_text(raw, octal=False)
    return value if isinstance(value, str) else None
