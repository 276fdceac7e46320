"""A lake of the project's samples of a real pool, and of one job whose every text is hostile."""

from pathlib import Path

from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.settings import Settings
from tests.collectors.records import history, job_ad
from tests.dashboard.made_lake import MARKUP, RIGHT_TO_LEFT
from tests.ingesting import ingest

POOL, HOSTILE_AP = "sample", "ap9.hostile.test"


def make(root: Path, samples: Path, scratch: Path) -> Path:
    """Read the records, publish the cube; the root is returned."""
    text = f"{MARKUP}{RIGHT_TO_LEFT}\x1b[31m"
    ad = job_ad(1, 0, HOSTILE_AP, *(f'{name} = "{text}"' for name in ("ProjectName", "User", "Cmd", "RemoteHost")))
    hostile = scratch / "history.hostile"
    hostile.write_bytes(history(ad))
    settings = Settings(lake=root)
    Lake(root).create()
    ingest([*sorted(samples.glob("ap*/*history*")), hostile], settings, pool=POOL)
    publish(Lake(root), settings, lambda step: None)
    return root
