"""Moved files in a cube that is renewed: the same as in one that is made from nothing."""

from pathlib import Path
from unittest.mock import patch

import pyarrow as pa

from pipeline import build as building
from pipeline.incremental.plan import Plan, plan
from pipeline.incremental.renew import renew
from pipeline.lake import Lake
from pipeline.publish import current, publish
from pipeline.schema import TRANSFER
from pipeline.settings import Settings
from tests.pipeline.incremental.cubes import differences
from tests.pipeline.ledger_rows import rows, small_ledger
from tests.pipeline.transfers.moved import record


def quiet(step: str) -> None:
    pass


def add(lake: Lake, number: int, *records: dict[str, object]) -> None:
    made = rows(TRANSFER, *records)
    ids = pa.array([100 * number + place for place in range(len(records))], pa.int64())
    lake.writer(TRANSFER).append(made.set_column(made.schema.get_field_index("record_id"), "record_id", ids), {})


def test_records_that_come_later_and_again_are_counted_as_if_all_came_at_once(lake: Lake, tmp_path: Path) -> None:
    settings = Settings(lake=lake.root)
    small_ledger(lake)
    one = record(1, 0, url="osdf:///a", success=True, file_bytes=5)
    add(lake, 1, one, record(1, 1, url="osdf:///b", success=False))
    publish(lake, settings, quiet)
    add(lake, 2, one | {"endpoint": "c1", "read_utc": 2}, record(2, 0, day=1, url="osdf:///a", file_bytes=7))
    source = building.inputs(lake, settings)
    with patch("pipeline.incremental.plan.LARGEST_SHARE", float("inf")):
        found = plan(lake, current(lake.cubes), source)
    assert isinstance(found, Plan)
    renew(found, source, tmp_path / "renewed", settings, quiet)
    building.build(source, tmp_path / "made", settings, quiet)
    assert differences(tmp_path / "renewed", tmp_path / "made") == {}
