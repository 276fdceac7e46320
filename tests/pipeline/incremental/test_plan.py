"""When a cube is renewed, and when it is made from nothing; and why."""

from pathlib import Path

import pytest

from pipeline import build as building
from pipeline import reads as reading
from pipeline.compaction import compact
from pipeline.errors import CheckFailed
from pipeline.incremental import plan as planning
from pipeline.lake import Lake
from pipeline.models import BY_DAY, BY_JOB, MODELS
from pipeline.publish import current, publish
from pipeline.rewrite import Rewrite
from pipeline.schema import JOB
from pipeline.settings import Settings
from tests.pipeline.closing.closable import append, october_job
from tests.pipeline.incremental.cubes import differences


@pytest.fixture
def settings(lake: Lake) -> Settings:
    return Settings(lake=lake.root)


@pytest.fixture
def built(lake: Lake, settings: Settings) -> Lake:
    """Ten jobs, built."""
    append(lake, JOB, *(october_job(number, number, 5) for number in range(1, 11)))
    assert made(lake, settings) == "from nothing: there is no cube before it"
    return lake


def made(lake: Lake, settings: Settings, *, from_nothing: bool = False) -> str:
    """Publish; how the cube was made, and that it is the one that is made from nothing."""
    published, is_new = publish(lake, settings, lambda step: None, from_nothing=from_nothing)
    assert is_new
    anew = lake.root / "anew"
    building.build(building.inputs(lake, settings), anew, settings, lambda step: None)
    assert differences(lake.cubes / published.file, anew) == {}
    anew.unlink()
    return published.made


def test_a_batch_renews_the_cube(built: Lake, settings: Settings) -> None:
    append(built, JOB, october_job(11, 7, 40))
    assert made(built, settings) == "renewed"
    append(built, JOB, october_job(3, 3, 50, record_id=99))
    assert made(built, settings) == "renewed"


def test_files_that_became_fewer_change_nothing(built: Lake, settings: Settings) -> None:
    append(built, JOB, october_job(11, 7, 3))
    made(built, settings)
    rewrite = Rewrite(built, JOB)
    compact(rewrite, list(rewrite.files))
    assert made(built, settings) == "renewed"


def test_a_batch_that_is_much_of_the_lake_makes_it_from_nothing(built: Lake, settings: Settings) -> None:
    append(built, JOB, *(october_job(number, 7, 3) for number in range(11, 15)))
    assert made(built, settings) == "from nothing: much of the lake is new"


def test_another_zone_makes_it_from_nothing(built: Lake) -> None:
    settings = Settings(lake=built.root, zone="Asia/Kolkata")
    assert made(built, settings) == "from nothing: days begin at midnight Asia/Kolkata, and not UTC"


def test_other_rules_make_it_from_nothing(built: Lake, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    append(built, JOB, october_job(11, 7, 3))
    monkeypatch.setattr(planning, "rules", lambda: "others")
    assert made(built, settings) == "from nothing: the rules of the ledger have changed"


def test_it_is_made_from_nothing_where_that_is_asked_for(built: Lake, settings: Settings) -> None:
    assert made(built, settings, from_nothing=True) == "from nothing: it was asked for"


def test_files_that_were_removed_since_make_it_from_nothing(built: Lake, settings: Settings) -> None:
    append(built, JOB, october_job(11, 7, 3))
    rewrite = Rewrite(built, JOB)
    old = [Path(path) for path in rewrite.paths()]
    compact(rewrite, list(rewrite.files))
    for path in old:
        path.unlink()
    assert made(built, settings) == "from nothing: files of table job that the cube before was made of are gone"


def test_a_cube_that_is_gone_is_made_from_nothing(built: Lake, settings: Settings) -> None:
    served = current(built.cubes)
    assert served is not None
    (built.cubes / served.file).unlink()
    assert made(built, settings) == "from nothing: there is no cube before it"


def test_a_rule_that_is_broken_when_it_is_renewed_is_tried_from_nothing(
    built: Lake, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> int:
        raise CheckFailed("rule 'x' is broken")

    append(built, JOB, october_job(11, 7, 3))
    monkeypatch.setattr("pipeline.publish.renew", broken)
    assert made(built, settings) == "from nothing: renewed, it broke a rule: rule 'x' is broken"


def test_models_of_jobs_and_days_read_nothing_else() -> None:
    assert reading.unsound_model() is None


def test_a_model_of_jobs_that_reads_more_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BY_JOB, "missing_job", "job_id")
    reading.unsound_model.cache_clear()
    try:
        told = reading.unsound_model()
        assert told is not None
        assert told.startswith("model missing_job reads lake_coverage, ")
    finally:
        monkeypatch.undo()
        reading.unsound_model.cache_clear()


def test_models_of_jobs_and_days_are_models() -> None:
    assert {*BY_JOB, *BY_DAY} <= {*MODELS}
    assert not {*BY_JOB} & BY_DAY
