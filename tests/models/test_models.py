"""Every model against its golden cases, and no model without one."""

import pytest

from pipeline.models import MODELS
from tests.models.golden import Case, cases, run


@pytest.mark.parametrize("case", cases(), ids=str)
def test_model_makes_what_the_case_expects(case: Case) -> None:
    columns, made, expected = run(case)
    assert made == expected, f"columns: {columns}"


@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_a_golden_case(model: str) -> None:
    assert [case for case in cases() if case.model == model]


@pytest.mark.parametrize("model", MODELS)
def test_a_model_says_its_grain_on_its_first_line(model: str) -> None:
    from pipeline.rules import model_sql

    assert model_sql(model).startswith(f"-- {model}: one row per ")
