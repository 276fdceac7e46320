"""Random batches in random order: a cube that is renewed after each is the one that is made of the whole lake."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline import build as building
from pipeline.compaction import compact
from pipeline.incremental.plan import plan
from pipeline.incremental.renew import renew
from pipeline.lake import Lake
from pipeline.publish import current, publish
from pipeline.rewrite import Rewrite
from pipeline.schema import ATTEMPT_RECORD, JOB
from pipeline.settings import Settings
from tests.copied_lake import copied
from tests.pipeline.incremental.cubes import differences
from tests.pipeline.incremental.random_rows import BATCHES, write


def quiet(step: str) -> None:
    pass


def merge(lake: Lake) -> None:
    for table in (JOB, ATTEMPT_RECORD):
        rewrite = Rewrite(lake, table)
        if len(rewrite.files) > 1:
            compact(rewrite, list(rewrite.files))


@given(
    batches=st.lists(BATCHES, min_size=2, max_size=4),
    zones=st.sampled_from([("UTC", "Asia/Kolkata"), ("America/Chicago",), ("Asia/Kolkata", "UTC", "America/Chicago")]),
)
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example takes seconds: too slow to shrink
    suppress_health_check=[HealthCheck.too_slow],
)
def test_a_renewed_cube_is_the_one_that_is_made_from_nothing(
    empty_lake: Lake, batches: list[dict[str, Any]], zones: tuple[str, ...]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        lake = copied(empty_lake, folder / "lake")
        chosen = Settings(lake=lake.root, zone=zones[0], other_zones=zones[1:])
        write(lake, batches[0], 1)
        publish(lake, chosen, quiet)
        for number, batch in enumerate(batches[1:], start=2):
            write(lake, batch, number)
            if batch["is_compacted"]:
                merge(lake)
            source = building.inputs(lake, chosen)
            with patch("pipeline.incremental.plan.LARGEST_SHARE", float("inf")):
                planned = plan(lake, current(lake.cubes), source)
            assert not isinstance(planned, str), planned
            renewed, anew = folder / f"renewed{number}", folder / f"anew{number}"
            held = building.build(source, anew, chosen, quiet)
            with patch("pipeline.incremental.dead_rows.FEW", 0):
                assert renew(planned, source, renewed, chosen, quiet) == held
            assert differences(renewed, anew) == {}
            # the next one is made of the renewed one
            publish(lake, chosen, quiet)
            served = current(lake.cubes)
            assert served is not None
            renewed.replace(lake.cubes / served.file)
