"""Answers are kept within bounds, per cube and per viewer, and nothing that was an error."""

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.schema import JOB
from pipeline.serving.answers import SMALL, Answers
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.closing.closable import append
from tests.pipeline.ledger_rows import MIDNIGHT, job

HOURS = UsageQuery(("project",), ("wall_s",))


def column(length: int) -> pa.Table:
    return pa.table({"n": pa.array(range(length), pa.int64())})


def test_a_question_is_looked_up_once() -> None:
    answers, found = Answers(), iter(range(1, 4))
    for _ in range(3):
        assert answers.get("key", lambda: next(found)) == 1
    assert (answers.hits, answers.misses) == (2, 1)


def test_what_is_longest_unused_goes_first() -> None:
    answers = Answers(most_bytes=2 * SMALL)
    answers.get("a", lambda: "a")
    answers.get("b", lambda: "b")
    answers.get("a", lambda: "never")
    answers.get("c", lambda: "c")
    assert answers.get("a", lambda: "gone") == "a"
    assert answers.get("b", lambda: "gone") == "gone"
    assert answers.bytes <= 2 * SMALL


def test_a_table_counts_with_its_bytes_and_a_large_one_is_not_kept() -> None:
    answers = Answers(most_bytes=100_000, largest=20_000)
    answers.get("small", lambda: column(2_000))
    assert answers.bytes == 16_000
    answers.get("large", lambda: column(3_000))
    assert answers.bytes == 16_000
    assert answers.get("large", lambda: "looked up again") == "looked up again"


def test_an_error_is_raised_each_time_and_not_kept() -> None:
    def fail() -> int:
        raise UsageError("no")

    answers = Answers()
    for _ in range(2):
        with pytest.raises(UsageError):
            answers.get("key", fail)
    assert answers.get("key", lambda: 1) == 1


def test_threads_that_ask_at_once_keep_within_the_bound() -> None:
    answers = Answers(most_bytes=10 * SMALL)

    def ask(number: int) -> int:
        return answers.get(number % 40, lambda: number % 40)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(4_000))) == [number % 40 for number in range(4_000)]
    assert answers.bytes <= 10 * SMALL
    assert answers.hits + answers.misses == 4_000


def test_one_viewers_answer_is_not_anothers(cube: Cube) -> None:
    everything = cube.usage(HOURS, LOCAL)
    assert cube.usage(HOURS, Viewer("a", frozenset({"A"}))).num_rows == 1
    assert cube.usage(HOURS, Viewer("a", frozenset({"B"}))).column("project").to_pylist() == ["B"]
    assert cube.values("project", ("pool",), Viewer("a", frozenset({"B"}))) == ("B",)
    assert set(cube.values("project", ("pool",), LOCAL)) == set(everything.column("project").to_pylist())


def test_a_question_with_another_filter_is_another_question(cube: Cube) -> None:
    one = cube.usage(UsageQuery((), ("jobs", "attempts"), where=(("project", ("A",)),)), LOCAL)
    other = cube.usage(UsageQuery((), ("jobs", "attempts"), where=(("project", ("B",)),)), LOCAL)
    assert one.to_pylist() == [{"jobs": 1, "attempts": 1}]
    assert other.to_pylist() == [{"jobs": 1, "attempts": 2}]


def test_a_new_cube_never_answers_from_the_one_before(lake: Lake, cube: Cube) -> None:
    before = cube.usage(HOURS, LOCAL)
    append(lake, JOB, job("pool", "ap1.pool.test", 9, MIDNIGHT + 100, MIDNIGHT + 200, project="New", record_id=99))
    publish(lake, Settings(lake=lake.root), lambda step: None)
    after = cube.newest()
    assert "New" in after.usage(HOURS, LOCAL).column("project").to_pylist()
    assert cube.usage(HOURS, LOCAL).equals(before)
    assert after.newest() is after
