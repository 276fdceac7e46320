"""How a report writes numbers and names."""

from typing import get_args

import pytest

from pipeline.report.template import GroupName
from pipeline.report.wording import change, compact, count, name_of, plural, ratio, total


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0.0"),
        (37.77, "37.8"),
        (37_769.8, "37,770"),
        (999_949.0, "999,949"),
        (999_950.0, "1 M"),
        (1_234_567.8, "1.23 M"),
        (123_456_789.0, "123 M"),
    ],
)
def test_the_head_of_a_column_is_short(value: float, shown: str) -> None:
    assert compact(value) == shown
    assert len(shown) <= 7


def test_what_is_not_known_has_no_ratio_no_change_and_no_sum() -> None:
    assert (ratio(None, 2.0), ratio(1.0, None), ratio(1.0, 0)) == (None, None, None)
    assert (change(None, 1.0), change(1.0, None), change(1.0, 0), change(3, 2)) == ("—", "—", "—", "+50.0 %")
    assert total([{"cpu_h": None}, {"cpu_h": None}], "cpu_h") is None
    assert total([{"cpu_h": None}, {"cpu_h": 2.0}], "cpu_h") == 2.0


def test_names_of_strangers_are_visible_and_those_of_nobody_are_words() -> None:
    assert name_of("A\u202eB\n") == "A\\u202eB\\n"
    assert name_of("unmapped") == "(not registered)"
    assert (count(1, "job", "jobs"), count(1234, "job", "jobs")) == ("1 job", "1,234 jobs")


def test_every_group_that_a_template_can_name_has_a_plural() -> None:
    assert all(plural(name) for name in get_args(GroupName))
