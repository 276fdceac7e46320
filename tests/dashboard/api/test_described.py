"""The OpenAPI document says all that the API does: made-up requests get no answer that it does not name, and no 5xx."""

import csv
import io
import json
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

from tests.dashboard.http_client import request
from tests.dashboard.made_lake import REAL

CASES = 1_000
ARROW = "application/vnd.apache.arrow.stream"
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


@pytest.fixture(scope="module")
def paths(address: str) -> dict[str, Any]:
    """What the document says of each resource."""
    document: dict[str, Any] = json.loads(request(address, "/api/openapi.json").body)
    return {path: said["get"] for path, said in document["paths"].items()}


def test_every_resource_has_an_example_and_every_parameter_says_what_it_is(paths: dict[str, Any]) -> None:
    for path, said in paths.items():
        assert said["description"], path
        answers = said["responses"]["200"]["content"]
        assert "application/pdf" in answers or "example" in answers["application/json"], path
        for parameter in said.get("parameters", ()):
            shown = parameter["schema"] | parameter
            has_choice = "enum" in shown or "$ref" in shown or "anyOf" in shown
            assert "description" in parameter or has_choice, (path, parameter["name"])
            assert parameter["in"] != "path" or has_choice or "example" in json.dumps(parameter), (path, parameter)


def test_an_example_has_columns_that_the_answer_has(address: str, paths: dict[str, Any]) -> None:
    for path, said in paths.items():
        answers = said["responses"]["200"]["content"]
        if ARROW not in answers:
            continue
        (row,) = answers["application/json"]["example"]["rows"]
        names = {parameter["name"] for parameter in said["parameters"]}
        of = f"&where=pool={REAL}" if "where" in names else f"&pool={REAL}" if "pool" in names else ""
        by = f"&by={','.join(set(row) & {'project', 'site'})}" if path == "/api/v1/active" else ""
        answer = request(address, f"{path.replace('{what}', 'workflows')}?format=csv{of}{by}")
        assert answer.status == 200, (path, answer.body)
        columns = next(csv.reader(io.StringIO(answer.body.decode())))
        assert set(row) <= set(columns), path


def test_no_request_gets_an_answer_that_is_not_described(address: str) -> None:
    assert asked_of_each(address, CASES) >= CASES


@pytest.mark.soak
def test_no_request_of_very_many_gets_an_answer_that_is_not_described(address: str) -> None:
    assert asked_of_each(address, 10 * CASES) >= 10 * CASES
