"""Random pools beside random slots: GPU hours by model, and quantiles of attempts, equal the oracle's.

The job records are those of `test_random_ledgers`, with a slot put into each; slots are written as `condor_status
-long` writes them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests import oracle
from tests.ingesting import ingest
from tests.test_random_ledgers import EPOCH, POOLS, Job, write

MODELS = ("Tesla T4", "NVIDIA A100-SXM4-40GB", "NVIDIA A100 MIG 3g.20gb", "NVIDIA A30 MIG 2g.12gb", "New MIG 9g.1gb")
HOSTS = ("g1", "g2")
METRICS = ("gpu_h", "gpu_full_h", "gpu_model_coverage")


@dataclass(frozen=True)
class Picture:
    """One ad of a slot: `model` None is a slot of several devices, or of one that does not say."""

    slot: int
    host: str
    model: str | None
    names_devices: bool
    at_s: int
    gpus: int


PICTURES = st.lists(
    st.builds(
        Picture,
        slot=st.integers(1, 2),
        host=st.sampled_from(HOSTS),
        model=st.sampled_from((None, *MODELS)),
        names_devices=st.booleans(),
        at_s=st.integers(0, 400_000),
        gpus=st.sampled_from([0, 1, 2]),
    ),
    max_size=8,
    unique_by=lambda one: (one.slot, one.host, one.at_s),
)


def status_text(pictures: Sequence[Picture]) -> str:
    ads = []
    for one in pictures:
        lines = [
            'MyType = "Machine"',
            f'Name = "slot{one.slot}@{one.host}"',
            f'Machine = "{one.host}"',
            f"TotalSlotGPUs = {one.gpus}",
            f"GPUs = {one.gpus}",
            f"LastHeardFrom = {EPOCH + one.at_s}",
            "Cpus = 4",
        ]
        lines += [f'GPUs_DeviceName = "{one.model}"'] if one.model else []
        lines += ['AssignedGPUs = "GPU-a,GPU-b"'] if one.names_devices else []
        ads.append("\n".join(lines) + "\n")
    return "\n".join(ads)


def placed(text: str) -> str:
    """The records with a slot, and a request for memory, in each that has GPUs."""
    count = 0

    def with_slot(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        slot = f"slot{1 + count % 2}@{HOSTS[count // 2 % 2]}"
        return f'{found[0]}\nRemoteHost = "{slot}"\nRequestMemory = {count % 4 * 100}'

    return re.sub(r"^GpusProvisioned = 2$", with_slot, text, flags=re.MULTILINE)


@given(jobs=POOLS, pictures=PICTURES)
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_a_random_pool_has_the_same_models_and_the_same_quantiles_twice(
    jobs: list[Job], pictures: list[Picture]
) -> None:
    with TemporaryDirectory() as name:
        files = write(Path(name), jobs)
        for path in files:
            path.write_text(placed(path.read_text("utf-8")), "utf-8")
        status = Path(name) / "slots.long"
        status.write_text(status_text(pictures), "utf-8")
        lake = Lake(Path(name) / "lake")
        lake.create()
        chosen = Settings(lake=lake.root, pool="pool")
        ingest([*files, *([status] if pictures else [])], chosen)
        publish(lake, chosen, lambda step: None)
        same(Cube.open(lake.root), oracle.load(files), oracle.slots(status))


def same(cube: Cube, books: oracle.Books, slots: list[oracle.Slot]) -> None:
    for booking in ("used", "ended"):
        by = ("day", "project", "site", "gpu_model")
        asked = UsageQuery(by=by, metrics=METRICS, booking=booking)
        expected = oracle.gpu_usage(books, slots, by, booking)
        assert cube.usage(asked, LOCAL).to_pylist() == [pytest.approx(row) for row in expected], booking
    for of in ("cpu", "memory", "wall"):
        for group in (("project",), ("day", "site")):
            made = cube.spread(UsageQuery(by=group, metrics=()), of, LOCAL).to_pylist()
            assert made == oracle.spread(books, group, of), (of, group)
