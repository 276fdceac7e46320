"""Slots of a real startd that offers its cores a second time: they are looked at by themselves."""

from pathlib import Path

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.ingesting import ingest
from tests.pipeline.ledger_rows import job, rows


def test_backfill_slots_are_apart_and_parts_are_never_added(lake: Lake, samples: Path) -> None:
    settings = Settings(lake=lake.root, pool="sample")
    ingest([samples / "backfill" / "slots.long"], settings)
    lake.writer(JOB).append(rows(JOB, job("sample", "ap1", 1, 1_795_000_000, 1_795_000_100)), {})
    publish(lake, settings, lambda step: None)
    found = Cube.open(lake.root).capacity(("is_backfill", "site", "state"), ("sample",), LOCAL).to_pylist()
    cores = {(row["is_backfill"], row["site"], row["state"]): row["cores"] for row in found}
    assert cores == {
        (False, "Alpha", "claimed"): 4.0,
        (False, "Alpha", "unclaimed"): 4.0,
        (False, "Bêta Universität", "claimed"): 1.0,
        (False, "Bêta Universität", "unclaimed"): 7.0,
        (True, "Bêta Universität", "claimed"): 2.0,
        (True, "Bêta Universität", "unclaimed"): 6.0,
        (False, "Gamma", "claimed"): 1.0,
        (False, "Gamma", "unclaimed"): 7.0,
    }
    gpus = Cube.open(lake.root).gpus(("sample",), LOCAL).to_pylist()
    models = {row["gpu_model"]: row["gpus"] for row in gpus}
    assert models == {"NVIDIA A100-SXM4-40GB MIG 1g.5gb": 1, "NVIDIA A100-SXM4-40GB MIG 3g.20gb": 1}
