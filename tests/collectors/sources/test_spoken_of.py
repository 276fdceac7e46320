"""A pool is asked for the attributes that its idle jobs speak of."""

from pathlib import Path

from collectors.sources.spoken_of import MOST, spoken_of
from pipeline.lake import Lake
from pipeline.schema import QUEUE_JOB
from tests.pipeline.ledger_rows import rows
from tests.pipeline.polled_rows import POOL, queued


def lake_of(root: Path, *demands: str | None) -> Lake:
    lake = Lake(root)
    lake.create()
    given = [queued(number, 1, match_ad=demand) for number, demand in enumerate(demands, start=1)]
    lake.writer(QUEUE_JOB).append(rows(QUEUE_JOB, *given), {})
    return lake


def test_names_come_once_the_most_frequent_first_without_those_that_are_kept_anyway(tmp_path: Path) -> None:
    demand = 'requirements = TARGET.HasBig && TARGET.Memory > 3 && TARGET.OpSys == "Nothing"\nother = 1'
    lake = lake_of(tmp_path, demand, demand, "requirements = TARGET.Rare =?= true", None)
    assert spoken_of(lake, POOL) == ("hasbig", "rare")
    assert spoken_of(lake, "another") == ()


def test_what_one_job_says_does_not_ask_for_everything(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, "requirements = " + " && ".join(f"TARGET.A{number}" for number in range(500)))
    assert len(spoken_of(lake, POOL)) == MOST


def test_without_a_queue_nothing_is_spoken_of(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.create()
    assert spoken_of(lake, POOL) == ()
