"""The dashboard in deploy/grafana asks for metrics that are there, and every panel says what it shows and in what."""

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import ROOT
from tests.dashboard.http_client import request

PATH = ROOT / "deploy" / "grafana" / "htc-ledger-pool.json"
BOARD: dict[str, Any] = json.loads(PATH.read_text("utf-8"))
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
GUIDE = (ROOT / "docs" / "metrics.md").read_text("utf-8")
VARIABLES = {"$pool": "campus", "$window": "7d", "$job": "htc-ledger", "$__rate_interval": "5m"}


@pytest.fixture(scope="module")
def exported(address: str, watched_address: str) -> set[str]:
    """Names of samples of two real servers, one of a pool that is collected."""
    names = set()
    for server in (address, watched_address):
        request(server, "/usage")  # so that a request was counted
        for family in text_string_to_metric_families(request(server, "/metrics").body.decode()):
            names |= {sample.name for sample in family.samples}
    return names


def filled(expression: str) -> str:
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    return expression


def asked(node: Any) -> Iterator[str]:
    """Names of the metrics of an expression."""
    if isinstance(node, promql_parser.VectorSelector):
        assert node.name
        yield node.name
    for name in ("expr", "lhs", "rhs", "vector_selector"):
        if (inner := getattr(node, name, None)) is not None:
            yield from asked(inner)
    for inner in getattr(node, "args", ()):
        yield from asked(inner)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_every_metric_of_a_panel_is_exported(panel: dict[str, Any], exported: set[str]) -> None:
    for target in panel["targets"]:
        names = list(asked(promql_parser.parse(filled(target["expr"]))))
        assert names
        assert set(names) <= exported


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_has_a_unit_and_a_description_and_asks_the_chosen_source(panel: dict[str, Any]) -> None:
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["description"].endswith(".")
    assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def test_panels_lie_beside_and_below_each_other_and_are_named_once() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    assert len({panel["title"] for panel in BOARD["panels"]}) == len(BOARD["panels"])


def test_it_is_of_a_schema_that_grafana_11_and_12_read_and_carries_no_id_of_its_own() -> None:
    assert 36 <= BOARD["schemaVersion"] <= 39
    assert BOARD["id"] is None
    assert BOARD["uid"]
    assert {panel["type"] for panel in PANELS} <= {"stat", "timeseries", "bargauge"}


def test_variables_are_asked_of_metrics_that_are_exported(exported: set[str]) -> None:
    for variable in BOARD["templating"]["list"]:
        if variable["type"] == "query":
            (name,) = re.findall(r"label_values\((\w+),", variable["definition"])
            assert name in exported


def test_the_guide_names_every_metric_and_no_other(address: str) -> None:
    said = request(address, "/metrics").body.decode()
    names = {re.sub(r"_created$", "", name) for name in re.findall(r"^# HELP (\w+) ", said, re.MULTILINE)}
    ours = {name for name in names if not name.startswith("htc_ledger_process_")} - {"htc_ledger_http_requests"}
    assert {name for name in re.findall(r"htc_ledger_\w+", GUIDE) if "_process_" not in name} == ours
