"""The OpenAPI document says all that the API does: made-up requests get no answer that it does not name, and no 5xx."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CASES = 1_000
CHECKS: list[Callable[..., Any]] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def asked_of_each(address: str, cases: int) -> int:
    """How many requests were made, as many of each resource; each answer is as described."""
    document = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
    resources = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert len(resources) > 15
    made: list[str] = []
    for resource in resources:
        tried = settings(
            max_examples=-(-cases // len(resources)),
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )

        @tried
        @given(case=resource.as_strategy())
        def ask(case: Any) -> None:
            made.append(case.path)
            case.call_and_validate(base_url=address, checks=CHECKS, timeout=60)

        ask()
    return len(made)


def test_no_request_gets_an_answer_that_is_not_described(address: str) -> None:
    assert asked_of_each(address, CASES) >= CASES


@pytest.mark.soak
def test_no_request_of_very_many_gets_an_answer_that_is_not_described(address: str) -> None:
    assert asked_of_each(address, 10 * CASES) >= 10 * CASES
