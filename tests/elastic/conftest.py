"""The tests of the node get theirs as every other test does."""

from tests.elastic.fixtures import client, elastic, start_elastic

__all__ = ["client", "elastic", "start_elastic"]
