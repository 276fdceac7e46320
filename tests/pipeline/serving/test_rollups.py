"""The smallest table that has the answer is asked, and each roll-up is a model of days."""

import pytest

from pipeline.models import BY_DAY, BY_JOB, BY_SLICE
from pipeline.serving.rollups import MADE_TO_SERVE, ROLLUPS, Rollup, smallest


def test_a_question_of_projects_needs_no_users() -> None:
    assert smallest("usage_day", {"project", "day", "pool"}, MADE_TO_SERVE) == "usage_project_day"


def test_a_question_of_users_finds_projects_beside_them() -> None:
    assert smallest("usage_day", {"project", "user"}, MADE_TO_SERVE) == "usage_user_day"


@pytest.mark.parametrize("columns", [{"project", "site"}, {"outcome"}, {"ap"}])
def test_what_no_rollup_has_is_asked_of_the_fact(columns: set[str]) -> None:
    assert smallest("usage_day", columns, MADE_TO_SERVE) == "usage_day"


def test_a_table_that_the_cube_lacks_is_not_asked() -> None:
    assert smallest("usage_day", {"project"}, MADE_TO_SERVE - {"usage_project_day"}) == "usage_user_day"
    assert smallest("usage_day", {"project"}, frozenset()) == "usage_day"


def test_buckets_are_in_rollups_of_buckets_alone() -> None:
    assert smallest("waste_day", {"bucket", "user"}, MADE_TO_SERVE) == "waste_user_day"
    assert smallest("usage_day", {"bucket"}, MADE_TO_SERVE) == "usage_day"


@pytest.mark.parametrize("rollup", ROLLUPS, ids=lambda rollup: rollup.name)
def test_a_rollup_is_renewed_by_day(rollup: Rollup) -> None:
    assert rollup.name in BY_DAY
    assert rollup.of in BY_SLICE | set(BY_JOB)
