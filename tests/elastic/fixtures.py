"""How a test gets a node: `elastic` is one that all share, `start_elastic` starts one that a test may kill.

A folder of tests that wants them says in its conftest.py: `from tests.elastic.fixtures import client, elastic`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from tests.elastic.node import Node, running

StartElastic = Callable[[], Node]


@pytest.fixture(scope="session")
def elastic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """One node for all tests of the session; a test takes names for its indices that no other has."""
    with running(tmp_path_factory.mktemp("elastic")) as node:
        yield node


@pytest.fixture
def client(elastic: Node) -> Iterator[Elasticsearch]:
    """The official client of the shared node."""
    with Elasticsearch(elastic.url) as connected:
        yield connected


@pytest.fixture
def start_elastic(tmp_path: Path) -> Iterator[StartElastic]:
    """Call it to start a node that ends with the test, whatever the test did to it."""
    with ExitStack() as nodes:

        def start() -> Node:
            state = tmp_path / f"elastic-{len(list(tmp_path.glob('elastic-*')))}"
            state.mkdir()
            return nodes.enter_context(running(state))

        yield start
