"""Filters of columns: what a text means, and which texts mean nothing."""

import pytest

from pipeline.errors import UsageError
from pipeline.explorer.columns import ATTEMPTS, COLUMNS, JOBS
from pipeline.explorer.conditions import Condition, of_argument, sql
from pipeline.explorer.ids import JobIds, job_ids


def test_no_value_becomes_part_of_the_question() -> None:
    for text in ("~'; DROP TABLE job; --", "=x' OR '1'='1", "~%_\\"):
        condition, values = sql("jobs", Condition("command", text))
        assert values == [text[1:]]
        assert text[1:] not in condition


def test_bounds_of_numbers_are_the_nearest_whole_numbers_that_are_stored() -> None:
    assert sql("jobs", Condition("wall_h", ">=0.0001")) == ("wall_s >= ?", [1])
    assert sql("jobs", Condition("wall_h", "<=0.0005")) == ("wall_s <= ?", [1])
    assert sql("jobs", Condition("cores", "1..2.5")) == ("cores_milli >= ? AND cores_milli <= ?", [1000, 2500])
    assert sql("jobs", Condition("wall_h", "<=1e25")) == ("wall_s <= ?", [2**63 - 1])
    assert sql("jobs", Condition("cpu_efficiency", "<=20%"))[1] == sql("jobs", Condition("cpu_efficiency", "<=0.2"))[1]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("wall_h", "long"),
        ("wall_h", ">="),
        ("wall_h", ""),
        ("wall_h", "nan"),
        ("wall_h", "1e999999999"),
        ("wall_h", "1..2..3"),
        ("end_utc", "2026-13-01"),
        ("end_utc", "yesterday"),
        ("outcome", "failed,"),
        ("command", "~" + "x" * 300),
    ],
)
def test_a_text_that_means_nothing_is_refused_with_what_to_write(column: str, text: str) -> None:
    with pytest.raises(UsageError) as said:
        sql("jobs", Condition(column, text))
    assert said.value.hint


def test_arguments_of_the_command_name_a_column_and_its_filter() -> None:
    assert of_argument("jobs", "wasted_h>=5") == Condition("wasted_h", ">=5")
    assert of_argument("jobs", "command~a=b") == Condition("command", "~a=b")
    assert of_argument("jobs", "outcome=failed,removed") == Condition("outcome", "failed,removed")
    assert of_argument("jobs", "command==~odd") == Condition("command", "=~odd")
    assert of_argument("jobs", "memory_used_gib=?") == Condition("memory_used_gib", "?")
    assert of_argument("attempts", "end_utc!?") == Condition("end_utc", "!?")
    for wrong in ("wasted_h", "wasted_h>5", "command!=x", "5", "wasted=1", "run=1", "", "Outcome=failed"):
        with pytest.raises(UsageError):
            of_argument("jobs", wrong)


def test_ids_are_read_as_people_write_them() -> None:
    assert job_ids(" 12.3 ") == JobIds(12, 3)
    assert job_ids("ap1.x#12.3") == JobIds(12, 3, "ap1.x")
    assert job_ids("ap1.x#12.3#99") == JobIds(12, 3, "ap1.x", "99")
    assert (job_ids("12"), job_ids("12."), job_ids("ap1#12")) == (JobIds(12), JobIds(12), JobIds(12, ap="ap1"))
    for wrong in ("", "x", "ap#", "12.x", "1" * 30, "<img src=x>"):
        with pytest.raises(UsageError):
            job_ids(wrong)


def test_columns_are_named_once_and_their_names_differ_in_addresses_too() -> None:
    for columns in (JOBS, ATTEMPTS):
        names = [column.name for column in columns]
        assert len({name.replace("_", "") for name in names}) == len(names)
        assert all(column.doc for column in columns)
    kinds = {column.kind for columns in COLUMNS.values() for column in columns}
    assert kinds == {"text", "number", "share", "moment", "choice"}
