"""A job's name: read as people write it, found if it is one job, refused with what is near."""

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.receipt.naming import JobName, parse
from pipeline.schema import JOB
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows


@pytest.fixture(scope="module")
def cube(shared_lake: Lake) -> Cube:
    made = [
        job("pool", "ap1.pool.test", 7, MIDNIGHT, MIDNIGHT + 10, project="A"),
        job("pool", "ap2.pool.test", 7, MIDNIGHT, MIDNIGHT + 10, project="B"),
        job("pool", "ap1.pool.test", 8, MIDNIGHT, MIDNIGHT + 10, project="\x1b[31mB"),
    ]
    shared_lake.writer(JOB).append(rows(JOB, *made), {})
    publish(shared_lake, Settings(lake=shared_lake.root), lambda step: None)
    return Cube.open(shared_lake.root)


def test_a_name_is_ap_and_ids_or_ids_alone_or_a_global_job_id() -> None:
    assert parse("ap1#7.0") == JobName("ap1#7.0", 7, 0, "ap1")
    assert parse(" 7.0 ") == JobName("7.0", 7, 0)
    assert parse("ap1#7.0#1795").submitted == "1795"


@pytest.mark.parametrize("text", ["", "7", "ap1#7", "ap1#x.0", "7.0#", "-7.0", "7.0; DROP TABLE job", "9" * 40 + ".0"])
def test_what_is_no_name_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert "AP#CLUSTER.PROC" in refused.value.hint


def test_an_access_point_may_be_short_and_left_out_if_the_ids_are_of_one_job(cube: Cube) -> None:
    assert cube.receipt(parse("ap1#7.0"), LOCAL).ap == "ap1.pool.test"
    assert cube.receipt(parse("8.0"), LOCAL).ap == "ap1.pool.test"
    assert cube.receipt(parse(f"ap2.pool.test#7.0#{MIDNIGHT - 60}"), LOCAL).project == "B"
    with pytest.raises(UsageError, match="2 jobs are called") as refused:
        cube.receipt(parse("7.0"), LOCAL)
    assert "ap1.pool.test#7.0" in refused.value.hint
    assert "ap2.pool.test#7.0" in refused.value.hint


def test_a_job_that_is_not_there_is_refused_with_those_near_it(cube: Cube) -> None:
    for name in ("ap3#7.0", "ap1#7.1", "9.0", f"ap1#7.0#{MIDNIGHT}"):
        with pytest.raises(UsageError, match="there is no job") as refused:
            cube.receipt(parse(name), LOCAL)
        assert "ap1.pool.test#" in refused.value.hint
    with pytest.raises(UsageError, match="there is no job"):
        cube.receipt(parse("7.0", pool="other"), LOCAL)


def test_a_job_of_a_project_that_the_viewer_may_not_see_does_not_exist_for_them(cube: Cube) -> None:
    mine = Viewer("ann", frozenset({"B"}))
    assert cube.receipt(parse("7.0"), mine).project == "B"
    with pytest.raises(UsageError, match="there is no job") as refused:
        cube.receipt(parse("ap1#7.0"), mine)
    assert "ap1" not in refused.value.hint
    nobody = Viewer("eve", frozenset())
    with pytest.raises(UsageError, match="there is no job"):
        cube.receipt(parse("7.0"), nobody)
