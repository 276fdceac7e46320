"""A slot with GPUs of several models says how many of each it has, and which of them are free."""

import json

from collectors.rows import Row
from pipeline.schema import SLOT_AD
from tests.collectors.records import START, outcome

DEVICES = """\
GPUs_GPU_aaaa1111 = [ Id = "GPU-aaaa1111"; DeviceName = "NVIDIA A100-SXM4-40GB"; GlobalMemoryMb = 40537 ]
GPUs_GPU_bbbb2222 = [ Id = "GPU-bbbb2222"; DeviceName = "Tesla T4"; GlobalMemoryMb = 15110 ]
"""


def slot(*lines: str) -> dict[str, object]:
    text = "\n".join(['MyType = "Machine"', 'Name = "slot1@e1"', f"LastHeardFrom = {START}", *lines, ""])
    rows = outcome(text)
    assert isinstance(rows, list)
    row: Row = rows[0]
    return dict(zip(SLOT_AD.position, row.values, strict=True))


def test_each_model_of_a_mixed_slot_is_counted_and_so_are_the_free_ones() -> None:
    row = slot(
        "TotalSlotGPUs = 2",
        'AssignedGPUs = "GPU-aaaa1111,GPU-bbbb2222"',
        "AvailableGPUs = { GPUs_GPU_bbbb2222 }",
        DEVICES,
    )
    assert row["gpu_model"] is None
    assert json.loads(str(row["gpu_models"])) == {"NVIDIA A100-SXM4-40GB": 1, "Tesla T4": 1}
    assert json.loads(str(row["gpu_models_free"])) == {"Tesla T4": 1}


def test_a_slot_of_one_model_says_just_that() -> None:
    row = slot("TotalSlotGPUs = 1", 'GPUs_DeviceName = "Tesla T4"', 'AssignedGPUs = "GPU-bbbb2222"', DEVICES)
    assert (row["gpu_model"], row["gpu_models"], row["gpu_models_free"]) == ("Tesla T4", None, None)


def test_a_device_that_is_not_described_is_of_no_known_model() -> None:
    row = slot("TotalSlotGPUs = 2", 'AssignedGPUs = "GPU-aaaa1111, CUDA-9"', DEVICES)
    assert json.loads(str(row["gpu_models"])) == {"NVIDIA A100-SXM4-40GB": 1, "unknown": 1}
    assert row["gpu_models_free"] is None


def test_a_slot_without_gpus_has_no_models() -> None:
    row = slot("TotalSlotGPUs = 0", "AvailableGPUs = {  }")
    assert (row["gpu_models"], row["gpu_models_free"]) == (None, None)
